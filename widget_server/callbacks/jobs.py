"""What the worker does for callbacks: ring once per attempt, and find out what became of a ring that was lost."""

from datetime import datetime, timedelta

from widget_server.callbacks import store
from widget_server.callbacks.model import WAITING, Callback
from widget_server.calls.jobs import CallJobs
from widget_server.calls.service import CallService
from widget_server.jobs.model import Handler, Payload
from widget_server.kernel.clock import Clock
from widget_server.operators.service import OperatorService
from widget_server.storage import Storage, Tx

# After a longer outage nobody waits any more: a person decides, no phone rings out of the blue.
TOO_LATE_NOW = timedelta(minutes=5)
TOO_LATE_SCHEDULED = timedelta(minutes=30)


class CallbackJobs:
    """The handler of ``callback.ring``: an attempt, begun once."""

    def __init__(
        self, storage: Storage, clock: Clock, operators: OperatorService, calls: CallService, call_jobs: CallJobs
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._operators = operators
        self._calls = calls
        self._call_jobs = call_jobs

    def handlers(self) -> dict[str, Handler]:
        return {"callback.ring": Handler(self.ring, on_lost=self.ring_lost)}

    def ring(self, payload: Payload) -> None:
        """Write the attempt and its call down, commit, and only then tell the telephony. Never repeated."""
        with self._storage.read() as tx:
            site_id = store.get_callback(tx, payload["callback_id"]).site_id
        operator_ids = payload["operator_ids"] or [operator.id for operator in self._operators.takers(site_id)]
        with self._storage.begin() as tx:
            call_id = self._begin_attempt(tx, payload, operator_ids)
        if call_id is not None:
            self._call_jobs.ring(call_id)

    def ring_lost(self, payload: Payload) -> None:
        """Its worker died or raised. An attempt that was never begun told nobody, so it may begin now."""
        with self._storage.read() as tx:
            callback = store.get_callback(tx, payload["callback_id"])
        if callback.state in WAITING:
            self.ring(payload)
        elif callback.call_id is not None and callback.attempt == payload["attempt"]:
            self._call_jobs.ring_lost(callback.call_id)

    def _begin_attempt(self, tx: Tx, payload: Payload, operator_ids: list[str]) -> str | None:
        callback = store.get_callback(tx, payload["callback_id"], lock=True)
        if callback.state not in WAITING or callback.attempt + 1 != payload["attempt"]:
            return None
        now = self._clock.now()
        late = is_too_late(callback, now)
        rung = [] if late else self._calls.free_of(tx, operator_ids)
        call = self._calls.start(tx, callback.site_id, callback.visitor_id, callback.id, callback.phone, rung)
        ringing = callback.ring(call.id, now)
        store.update_callback(tx, ringing)
        if rung:
            return call.id
        self._calls.end(tx, call.id, "late" if late else "nobody")
        return None


def is_too_late(callback: Callback, now: datetime) -> bool:
    """Tell whether nobody waits for this attempt any more."""
    if callback.state == "scheduled" and callback.due_at is not None:
        return now - callback.due_at > TOO_LATE_SCHEDULED
    return now - callback.changed_at > TOO_LATE_NOW
