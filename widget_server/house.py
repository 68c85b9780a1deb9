"""The composition root: settings → adapters → services."""

import os
import socket
from collections.abc import Mapping

from argon2 import PasswordHasher

from widget_server.api.room import open_api
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.jobs import GuardJobs
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.jobs import CallbackJobs
from widget_server.callbacks.reactions import CallbackReactions
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.briefing import Briefing
from widget_server.calls.detail import CallDetails
from widget_server.calls.jobs import CallJobs
from widget_server.calls.providers.chosen import make_telephony, make_webhooks
from widget_server.calls.recorder import RecordingService
from widget_server.calls.service import CallService
from widget_server.chat.intake import Intake
from widget_server.chat.ratings import Ratings
from widget_server.chat.room import open_chat
from widget_server.conversions.room import open_conversions
from widget_server.crm.room import open_crm
from widget_server.digest.room import open_digest
from widget_server.edge.limits import Limits
from widget_server.edge.push import Push
from widget_server.embed.document import SiteDocuments
from widget_server.events import wire
from widget_server.files.jobs import FileJobs
from widget_server.files.service import FileService
from widget_server.funnel.room import open_funnel
from widget_server.identity.room import open_identity
from widget_server.inbox.view import InboxView
from widget_server.invitations.service import InvitationService
from widget_server.jobs.model import Handler
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import Clock, SystemClock
from widget_server.letters.room import open_letters
from widget_server.live.board import make_board
from widget_server.live.service import LiveVisitors
from widget_server.notify.room import open_notify
from widget_server.operators.devices import DeviceService
from widget_server.operators.service import OperatorService
from widget_server.replies.service import ReplyService
from widget_server.reports.room import open_reports
from widget_server.rooms import House
from widget_server.search.service import SearchService
from widget_server.settings import Settings
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.tags.service import TagService
from widget_server.telegram.room import open_telegram
from widget_server.tracking.room import open_tracking
from widget_server.transcripts.service import TranscriptService
from widget_server.trials.life import TrialLife
from widget_server.trials.service import TrialService
from widget_server.trials.sharing import ReportSharing
from widget_server.visitors.service import VisitorService


def build(settings: Settings, clock: Clock | None = None, hasher: PasswordHasher | None = None) -> House:
    """Put the services together on the database that ``settings`` name (its schema is brought up by ``schema``)."""
    clock = clock or SystemClock()
    bus, push, limits, jobs = Bus(), Push(), Limits(settings.redis_url), JobStore(clock)
    storage = Storage(settings.database, bus)
    sites = SiteService(storage, clock)
    operators = OperatorService(storage, clock, hasher or PasswordHasher(), limits, settings)
    visitors = VisitorService(storage, clock, push.is_here)
    beacon = BeaconService(storage, clock, sites.note_seen)
    files = FileService(storage, clock, jobs, settings)
    chat_room = open_chat(storage, clock, limits, settings, Intake(clock, files))
    chat = chat_room.service
    calls = CallService(storage, clock, jobs, settings)
    spending, transcripts = Spending(clock, sites), TranscriptService(storage, clock, jobs, settings, push.is_here)
    guard, guard_desk = Guard(storage, clock, jobs, spending, settings), GuardDesk(storage, clock, spending)
    tracking = open_tracking(
        storage, clock, jobs, settings, sites, operators, calls, guard.why_not, visitors.find_profile, chat.find_id
    )
    telephony = make_telephony(settings, storage, clock, jobs, calls, tracking.inbound)
    callbacks = CallbackService(storage, clock, sites, operators, calls, jobs, guard, visitors.find_profile)
    views = CallbackViews(storage, clock, sites, settings, visitors.find_profile, chat.find_id)
    funnel, trials = open_funnel(storage, clock), TrialService(storage, clock, sites, beacon)
    tags, notify = TagService(storage, clock, chat), open_notify(storage, clock, jobs, settings)
    telegram = open_telegram(storage, clock, jobs, settings, notify, chat, visitors)
    conversions = open_conversions(storage, clock, jobs, settings)
    crm, reports = open_crm(storage, clock, jobs, settings), open_reports(storage, clock, jobs, sites)
    digest = open_digest(storage, clock, jobs, settings, reports.figures, trials)
    recordings = RecordingService(storage, clock, jobs, telephony, settings)
    briefing = Briefing(sites, visitors.find_profile, recordings.find_notice, trials.running)
    call_jobs = CallJobs(storage, telephony, calls, briefing)
    handlers = {
        **call_jobs.handlers(),
        **telephony.handlers(),
        **recordings.handlers(),
        **CallbackJobs(storage, clock, operators, calls, call_jobs, guard).handlers(),
        **GuardJobs(storage, clock, jobs, settings).handlers(),
        **notify.handlers,
        **telegram.handlers,
        **reports.jobs.handlers(),
        **FileJobs(files).handlers(),
        **transcripts.handlers(),
        **crm.handlers,
        **conversions.handlers,
        **digest.handlers(),
    }
    house = House(
        settings=settings,
        clock=clock,
        bus=bus,
        storage=storage,
        limits=limits,
        push=push,
        sites=sites,
        operators=operators,
        devices=DeviceService(storage, operators, sites),
        visitors=visitors,
        beacon=beacon,
        files=files,
        chat=chat,
        ratings=Ratings(storage),
        chat_room=chat_room,
        identity=open_identity(storage, clock, chat.joining),
        calls=calls,
        call_details=CallDetails(storage, clock),
        recordings=recordings,
        callbacks=callbacks,
        callback_views=views,
        callback_reactions=CallbackReactions(jobs),
        guard=guard,
        guard_desk=guard_desk,
        spending=spending,
        tracking=tracking,
        trials=trials,
        trial_life=TrialLife(storage, clock, trials),
        report_sharing=ReportSharing(storage, clock, trials),
        crm=crm,
        conversions=conversions,
        funnel=funnel,
        invitations=InvitationService(sites, beacon, clock),
        reports=reports,
        digest=digest,
        notify=notify,
        api=open_api(storage, clock),
        telegram=telegram,
        transcripts=transcripts,
        letters=open_letters(storage, settings, chat),
        search=SearchService(storage, sites, visitors.find_profiles),
        replies=ReplyService(storage),
        live=LiveVisitors(make_board(settings.redis_url), clock, visitors, chat),
        tags=tags,
        inbox=InboxView(
            chat, visitors, sites, operators, views, tracking.views, beacon, tags, funnel.views, funnel.setup
        ),
        documents=SiteDocuments(sites, operators, trials, guard_desk, tracking.numbers, settings),
        telephony=telephony,
        webhooks=make_webhooks(settings, storage, clock, jobs, calls, tracking.inbound),
        runners=_lanes(storage, clock, handlers),
    )
    wire(house)
    return house


def _lanes(storage: Storage, clock: Clock, handlers: Mapping[str, Handler]) -> tuple[Runner, ...]:
    """Return a runner for what must happen now, and one for what may take seconds."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    slow = {kind: handler for kind, handler in handlers.items() if handler.slow}
    quick = {kind: handler for kind, handler in handlers.items() if not handler.slow}
    return tuple(Runner(storage, clock, lane, name) for lane in (quick, slow) if lane)
