"""What the worker does for calls: order once, watch the clock, find out what became of a lost order."""

from widget_server.calls import store
from widget_server.calls.briefing import Briefing
from widget_server.calls.model import Call, Outcome
from widget_server.calls.port import DialOrder, RingOrder, Telephony
from widget_server.calls.service import CallService
from widget_server.jobs.model import Handler, Payload
from widget_server.storage import Storage


class CallJobs:
    """The handlers of the jobs that ``CallService`` leaves."""

    def __init__(self, storage: Storage, telephony: Telephony, calls: CallService, briefing: Briefing) -> None:
        self._storage = storage
        self._telephony = telephony
        self._calls = calls
        self._briefing = briefing

    def handlers(self) -> dict[str, Handler]:
        return {
            "calls.ring": Handler(self.ring_waiting, on_lost=self.ring_waiting_lost),
            "calls.dial": Handler(self.dial, on_lost=self.dial_lost),
            "calls.join": Handler(self.join, on_lost=self.join_lost),
            "calls.ring_timeout": Handler(self.ring_timeout, repeatable=True),
            "calls.visitor_timeout": Handler(self.visitor_timeout, repeatable=True),
            "calls.hang_up": Handler(self.hang_up, repeatable=True),
            "calls.talked": Handler(self.talked, repeatable=True),
            "calls.talk_limit": Handler(self.talk_limit, repeatable=True),
        }

    def ring(self, call_id: str) -> None:
        """Tell the telephony to ring the operators, if that is still wanted. Never repeated."""
        with self._storage.read() as tx:
            call = store.get_call(tx, call_id)
            devices = store.devices(tx, store.rings(tx, call_id))
        if call.state == "ringing" and devices:
            whisper, language = self._briefing.whisper(call)
            self._telephony.ring_operators(RingOrder(call.id, devices, call.phone, whisper, language))

    def ring_waiting(self, payload: Payload) -> None:
        """Ring for a visitor who waits on the line; nobody to ring ends the call."""
        call = self._get(payload)
        with self._storage.read() as tx:
            nobody = not store.rings(tx, call.id)
        if not nobody:
            self.ring(call.id)
        elif call.state == "ringing":
            with self._storage.begin() as tx:
                self._calls.end(tx, call.id, "nobody", was=("ringing",))

    def ring_waiting_lost(self, payload: Payload) -> None:
        self.ring_lost(payload["call_id"])

    def dial(self, payload: Payload) -> None:
        """Dial the visitor. Never repeated."""
        call = self._get(payload)
        if call.state == "dialing":
            notice, language = self._briefing.notice(call)
            self._telephony.dial_visitor(DialOrder(call.id, call.phone, call.dialled or "", notice, language))

    def dial_lost(self, payload: Payload) -> None:
        call = self._get(payload)
        if call.state == "dialing" and not self._visitor_was_dialled(call):
            self._end_lost(call)

    def join(self, payload: Payload) -> None:
        """Join the operator who answered with the visitor who waits."""
        call = self._get(payload)
        if call.state == "connected" and call.operator_id is not None:
            self._telephony.join(call.id, call.operator_id)

    def join_lost(self, payload: Payload) -> None:
        """Nobody knows whether they hear each other: the call ends rather than leaves two people in silence."""
        self._calls.on_ended(payload["call_id"])

    def ring_lost(self, call_id: str) -> None:
        """A ring order that nobody saw through: if it never arrived, a person looks after it; it is not given again."""
        call = self._get({"call_id": call_id})
        if call.state == "ringing" and self._telephony.find(call.id) is None:
            self._end_lost(call)

    def ring_timeout(self, payload: Payload) -> None:
        call = self._get(payload)
        if call.state != "ringing":
            return
        outcome: Outcome = "lost" if self._telephony.find(call.id) is None else "missed"
        with self._storage.begin() as tx:
            self._calls.end(tx, call.id, outcome, was=("ringing",))

    def visitor_timeout(self, payload: Payload) -> None:
        call = self._get(payload)
        if call.state != "dialing":
            return
        outcome: Outcome = "no_answer" if self._visitor_was_dialled(call) else "lost"
        with self._storage.begin() as tx:
            self._calls.end(tx, call.id, outcome, was=("dialing",))

    def hang_up(self, payload: Payload) -> None:
        self._telephony.hang_up(payload["call_id"])

    def talked(self, payload: Payload) -> None:
        with self._storage.begin() as tx:
            call = store.get_call(tx, payload["call_id"])
            if call.state == "connected":
                self._calls.count_as_answered(tx, call)

    def talk_limit(self, payload: Payload) -> None:
        """End a talk that nobody ended: a closed console must not keep an operator busy for ever."""
        with self._storage.begin() as tx:
            self._calls.end(tx, payload["call_id"], "talked", was=("connected",))

    def _get(self, payload: Payload) -> Call:
        with self._storage.read() as tx:
            return store.get_call(tx, payload["call_id"])

    def _visitor_was_dialled(self, call: Call) -> bool:
        found = self._telephony.find(call.id)
        return found is not None and found.visitor_dialled

    def _end_lost(self, call: Call) -> None:
        with self._storage.begin() as tx:
            self._calls.end(tx, call.id, "lost", was=(call.state,))
