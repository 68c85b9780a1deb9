"""Which events of the rooms are posted to webhooks as they happen: within the transaction of the cause."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from widget_server.callbacks.model import Callback, CallbackChanged, CallbackRequested
from widget_server.callbacks.store import get_callback
from widget_server.calls.model import Call, CallAnswered, CallEnded, CallStarted
from widget_server.calls.store import get_call
from widget_server.chat.model import SAID, Conversation, ConversationClosed, ConversationStarted, MessagePosted
from widget_server.funnel.model import LeadBorn, OrderPaid
from widget_server.identity.model import VisitorIdentified
from widget_server.kernel.clock import iso, iso_or_none
from widget_server.notify.model import Alert, EventKind
from widget_server.notify.service import NotifyService
from widget_server.storage import Tx

ENDS: Mapping[str, EventKind] = {"connected": "callback_connected", "completed": "callback_completed"}


class Publishing:
    """Turns events into what programs are told (docs/alerts.md lists it)."""

    def __init__(self, notify: NotifyService) -> None:
        self._notify = notify

    def on_conversation_started(self, tx: Tx, event: ConversationStarted) -> None:
        it = event.conversation
        self._tell(tx, "conversation_started", it.site_id, it.id, event.at, _of_conversation(it))

    def on_message(self, tx: Tx, event: MessagePosted) -> None:
        """Tell of what one side said to the other; notes and changes stay inside."""
        it, message = event.conversation, event.message
        if message.kind not in SAID:
            return
        said = {"seq": message.seq, "id": message.client_id, "author": message.author, "kind": message.kind}
        who = {"operator": message.operator_id, "name": message.name, "body": message.body}
        told = {**_of_conversation(it), **said, **who}
        self._tell(tx, "message_created", it.site_id, it.id, message.at, told, str(message.seq))

    def on_conversation_closed(self, tx: Tx, event: ConversationClosed) -> None:
        it = event.conversation
        at = it.changed_at
        self._tell(tx, "conversation_closed", it.site_id, it.id, at, _of_conversation(it), iso(at))

    def on_callback_requested(self, tx: Tx, event: CallbackRequested) -> None:
        callback = get_callback(tx, event.callback_id)
        self._tell(tx, "callback_requested", event.site_id, callback.id, event.at, _of_callback(callback))

    def on_callback_changed(self, tx: Tx, event: CallbackChanged) -> None:
        it = event.callback
        kind = ENDS.get(it.state)
        if kind is not None:
            self._tell(tx, kind, it.site_id, it.id, it.changed_at, _of_callback(it), str(it.attempt))

    def on_call_started(self, tx: Tx, event: CallStarted) -> None:
        call = event.call
        self._tell(tx, "call_started", call.site_id, call.id, call.started_at, _of_call(call))

    def on_call_answered(self, tx: Tx, event: CallAnswered) -> None:
        call = get_call(tx, event.call_id)
        self._tell(tx, "call_answered", event.site_id, event.call_id, event.at, _of_call(call))

    def on_call_ended(self, tx: Tx, event: CallEnded) -> None:
        call = event.call
        self._tell(tx, "call_ended", call.site_id, call.id, call.ended_at or call.started_at, _of_call(call))

    def on_lead_born(self, tx: Tx, event: LeadBorn) -> None:
        lead = event.lead
        about = {"lead": lead.id, "origin": lead.origin, "source": lead.source_word, "visitor_name": lead.name}
        self._tell(tx, "lead_created", lead.site_id, lead.id, lead.created_at, about)

    def on_order_paid(self, tx: Tx, event: OrderPaid) -> None:
        order = event.order
        about = {"order": order.id, "lead": order.lead_id, "number": order.number}
        money = {"amount": order.amount, "currency": order.currency, "paid_at": iso_or_none(order.paid_at)}
        self._tell(tx, "order_paid", order.site_id, order.id, event.at, {**about, **money}, iso(event.noted_at))

    def on_visitor_identified(self, tx: Tx, event: VisitorIdentified) -> None:
        it = event
        who = {"visitor": it.visitor_id, "id": it.external_id, "verified": list(it.verified)}
        details = {"visitor_name": it.name, "phone": it.phone, "email": it.email}
        self._tell(tx, "visitor_identified", it.site_id, it.visitor_id, it.at, {**who, **details}, iso(it.at))

    def _tell(
        self,
        tx: Tx,
        kind: EventKind,
        site_id: str,
        subject: str,
        at: datetime,
        params: Mapping[str, Any],
        episode: str = "",
    ) -> None:
        self._notify.publish(tx, Alert(kind, site_id, subject, at, params, episode))


def _of_conversation(it: Conversation) -> dict[str, Any]:
    return {"conversation": it.id, "visitor": it.visitor_id}


def _of_callback(it: Callback) -> dict[str, Any]:
    about = {"callback": it.id, "visitor": it.visitor_id, "phone": it.phone, "state": it.state, "attempt": it.attempt}
    return {**about, "operator": it.operator_id, "call": it.call_id, "due_at": iso_or_none(it.due_at)}


def _of_call(call: Call) -> dict[str, Any]:
    about = {"call": call.id, "callback": call.callback_id, "visitor": call.visitor_id, "phone": call.phone}
    how = {"direction": call.direction, "operator": call.operator_id, "outcome": call.outcome}
    moments = ("started_at", "connected_at", "ended_at")
    return {**about, **how, **{name: iso_or_none(getattr(call, name)) for name in moments}}
