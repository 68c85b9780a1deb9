"""A PBX without telephones: operators answer in the console, the visitor's phone is played by a job.

A visitor's number that ends in 00 is busy, in 01 is not answered; all others answer after a moment.
"""

from collections.abc import Sequence
from datetime import timedelta

from widget_server.calls.port import ProviderCall
from widget_server.calls.providers.simulated import store
from widget_server.calls.service import CallService
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage

BUSY, SILENT = "00", "01"


class SimulatedTelephony:
    """The ``Telephony`` of the embedded default."""

    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, visitor_delay: timedelta = timedelta(seconds=2)
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._delay = visitor_delay

    def ring_operators(self, call_id: str, operator_ids: Sequence[str]) -> None:
        with self._storage.begin() as tx:
            store.insert_call(tx, call_id, self._clock.now())

    def dial_visitor(self, call_id: str, phone: str) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            store.insert_call(tx, call_id, now)  # an operator may answer in the console before the ring order arrives
            if store.mark(tx, call_id, "dialled_at", now):
                self._jobs.add(tx, "simulated.visitor", {"call_id": call_id, "phone": phone}, now + self._delay)

    def hang_up(self, call_id: str) -> None:
        with self._storage.begin() as tx:
            store.mark(tx, call_id, "ended_at", self._clock.now())

    def find(self, call_id: str) -> ProviderCall | None:
        with self._storage.read() as tx:
            row = store.find_call(tx, call_id)
        return row and ProviderCall(call_id, row.dialled_at is not None, row.ended_at is not None)


class SimulatedVisitor:
    """The visitor's phone."""

    def __init__(self, calls: CallService) -> None:
        self._calls = calls

    def handlers(self) -> dict[str, Handler]:
        return {"simulated.visitor": Handler(self.play, repeatable=True)}

    def play(self, payload: Payload) -> None:
        if payload["phone"].endswith(BUSY):
            self._calls.on_visitor_failed(payload["call_id"], "busy")
        elif not payload["phone"].endswith(SILENT):
            self._calls.on_visitor_answered(payload["call_id"])
