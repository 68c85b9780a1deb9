"""The composition root: settings → adapters → services, and THE table of who reacts to what."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from argon2 import PasswordHasher

from widget_server.beacon.model import VisitorReported
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.jobs import CallbackJobs
from widget_server.callbacks.model import CallbackChanged, CallbackRequested
from widget_server.callbacks.reactions import on_call_connected, on_call_ended, on_call_taken
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.sockets import CallbackPush
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.briefing import Briefing
from widget_server.calls.jobs import CallJobs
from widget_server.calls.model import CallAnswered, CallConnected, CallDeclined, CallEnded, CallTaken
from widget_server.calls.port import Telephony
from widget_server.calls.providers.chosen import make_telephony
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
from widget_server.operators.model import PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.model import SiteChanged
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx
from widget_server.trials import recorder
from widget_server.trials.model import TrialsChanged
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
    visitors: VisitorService
    beacon: BeaconService
    chat: ChatService
    calls: CallService
    callbacks: CallbackService
    callback_views: CallbackViews
    trials: TrialService
    inbox: InboxView
    documents: SiteDocuments
    telephony: Telephony
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
    telephony = make_telephony(settings, storage, clock, jobs, calls)
    callbacks = CallbackService(storage, clock, sites, operators, calls, jobs, limits, settings, visitors.find_profile)
    views = CallbackViews(storage, clock, sites, settings, visitors.find_profile, chat.find_id)
    trials = TrialService(storage, clock, sites, beacon)
    call_jobs = CallJobs(storage, telephony, calls, Briefing(sites, visitors.find_profile))
    handlers = {
        **call_jobs.handlers(),
        **telephony.handlers(),
        **CallbackJobs(storage, clock, operators, calls, call_jobs).handlers(),
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
        visitors=visitors,
        beacon=beacon,
        chat=chat,
        calls=calls,
        callbacks=callbacks,
        callback_views=views,
        trials=trials,
        inbox=InboxView(chat, visitors, sites, operators, views, beacon),
        documents=SiteDocuments(sites, operators, trials, settings),
        telephony=telephony,
        runners=_lanes(storage, clock, handlers),
    )
    _wire(house)
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


def _wire(house: House) -> None:
    """Fill THE event table. *Within*: commits or fails with its cause. *After*: hints, once committed."""
    bus, documents = house.bus, house.documents
    chat_push = ChatPush(house.push, house.inbox.summarise)
    online_push = OnlinePush(house.push, house.operators)
    callback_push = CallbackPush(house.push, house.callbacks, house.callback_views)

    bus.within(VisitorReported, recorder.on_visitor_reported)
    bus.within(ConversationStarted, _count_conversation)
    bus.within(CallbackRequested, _count_callback)
    bus.within(CallTaken, on_call_taken)
    bus.within(CallConnected, on_call_connected)
    bus.within(CallConnected, _count_connected)
    bus.within(CallAnswered, _count_answered)
    bus.within(CallEnded, on_call_ended)
    bus.within(TrialsChanged, lambda tx, event: house.sites.touch(tx, event.site_id))

    bus.after(MessagePosted, chat_push.on_message)
    bus.after(ConversationChanged, chat_push.on_change)
    bus.after(CallbackChanged, callback_push.on_callback_changed)
    bus.after(CallDeclined, callback_push.on_call_declined)
    bus.after(PresenceChanged, online_push.on_presence)
    bus.after(PresenceChanged, lambda event: documents.forget_sites(event.site_ids))
    bus.after(SiteChanged, lambda event: documents.forget(event.key))
    bus.after(TrialsChanged, lambda event: documents.forget_sites((event.site_id,)))
    if house.settings.redis_url:
        bus.after(JobAdded, RqWake(house.settings.redis_url, house.clock).on_job_added)
    bus.after(JobAdded, lambda event: _hint(house.runners))


def _count_conversation(tx: Tx, event: ConversationStarted) -> None:
    it = event.conversation
    recorder.on_act(tx, it.id, it.site_id, it.visitor_id, "conversation", event.at)


def _count_callback(tx: Tx, event: CallbackRequested) -> None:
    recorder.on_act(tx, event.callback_id, event.site_id, event.visitor_id, "callback", event.at)


def _count_connected(tx: Tx, event: CallConnected) -> None:
    if event.visitor_id is not None:
        recorder.on_act(tx, f"{event.call_id}:connected", event.site_id, event.visitor_id, "connected_call", event.at)


def _count_answered(tx: Tx, event: CallAnswered) -> None:
    if event.visitor_id is not None:
        recorder.on_act(tx, f"{event.call_id}:answered", event.site_id, event.visitor_id, "answered_call", event.at)
