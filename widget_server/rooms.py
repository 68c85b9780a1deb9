"""All services on one database, without HTTP: what a command, a worker or the web stands on."""

from dataclasses import dataclass

from widget_server.api.room import ApiRoom
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.reactions import CallbackReactions
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.detail import CallDetails
from widget_server.calls.port import Telephony
from widget_server.calls.providers.webhooks import Webhooks
from widget_server.calls.recorder import RecordingService
from widget_server.calls.service import CallService
from widget_server.chat.ratings import Ratings
from widget_server.chat.room import ChatRoom
from widget_server.chat.service import ChatService
from widget_server.conversions.room import ConversionRoom
from widget_server.crm.room import CrmRoom
from widget_server.digest.service import DigestService
from widget_server.edge.limits import Limits
from widget_server.edge.push import Push
from widget_server.embed.document import SiteDocuments
from widget_server.files.service import FileService
from widget_server.funnel.room import FunnelRoom
from widget_server.identity.room import IdentityRoom
from widget_server.inbox.view import InboxView
from widget_server.invitations.service import InvitationService
from widget_server.jobs.runner import Runner
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import Clock
from widget_server.letters.room import LettersRoom
from widget_server.live.service import LiveVisitors
from widget_server.notify.room import NotifyRoom
from widget_server.operators.devices import DeviceService
from widget_server.operators.service import OperatorService
from widget_server.replies.service import ReplyService
from widget_server.reports.room import ReportsRoom
from widget_server.search.service import SearchService
from widget_server.settings import Settings
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.tags.service import TagService
from widget_server.telegram.room import TelegramRoom
from widget_server.tracking.room import TrackingRoom
from widget_server.transcripts.service import TranscriptService
from widget_server.trials.life import TrialLife
from widget_server.trials.service import TrialService
from widget_server.trials.sharing import ReportSharing
from widget_server.visitors.service import VisitorService


@dataclass(frozen=True)
class House:
    """Put together by ``house.build``."""

    settings: Settings
    clock: Clock
    bus: Bus
    storage: Storage
    limits: Limits
    push: Push
    sites: SiteService
    operators: OperatorService
    devices: DeviceService
    visitors: VisitorService
    beacon: BeaconService
    files: FileService
    chat: ChatService
    ratings: Ratings
    chat_room: ChatRoom
    identity: IdentityRoom
    calls: CallService
    call_details: CallDetails
    recordings: RecordingService
    callbacks: CallbackService
    callback_views: CallbackViews
    callback_reactions: CallbackReactions
    guard: Guard
    guard_desk: GuardDesk
    spending: Spending
    tracking: TrackingRoom
    trials: TrialService
    trial_life: TrialLife
    report_sharing: ReportSharing
    funnel: FunnelRoom
    crm: CrmRoom
    conversions: ConversionRoom
    invitations: InvitationService
    reports: ReportsRoom
    digest: DigestService
    notify: NotifyRoom
    api: ApiRoom
    telegram: TelegramRoom
    letters: LettersRoom
    transcripts: TranscriptService
    search: SearchService
    replies: ReplyService
    live: LiveVisitors
    tags: TagService
    inbox: InboxView
    documents: SiteDocuments
    telephony: Telephony
    webhooks: Webhooks
    runners: tuple[Runner, ...]
