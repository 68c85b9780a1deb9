"""What the worker does for callbacks: ring once per attempt, and find out what became of a ring that was lost."""

from datetime import datetime, timedelta

from widget_server.callbacks import store
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.model import ALL_BUSY, WAITING, Callback
from widget_server.calls.jobs import CallJobs
from widget_server.calls.model import Outcome
from widget_server.calls.service import CallService
from widget_server.jobs.model import Handler, Payload
from widget_server.kernel.clock import Clock
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Site
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx

# After a longer outage nobody waits any more: a person decides, no phone rings out of the blue.
TOO_LATE_NOW = timedelta(minutes=5)
TOO_LATE_SCHEDULED = timedelta(minutes=30)


class CallbackJobs:
    """The handler of ``callback.ring``: an attempt, begun once."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        operators: OperatorService,
        calls: CallService,
        call_jobs: CallJobs,
        guard: Guard,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._operators = operators
        self._calls = calls
        self._call_jobs = call_jobs
        self._guard = guard

    def handlers(self) -> dict[str, Handler]:
        return {"callback.ring": Handler(self.ring, on_lost=self.ring_lost)}

    def ring(self, payload: Payload) -> None:
        """Write the attempt and its call down, commit, and only then tell the telephony. Never repeated."""
        with self._storage.begin() as tx:
            call_id = self._begin_attempt(tx, payload)
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

    def _begin_attempt(self, tx: Tx, payload: Payload) -> str | None:
        callback = store.get_callback(tx, payload["callback_id"], lock=True)
        if callback.state not in WAITING or callback.attempt + 1 != payload["attempt"]:
            return None
        now, site = self._clock.now(), get_site(tx, callback.site_id)
        refused = self._guard.why_not(tx, site, callback.phone)
        if refused in ("blocked", "own"):
            store.update_callback(tx, callback.cancel(now))
            return None
        instead: Outcome = "late" if is_too_late(callback, now) else "paused" if refused else "nobody"
        rung = self._calls.free_of(tx, self._wanted(tx, site, callback, payload)) if instead == "nobody" else []
        all_busy = self._calls.all_talk(tx, rung)
        # Who pressed "call now" is there already; where nobody is free, nobody is let wait on the line.
        somebody_free = rung and not all_busy and payload["operator_ids"] is None
        first = site.callback.first if somebody_free else "operator"
        who = (callback.site_id, callback.visitor_id, callback.id, callback.phone)
        call = self._calls.start(tx, *who, rung, dialled=site.main_number, first=first, department=callback.department)
        if first == "visitor":  # dialled by a job of the call
            store.update_callback(tx, callback.dial_first(call.id, now))
            return None
        store.update_callback(tx, callback.ring(call.id, now, ALL_BUSY if all_busy else None))
        if rung:
            return call.id
        self._calls.end(tx, call.id, instead)
        return None

    def _wanted(self, tx: Tx, site: Site, callback: Callback, payload: Payload) -> list[str]:
        """Return who is to be rung: who pressed "call now", or all who take calls (of the department)."""
        by_hand: list[str] | None = payload["operator_ids"]
        department = site.find_department(callback.department)
        return by_hand or [one.id for one in self._operators.takers_of(tx, site.id, department)]


def is_too_late(callback: Callback, now: datetime) -> bool:
    """Tell whether nobody waits for this attempt any more."""
    is_booked = callback.state == "scheduled" and not callback.is_retry
    return now - (callback.due_at or callback.requested_at) > (TOO_LATE_SCHEDULED if is_booked else TOO_LATE_NOW)
