"""Which events of the rooms people are told of: within the transaction of the cause, so neither happens alone."""

from collections.abc import Callable

from widget_server.callbacks.guard.model import SPEND_ALARMS, AbuseSuspected
from widget_server.callbacks.model import CallbackChanged, CallbackNeedsPerson
from widget_server.chat.model import ColleagueMentioned, ConversationChanged, ConversationGiven, MessagePosted
from widget_server.kernel.clock import iso
from widget_server.notify.model import PATIENCE, Alert, Kind
from widget_server.notify.service import AT_ONCE, NotifyService
from widget_server.operators.model import Online
from widget_server.storage import Tx
from widget_server.tracking.model import InboundChanged, InboundMissed
from widget_server.tracking.store import get_inbound
from widget_server.trials.model import ExperimentConcluded

MONEY = tuple(kind for _, kind in SPEND_ALARMS)


class Alerting:
    """Turns events into alerts, and takes back what a person dealt with before anybody was told.

    Parameters
    ----------
    online : callable
        ``site_id -> Online``: whether anybody is there to answer.
    """

    def __init__(self, notify: NotifyService, online: Callable[[str], Online]) -> None:
        self._notify, self._online = notify, online

    def on_callback_needs_person(self, tx: Tx, event: CallbackNeedsPerson) -> None:
        it = event.callback
        kind: Kind = "callback_unreachable" if it.state == "unreachable" else "callback_missed"
        about = {"phone": it.phone, "reason": it.reason}
        self._notify.alert(tx, Alert(kind, it.site_id, it.id, event.at, about))

    def on_callback_changed(self, tx: Tx, event: CallbackChanged) -> None:
        if not event.callback.needs_person:
            self._notify.withdraw(tx, event.callback.id)

    def on_inbound_missed(self, tx: Tx, event: InboundMissed) -> None:
        it = event.call
        self._notify.alert(tx, Alert("call_missed", it.site_id, it.id, event.at, {"phone": it.phone}))

    def on_inbound_changed(self, tx: Tx, event: InboundChanged) -> None:
        inbound = get_inbound(tx, event.call_id)
        if inbound.done_at is not None:
            self._notify.withdraw(tx, inbound.call_id)

    def on_message(self, tx: Tx, event: MessagePosted) -> None:
        """Tell of the first message that waits: at once if nobody is there, after a while if nobody answers."""
        it, message = event.conversation, event.message
        if it.waiting_since is None:
            self._notify.withdraw(tx, it.id)
        elif message.author == "visitor" and it.waiting_since == message.at:
            since, about = iso(it.waiting_since), {"words": message.body}
            alert = Alert("conversation_waiting", it.site_id, it.id, message.at, about, since)
            self._notify.alert(tx, alert, PATIENCE if self._online(it.site_id).chat else AT_ONCE)

    def on_conversation_changed(self, tx: Tx, event: ConversationChanged) -> None:
        if event.conversation.waiting_since is None:
            self._notify.withdraw(tx, event.conversation.id)

    def on_conversation_given(self, tx: Tx, event: ConversationGiven) -> None:
        it = event.conversation
        episode = iso(event.at)
        alert = Alert("conversation_given", it.site_id, it.id, event.at, {}, episode, frozenset({event.assignee_id}))
        self._notify.alert(tx, alert)

    def on_colleague_mentioned(self, tx: Tx, event: ColleagueMentioned) -> None:
        it, at = event.conversation, event.note.at
        about = {"colleague": event.note.name}
        alert = Alert("colleague_mentioned", it.site_id, it.id, at, about, iso(at), frozenset(event.operator_ids))
        self._notify.alert(tx, alert)

    def on_abuse_suspected(self, tx: Tx, event: AbuseSuspected) -> None:
        """The guard raises each kind of alarm once an hour (money: once a day)."""
        is_money = event.kind in MONEY
        kind: Kind = "spending_cap" if is_money else "abuse_suspected"
        about = {"share" if is_money else "n": event.figure, "alarm": event.kind}
        episode = f"{event.kind}:{iso(event.at)}"
        self._notify.alert(tx, Alert(kind, event.site_id, event.site_id, event.at, about, episode))

    def on_experiment_concluded(self, tx: Tx, event: ExperimentConcluded) -> None:
        about = {"experiment": event.name}
        self._notify.alert(tx, Alert("experiment_concluded", event.site_id, event.experiment_id, event.at, about))
