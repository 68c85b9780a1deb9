"""The composition root: settings → adapters → services, and THE table of who reacts to what."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher

from widget_server.alerting import Alerting
from widget_server.beacon.model import VisitorReported
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.jobs import GuardJobs
from widget_server.callbacks.guard.model import AbuseSuspected
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.jobs import CallbackJobs
from widget_server.callbacks.model import CallbackChanged, CallbackNeedsPerson, CallbackRequested
from widget_server.callbacks.reactions import CallbackReactions
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.sockets import CallbackPush
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.briefing import Briefing
from widget_server.calls.detail import CallDetails
from widget_server.calls.facts import on_call_started
from widget_server.calls.jobs import CallJobs
from widget_server.calls.model import (
    CallAnswered,
    CallConnected,
    CallDeclined,
    CallEnded,
    CallStarted,
    CallTaken,
    VisitorWaits,
)
from widget_server.calls.port import Telephony
from widget_server.calls.providers.chosen import make_telephony, make_webhooks
from widget_server.calls.providers.webhooks import Webhooks
from widget_server.calls.recorder import RecordingService
from widget_server.calls.service import CallService
from widget_server.chat.model import ConversationChanged, ConversationStarted, MessagePosted
from widget_server.chat.service import ChatService
from widget_server.chat.sockets import ChatPush
from widget_server.edge.limits import Limits
from widget_server.edge.push import Push
from widget_server.embed.document import SiteDocuments
from widget_server.embed.sockets import OnlinePush
from widget_server.inbox.view import InboxView
from widget_server.jobs.model import Handler, JobAdded
from widget_server.jobs.rq_bridge import RqWake
from widget_server.jobs.runner import Runner
from widget_server.jobs.store import JobStore
from widget_server.kernel.bus import Bus
from widget_server.kernel.clock import Clock, SystemClock
from widget_server.notify.room import NotifyRoom, open_notify
from widget_server.operators.devices import DeviceService
from widget_server.operators.model import PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.model import SiteChanged
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx
from widget_server.tracking import reactions as tracking_reactions
from widget_server.tracking.model import InboundChanged, InboundMissed, InboundTaken
from widget_server.tracking.room import TrackingRoom, open_tracking
from widget_server.tracking.sockets import InboundPush
from widget_server.trials import recorder
from widget_server.trials.model import ExperimentConcluded, TrialsChanged
from widget_server.trials.service import TrialService
from widget_server.visitors.service import VisitorService


@dataclass(frozen=True)
class House:
    """All services on one database, without HTTP: what a command, a worker or the web stands on."""

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
    chat: ChatService
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
    notify: NotifyRoom
    inbox: InboxView
    documents: SiteDocuments
    telephony: Telephony
    webhooks: Webhooks
    runners: tuple[Runner, ...]


def build(settings: Settings, clock: Clock | None = None, hasher: PasswordHasher | None = None) -> House:
    """Put the services together on the database that ``settings`` name (its schema is brought up by ``schema``)."""
    clock = clock or SystemClock()
    bus, push, limits = Bus(), Push(), Limits(settings.redis_url)
    storage = Storage(settings.database, bus)
    jobs = JobStore(clock)
    sites = SiteService(storage, clock)
    operators = OperatorService(storage, clock, hasher or PasswordHasher(), limits, settings)
    visitors = VisitorService(storage, clock, push.is_here)
    beacon = BeaconService(storage, clock, sites.note_seen)
    chat = ChatService(storage, clock, limits, settings.limit_messages_per_visitor)
    calls = CallService(storage, clock, jobs, settings)
    spending = Spending(clock, sites)
    guard = Guard(storage, clock, jobs, spending, settings)
    guard_desk = GuardDesk(storage, clock, spending)
    tracking = open_tracking(
        storage, clock, jobs, settings, sites, operators, calls, guard.why_not, visitors.find_profile, chat.find_id
    )
    telephony = make_telephony(settings, storage, clock, jobs, calls, tracking.inbound)
    callbacks = CallbackService(storage, clock, sites, operators, calls, jobs, guard, visitors.find_profile)
    views = CallbackViews(storage, clock, sites, settings, visitors.find_profile, chat.find_id)
    trials = TrialService(storage, clock, sites, beacon)
    notify = open_notify(storage, clock, jobs, settings)
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
        chat=chat,
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
        notify=notify,
        inbox=InboxView(chat, visitors, sites, operators, views, tracking.views, beacon),
        documents=SiteDocuments(sites, operators, trials, guard_desk, tracking.numbers, settings),
        telephony=telephony,
        webhooks=make_webhooks(settings, storage, clock, jobs, calls, tracking.inbound),
        runners=_lanes(storage, clock, handlers),
    )
    _wire_within(house)
    _wire_after(house)
    _wire_alerts(house)
    return house


def _lanes(storage: Storage, clock: Clock, handlers: Mapping[str, Handler]) -> tuple[Runner, ...]:
    """Return a runner for what must happen now, and one for what may take seconds."""
    name = f"{socket.gethostname()}:{os.getpid()}"
    slow = {kind: handler for kind, handler in handlers.items() if handler.slow}
    quick = {kind: handler for kind, handler in handlers.items() if not handler.slow}
    return tuple(Runner(storage, clock, lane, name) for lane in (quick, slow) if lane)


def _hint(runners: tuple[Runner, ...]) -> None:
    for runner in runners:
        runner.hint()


def _wire_within(house: House) -> None:
    """Fill THE event table: what commits or fails with its cause."""
    bus = house.bus
    bus.within(VisitorReported, recorder.on_visitor_reported)
    bus.within(ConversationStarted, _count_conversation)
    bus.within(CallbackRequested, _count_callback)
    bus.within(CallStarted, on_call_started)
    bus.within(VisitorWaits, house.callback_reactions.on_visitor_waits)
    bus.within(CallTaken, house.callback_reactions.on_call_taken)
    bus.within(CallConnected, house.callback_reactions.on_call_connected)
    bus.within(CallConnected, recorder.on_call_connected)
    bus.within(CallAnswered, recorder.on_call_answered)
    bus.within(CallEnded, recorder.on_call_ended)
    bus.within(InboundTaken, recorder.on_inbound_taken)
    bus.within(CallTaken, tracking_reactions.on_call_moved)
    bus.within(CallDeclined, tracking_reactions.on_call_moved)
    bus.within(CallConnected, tracking_reactions.on_call_connected)
    bus.within(CallEnded, tracking_reactions.on_call_ended)
    bus.within(CallEnded, house.callback_reactions.on_call_ended)
    bus.within(CallEnded, house.spending.on_call_ended)
    bus.within(TrialsChanged, lambda tx, event: house.sites.touch(tx, event.site_id))


def _wire_after(house: House) -> None:
    """Fill THE event table: hints, once the cause is committed."""
    bus, documents = house.bus, house.documents
    chat_push = ChatPush(house.push, house.inbox.summarise)
    online_push = OnlinePush(house.push, house.operators)
    callback_push = CallbackPush(house.push, house.callbacks, house.callback_views)
    inbound_push = InboundPush(house.push, house.tracking.desk, house.tracking.views)
    bus.after(MessagePosted, chat_push.on_message)
    bus.after(ConversationChanged, chat_push.on_change)
    bus.after(CallbackChanged, callback_push.on_callback_changed)
    bus.after(CallDeclined, callback_push.on_call_declined)
    bus.after(InboundChanged, inbound_push.on_inbound_changed)
    bus.after(PresenceChanged, online_push.on_presence)
    bus.after(PresenceChanged, lambda event: documents.forget_sites(event.site_ids))
    bus.after(SiteChanged, lambda event: documents.forget(event.key))
    bus.after(TrialsChanged, lambda event: documents.forget_sites((event.site_id,)))
    if house.settings.redis_url:
        bus.after(JobAdded, RqWake(house.settings.redis_url, house.clock).on_job_added)
    bus.after(JobAdded, lambda event: _hint(house.runners))


def _wire_alerts(house: House) -> None:
    """Fill THE event table: what is told to people who do not look at the console."""
    bus, alerting = house.bus, Alerting(house.notify.alerts, house.operators.online)
    bus.within(CallbackNeedsPerson, alerting.on_callback_needs_person)
    bus.within(CallbackChanged, alerting.on_callback_changed)
    bus.within(InboundMissed, alerting.on_inbound_missed)
    bus.within(InboundChanged, alerting.on_inbound_changed)
    bus.within(MessagePosted, alerting.on_message)
    bus.within(ConversationChanged, alerting.on_conversation_changed)
    bus.within(AbuseSuspected, alerting.on_abuse_suspected)
    bus.within(ExperimentConcluded, alerting.on_experiment_concluded)


def _count_conversation(tx: Tx, event: ConversationStarted) -> None:
    it = event.conversation
    recorder.on_act(tx, it.id, it.site_id, it.visitor_id, "conversation", event.at)


def _count_callback(tx: Tx, event: CallbackRequested) -> None:
    recorder.on_act(tx, event.callback_id, event.site_id, event.visitor_id, "callback", event.at)
