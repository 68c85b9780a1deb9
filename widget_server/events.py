"""THE event table: who reacts to what another room did."""

from widget_server.alerting import Alerting
from widget_server.beacon.model import VisitorReported
from widget_server.callbacks.guard.model import AbuseSuspected
from widget_server.callbacks.model import CallbackChanged, CallbackNeedsPerson, CallbackRequested
from widget_server.callbacks.sockets import CallbackPush
from widget_server.calls.facts import on_call_started
from widget_server.calls.model import (
    CallAnswered,
    CallConnected,
    CallDeclined,
    CallEnded,
    CallStarted,
    CallTaken,
    VisitorWaits,
)
from widget_server.chat.model import (
    ColleagueMentioned,
    ConversationChanged,
    ConversationClosed,
    ConversationGiven,
    ConversationStarted,
    MarksMoved,
    MessagePosted,
)
from widget_server.chat.sockets import ChatPush
from widget_server.embed.sockets import OnlinePush
from widget_server.funnel import reactions as funnel_reactions
from widget_server.funnel.model import LeadBorn, LeadChanged, OrderPaid, OrderTakenBack
from widget_server.identity.model import VisitorIdentified
from widget_server.jobs.model import JobAdded
from widget_server.jobs.runner import Runner
from widget_server.operators.model import PresenceChanged
from widget_server.publishing import Publishing
from widget_server.rooms import House
from widget_server.sites.model import SiteChanged
from widget_server.storage import Tx
from widget_server.tracking import reactions as tracking_reactions
from widget_server.tracking.model import InboundChanged, InboundMissed, InboundTaken
from widget_server.tracking.sockets import InboundPush
from widget_server.trials import recorder
from widget_server.trials.model import ExperimentConcluded, TrialsChanged
from widget_server.visitors.model import ContactNoted


def wire(house: House) -> None:
    """Connect the rooms."""
    _wire_within(house)
    _wire_leads(house)
    _wire_after(house)
    _wire_alerts(house)
    _wire_webhooks(house)


def _wire_within(house: House) -> None:
    """What commits or fails with its cause."""
    bus = house.bus
    bus.within(VisitorReported, recorder.on_visitor_reported)
    bus.within(VisitorReported, house.conversions.clicks.on_visitor_reported)
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


def _wire_leads(house: House) -> None:
    """Who turns to the site is a lead, and what a lead pays counts in experiments: in the transaction of it."""
    bus = house.bus
    bus.within(InboundTaken, funnel_reactions.on_inbound_taken)
    bus.within(CallbackRequested, funnel_reactions.on_callback_requested)
    bus.within(ConversationStarted, funnel_reactions.on_conversation_started)
    bus.within(CallAnswered, funnel_reactions.on_call_answered)
    bus.within(MessagePosted, funnel_reactions.on_message_posted)
    bus.within(ContactNoted, funnel_reactions.on_contact_noted)
    bus.within(VisitorIdentified, funnel_reactions.on_visitor_identified)
    bus.within(OrderPaid, _count_order)
    bus.within(OrderTakenBack, _take_order_back)
    crm = house.crm.reactions
    bus.within(LeadBorn, crm.on_lead_born)
    bus.within(LeadChanged, crm.on_lead_changed)
    bus.within(OrderPaid, crm.on_order)
    bus.within(OrderTakenBack, crm.on_order)


