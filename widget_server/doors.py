"""What the web opens of the house: blueprints, and the services that their handlers ask for."""

from collections.abc import Mapping

import widget_server.api.console
import widget_server.api.routes
import widget_server.audit.console
import widget_server.callbacks.console
import widget_server.callbacks.guard.console
import widget_server.callbacks.routes
import widget_server.calls.console
import widget_server.calls.providers.asterisk.console
import widget_server.calls.providers.asterisk.routes
import widget_server.calls.recording_pages
import widget_server.calls.routes
import widget_server.chat.console
import widget_server.chat.routes
import widget_server.conversions.console
import widget_server.conversions.upload_console
import widget_server.crm.console
import widget_server.digest.console
import widget_server.digest.routes
import widget_server.embed.routes
import widget_server.files.console
import widget_server.files.routes
import widget_server.funnel.console
import widget_server.funnel.desk_console
import widget_server.funnel.files_console
import widget_server.funnel.routes
import widget_server.funnel.setup_console
import widget_server.funnel.work_console
import widget_server.identity.console
import widget_server.identity.pages
import widget_server.identity.routes
import widget_server.inbox.console
import widget_server.invitations.console
import widget_server.letters.routes
import widget_server.live.console
import widget_server.live.routes
import widget_server.notify.console
import widget_server.notify.routes
import widget_server.operators.console
import widget_server.operators.routes
import widget_server.replies.console
import widget_server.reports.console
import widget_server.search.console
import widget_server.sites.console
import widget_server.tags.console
import widget_server.telegram.console
import widget_server.telegram.routes
import widget_server.tracking.calls_console
import widget_server.tracking.console
import widget_server.tracking.routes
import widget_server.transcripts.routes
import widget_server.trials.console
import widget_server.trials.portfolio_console
import widget_server.trials.shared_console
from widget_server.api.once import Once
from widget_server.api.service import ApiKeyService
from widget_server.audit.console import AuditPeople
from widget_server.audit.service import AuditService
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.detail import CallDetails
from widget_server.calls.log import CallTasks
from widget_server.calls.port import Telephony
from widget_server.calls.providers.asterisk.browser import BrowserPhones
from widget_server.calls.providers.webhooks import Webhooks
from widget_server.calls.recorder import RecordingService
from widget_server.calls.service import CallService
from widget_server.calls.speech import Speech
from widget_server.chat.assignment import Assignment
from widget_server.chat.figures import DeskFigures
from widget_server.chat.service import ChatService
from widget_server.conversions.service import ConversionService
from widget_server.conversions.upload_service import UploadService
from widget_server.crm.service import CrmService
from widget_server.demo.mark import DemoMark
from widget_server.digest.service import DigestService
from widget_server.edge.identity import OperatorGate, SiteGate, VisitorGate
from widget_server.edge.limits import Limits
from widget_server.files.service import FileService
from widget_server.funnel.desk import SalesDesk
from widget_server.funnel.exporting import Exports
from widget_server.funnel.importing import ImportService
from widget_server.funnel.order_service import OrderService
from widget_server.funnel.service import LeadService
from widget_server.funnel.setup import SetupService
from widget_server.funnel.views import FunnelViews
from widget_server.identity.secrets import IdentitySecrets
from widget_server.identity.service import IdentityService
from widget_server.inbox.view import InboxView
from widget_server.invitations.service import InvitationService
from widget_server.kernel.clock import Clock
from widget_server.letters.service import LetterService
from widget_server.live.service import LiveVisitors
from widget_server.notify.targets import TargetService
from widget_server.operators.devices import DeviceService
from widget_server.operators.service import OperatorService
from widget_server.replies.service import ReplyService
from widget_server.reports.drill import CallFinder
from widget_server.reports.service import ReportService
from widget_server.rooms import House
from widget_server.search.service import SearchService
from widget_server.settings import Settings
from widget_server.sites.answering_form import SitePeople
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.tags.service import TagService
from widget_server.telegram.people import TelegramPeople
from widget_server.telegram.reader import TelegramReader
from widget_server.tracking.figures import InboundFigures
from widget_server.tracking.handling import InboundDesk
from widget_server.tracking.numbers import NumberService
from widget_server.tracking.page import NumberTests
from widget_server.tracking.pool import NumberPool
from widget_server.tracking.views import InboundViews
from widget_server.transcripts.service import TranscriptService
from widget_server.trials.life import TrialLife
from widget_server.trials.service import TrialService
from widget_server.trials.sharing import ReportSharing
from widget_server.visitors.service import VisitorService

