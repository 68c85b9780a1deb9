"""A PBX without telephones: operators answer in the console, the visitor's phone is played by jobs.

What the visitor does is told by how their number ends:

00  is busy                     03  cannot be reached
01  does not answer             04  answers too late, when nobody waits for it any more
02  answers after 20 seconds    05  answers after 2 seconds, hangs up after 15 more
anything else: answers after 2 seconds and stays.

Somebody may call us too (``call_in``); with a number that ends in 05 they leave after 15 seconds, otherwise they stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.calls.model import Outcome
from widget_server.calls.port import CallEvents, DialOrder, InboundCall, Listener, ProviderCall, RingOrder, Switchboard
from widget_server.calls.providers.simulated import store
from widget_server.calls.providers.webhooks import ClosedSwitchboard
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock, iso
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx

CLOSED = ClosedSwitchboard()
IMPATIENCE = timedelta(seconds=10)  # of somebody who calls us, until the line rings


@dataclass(frozen=True)
class Manner:
    """What a visitor's phone does: after how long, what comes of it (None: an answer), how long they stay."""

    after: timedelta
    result: Outcome | None = None
    stays: timedelta | None = None


POLITE = Manner(timedelta(seconds=2))
MANNERS: Mapping[str, Manner | None] = {
    "00": Manner(timedelta(seconds=2), "busy"),
    "01": None,
    "02": Manner(timedelta(seconds=20)),
    "03": Manner(timedelta(seconds=2), "failed"),
    "04": Manner(timedelta(seconds=120)),
    "05": Manner(timedelta(seconds=2), stays=timedelta(seconds=15)),
}


class SimulatedTelephony:
    """The ``Telephony`` of the embedded default."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        jobs: JobStore,
        events: CallEvents,
        switchboard: Switchboard = CLOSED,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._events = events
        self._switchboard = switchboard

    def ring_operators(self, order: RingOrder) -> None:
        with self._storage.begin() as tx:
            store.insert_call(tx, order.call_id, self._clock.now())

    def dial_visitor(self, order: DialOrder) -> None:
        now = self._clock.now()
        manner = MANNERS.get(order.phone[-2:], POLITE)
        with self._storage.begin() as tx:
            store.insert_call(tx, order.call_id, now)  # may arrive before the ring order, or be the first
            if store.mark(tx, order.call_id, "dialled_at", now) and manner is not None:
                payload = {"call_id": order.call_id, "phone": order.phone}
                self._jobs.add(tx, "simulated.visitor", payload, now + manner.after)

    def join(self, call_id: str, operator_id: str) -> None:
        """Nothing to do: who answers in the console is on the line."""

    def hang_up(self, call_id: str) -> None:
        with self._storage.begin() as tx:
            store.mark(tx, call_id, "ended_at", self._clock.now())

    def find(self, call_id: str) -> ProviderCall | None:
        with self._storage.read() as tx:
            row = store.find_call(tx, call_id)
        return row and ProviderCall(call_id, row.dialled_at is not None, row.ended_at is not None)

    def recording(self, reference: str) -> bytes:
        raise LookupError(reference)

    def delete_recording(self, reference: str) -> None:
        """Nothing was recorded."""

    def listen(self) -> Listener | None:
        return None

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "simulated.visitor": Handler(self._play_visitor, repeatable=True),
            "simulated.leaves": Handler(lambda job: self._events.on_ended(job["call_id"]), repeatable=True),
            "simulated.call_in": Handler(self._play_call_in, repeatable=True),
        }

    def call_in(self, dialled: str, caller: str) -> str:
        """Let somebody dial a number of ours; return the PBX's own name of that call. The server's worker plays it."""
        reference, now = new_id(), self._clock.now()
        with self._storage.begin() as tx:
            inbound = {"reference": reference, "dialled": dialled, "caller": caller, "until": iso(now + IMPATIENCE)}
            self._jobs.add_now(tx, "simulated.call_in", inbound)
        return reference

    def was_taken(self, reference: str) -> bool | None:
        """Tell whether a call that came in rings somewhere; None while nobody has looked at it."""
        with self._storage.read() as tx:
            row = store.find_inbound(tx, reference)
        return None if row is None else row.call_id != reference

    def _play_visitor(self, payload: Payload) -> None:
        call_id, manner = payload["call_id"], MANNERS.get(payload["phone"][-2:]) or POLITE
        if manner.result is not None:
            self._events.on_visitor_failed(call_id, manner.result)
            return
        self._events.on_visitor_answered(call_id)
        with self._storage.begin() as tx:
            self._plan_leaving(tx, call_id, manner)

    def _play_call_in(self, payload: Payload) -> None:
        inbound = InboundCall(payload["reference"], payload["dialled"], payload["caller"])
        now = self._clock.now()
        if now > datetime.fromisoformat(payload["until"]):
            return  # there was no server: nobody waits on the line any more
        call_id = self._switchboard.take(inbound)
        with self._storage.begin() as tx:
            if call_id is None:  # nobody has this number: the caller hears that
                store.insert_call(tx, inbound.reference, now, inbound.reference)
                store.mark(tx, inbound.reference, "ended_at", now)
            elif store.insert_call(tx, call_id, now, inbound.reference):
                store.mark(tx, call_id, "dialled_at", now)
                self._plan_leaving(tx, call_id, MANNERS.get(inbound.caller[-2:]) or POLITE)

    def _plan_leaving(self, tx: Tx, call_id: str, manner: Manner) -> None:
        if manner.stays is not None:
            self._jobs.add(tx, "simulated.leaves", {"call_id": call_id}, self._clock.now() + manner.stays)