def _wire_after(house: House) -> None:
    """Hints, once the cause is committed."""
    bus, documents = house.bus, house.documents
    chat_push = ChatPush(house.push, house.inbox.summarise_all)
    online_push = OnlinePush(house.push, house.operators)
    callback_push = CallbackPush(house.push, house.callbacks, house.callback_views)
    inbound_push = InboundPush(house.push, house.tracking.desk, house.tracking.views)
    bus.after(MessagePosted, chat_push.on_message)
    bus.after(ConversationChanged, chat_push.on_change)
    bus.after(MarksMoved, chat_push.on_marks)
    bus.after(VisitorIdentified, house.live.on_visitor_identified)
    bus.after(CallbackChanged, callback_push.on_callback_changed)
    bus.after(CallDeclined, callback_push.on_call_declined)
    bus.after(InboundChanged, inbound_push.on_inbound_changed)
    bus.after(PresenceChanged, online_push.on_presence)
    bus.after(PresenceChanged, lambda event: documents.forget_sites(event.site_ids))
    bus.after(SiteChanged, lambda event: documents.forget(event.key))
    bus.after(TrialsChanged, lambda event: documents.forget_sites((event.site_id,)))
    if house.settings.redis_url:
        from widget_server.jobs.rq_bridge import RqWake  # RQ is for those who have a Redis

        bus.after(JobAdded, RqWake(house.settings.redis_url, house.clock).on_job_added)
    bus.after(JobAdded, lambda event: _hint(house.runners))


def _wire_alerts(house: House) -> None:
    """What is told to people who do not look at the console."""
    bus, alerting = house.bus, Alerting(house.notify.alerts, house.operators.online)
    bus.within(CallbackNeedsPerson, alerting.on_callback_needs_person)
    bus.within(CallbackChanged, alerting.on_callback_changed)
    bus.within(InboundMissed, alerting.on_inbound_missed)
    bus.within(InboundChanged, alerting.on_inbound_changed)
    bus.within(MessagePosted, alerting.on_message)
    bus.within(MessagePosted, house.transcripts.on_message)
    bus.within(ConversationChanged, alerting.on_conversation_changed)
    bus.within(ConversationGiven, alerting.on_conversation_given)
    bus.within(ColleagueMentioned, alerting.on_colleague_mentioned)
    bus.within(AbuseSuspected, alerting.on_abuse_suspected)
    bus.within(ExperimentConcluded, alerting.on_experiment_concluded)


def _wire_webhooks(house: House) -> None:
    """What programs of the account are told as it happens."""
    bus, publishing = house.bus, Publishing(house.notify.alerts)
    bus.within(ConversationStarted, publishing.on_conversation_started)
    bus.within(MessagePosted, publishing.on_message)
    bus.within(ConversationClosed, publishing.on_conversation_closed)
    bus.within(CallbackRequested, publishing.on_callback_requested)
    bus.within(CallbackChanged, publishing.on_callback_changed)
    bus.within(CallStarted, publishing.on_call_started)
    bus.within(CallAnswered, publishing.on_call_answered)
    bus.within(CallEnded, publishing.on_call_ended)
    bus.within(MessagePosted, house.telegram.telling.on_message)
    bus.within(LeadBorn, publishing.on_lead_born)
    bus.within(OrderPaid, publishing.on_order_paid)
    bus.within(VisitorIdentified, publishing.on_visitor_identified)


def _count_conversation(tx: Tx, event: ConversationStarted) -> None:
    """Count who turned to the site; not an answer to words that an operator chose to write, which no variant caused."""
    if event.by_operator:
        return
    it = event.conversation
    recorder.on_act(tx, it.id, it.site_id, it.visitor_id, "conversation", event.at)


def _count_callback(tx: Tx, event: CallbackRequested) -> None:
    recorder.on_act(tx, event.callback_id, event.site_id, event.visitor_id, "callback", event.at)


def _count_order(tx: Tx, event: OrderPaid) -> None:
    order = event.order
    recorder.on_order_paid(
        tx, order.id, order.site_id, event.visitor_ids, event.phones, at=event.at, noted_at=event.noted_at
    )


def _take_order_back(tx: Tx, event: OrderTakenBack) -> None:
    recorder.on_order_taken_back(tx, event.order.id, event.order.site_id, event.at)


def _hint(runners: tuple[Runner, ...]) -> None:
    for runner in runners:
        runner.hint()