PUBLIC = (
    widget_server.trials.shared_console.public,
    widget_server.chat.routes.blueprint,
    widget_server.files.routes.blueprint,
    widget_server.files.routes.links,
    widget_server.callbacks.routes.blueprint,
    widget_server.calls.routes.blueprint,
    widget_server.calls.providers.asterisk.routes.blueprint,
    widget_server.tracking.routes.blueprint,
    widget_server.funnel.routes.blueprint,
    widget_server.embed.routes.blueprint,
    widget_server.notify.routes.blueprint,
    widget_server.digest.routes.blueprint,
    widget_server.live.routes.blueprint,
    widget_server.api.routes.blueprint,
    widget_server.telegram.routes.blueprint,
    widget_server.letters.routes.blueprint,
    widget_server.transcripts.routes.blueprint,
    widget_server.identity.routes.blueprint,
    widget_server.identity.pages.blueprint,
)
CONSOLE = (
    widget_server.embed.routes.pages,
    widget_server.inbox.console.blueprint,
    widget_server.search.console.blueprint,
    widget_server.replies.console.blueprint,
    widget_server.live.console.blueprint,
    widget_server.tags.console.blueprint,
    widget_server.chat.console.blueprint,
    widget_server.files.console.blueprint,
    widget_server.calls.console.blueprint,
    widget_server.calls.recording_pages.blueprint,
    widget_server.calls.providers.asterisk.console.blueprint,
    widget_server.callbacks.console.blueprint,
    widget_server.callbacks.guard.console.blueprint,
    widget_server.tracking.calls_console.blueprint,
    widget_server.tracking.console.blueprint,
    widget_server.trials.console.blueprint,
    widget_server.trials.portfolio_console.blueprint,
    widget_server.trials.shared_console.console,
    widget_server.funnel.console.blueprint,
    widget_server.funnel.work_console.blueprint,
    widget_server.funnel.desk_console.blueprint,
    widget_server.funnel.setup_console.blueprint,
    widget_server.invitations.console.blueprint,
    widget_server.conversions.console.blueprint,
    widget_server.conversions.upload_console.blueprint,
    widget_server.crm.console.blueprint,
    widget_server.digest.console.blueprint,
    widget_server.funnel.files_console.blueprint,
    widget_server.notify.console.blueprint,
    widget_server.reports.console.blueprint,
    widget_server.api.console.blueprint,
    widget_server.telegram.console.blueprint,
    widget_server.sites.console.blueprint,
    widget_server.identity.console.blueprint,
    widget_server.audit.console.blueprint,
    widget_server.operators.console.blueprint,
    widget_server.operators.routes.blueprint,
)


def services_of(house: House) -> Mapping[type, object]:
    """Return what ``service(Kind)`` answers in a request."""
    return {
        Settings: house.settings,
        Clock: house.clock,
        Storage: house.storage,
        TranscriptService: house.transcripts,
        LetterService: house.letters.letters,
        TelegramPeople: house.telegram.people,
        TelegramReader: house.telegram.reader,
        ApiKeyService: house.api.keys,
        Once: house.api.once,
        Limits: house.limits,
        DemoMark: DemoMark(house.storage),
        SiteService: house.sites,
        SiteGate: house.sites,
        OperatorService: house.operators,
        OperatorGate: house.operators,
        DeviceService: house.devices,
        VisitorService: house.visitors,
        VisitorGate: house.visitors,
        BeaconService: house.beacon,
        FileService: house.files,
        ChatService: house.chat,
        IdentityService: house.identity.identities,
        IdentitySecrets: house.identity.secrets,
        Assignment: house.chat_room.assignment,
        DeskFigures: house.chat_room.figures,
        CallService: house.calls,
        CallDetails: house.call_details,
        RecordingService: house.recordings,
        CallbackService: house.callbacks,
        Guard: house.guard,
        GuardDesk: house.guard_desk,
        CallbackViews: house.callback_views,
        CallTasks: house.inbox,
        SitePeople: house.operators,
        AuditPeople: house.operators,
        AuditService: AuditService(house.storage),
        TrialService: house.trials,
        TrialLife: house.trial_life,
        ReportSharing: house.report_sharing,
        ReportService: house.reports.figures,
        CallFinder: house.reports.calls,
        LeadService: house.funnel.leads,
        OrderService: house.funnel.orders,
        SetupService: house.funnel.setup,
        FunnelViews: house.funnel.views,
        SalesDesk: house.funnel.desk,
        ConversionService: house.conversions.clicks,
        UploadService: house.conversions.uploads,
        CrmService: house.crm.crm,
        DigestService: house.digest,
        InvitationService: house.invitations,
        ImportService: house.funnel.imports,
        Exports: house.funnel.exports,
        Telephony: house.telephony,
        NumberService: house.tracking.numbers,
        NumberPool: house.tracking.pool,
        InboundDesk: house.tracking.desk,
        InboundViews: house.tracking.views,
        InboundFigures: house.tracking.figures,
        NumberTests: house.trials,
        TargetService: house.notify.targets,
        InboxView: house.inbox,
        SearchService: house.search,
        ReplyService: house.replies,
        LiveVisitors: house.live,
        TagService: house.tags,
        Webhooks: house.webhooks,
        Speech: Speech(house.settings),
        BrowserPhones: BrowserPhones(house.settings, house.devices),
    }
