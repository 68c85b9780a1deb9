"""A PBX without telephones: operators answer in the console, the visitor's phone is played by a job.

A visitor's number that ends in 00 is busy, in 01 is not answered; all others answer after a moment.
"""

from collections.abc import Mapping
from datetime import timedelta

from widget_server.calls.port import CallEvents, DialOrder, Listener, ProviderCall, RingOrder
from widget_server.calls.providers.simulated import store
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage

BUSY, SILENT = "00", "01"


class SimulatedTelephony:
    """The ``Telephony`` of the embedded default."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        jobs: JobStore,
        events: CallEvents,
        visitor_delay: timedelta = timedelta(seconds=2),
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._events = events
        self._delay = visitor_delay

    def ring_operators(self, order: RingOrder) -> None:
        with self._storage.begin() as tx:
            store.insert_call(tx, order.call_id, self._clock.now())

    def dial_visitor(self, order: DialOrder) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            store.insert_call(tx, order.call_id, now)  # may arrive before the ring order, or be the first
            if store.mark(tx, order.call_id, "dialled_at", now):
                payload = {"call_id": order.call_id, "phone": order.phone}
                self._jobs.add(tx, "simulated.visitor", payload, now + self._delay)

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
        return {"simulated.visitor": Handler(self._play_visitor, repeatable=True)}

    def _play_visitor(self, payload: Payload) -> None:
        if payload["phone"].endswith(BUSY):
            self._events.on_visitor_failed(payload["call_id"], "busy")
        elif not payload["phone"].endswith(SILENT):
            self._events.on_visitor_answered(payload["call_id"])
