"""The life of a call: started by a feature, moved on by what the telephony reports, ended once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from widget_server.calls import store
from widget_server.calls.log import PAGE, RESULTS, LogFilter, line
from widget_server.calls.model import (
    HUNG_UP,
    OPEN,
    TALK_LIMIT,
    Call,
    CallAnswered,
    CallConnected,
    CallDeclined,
    CallEnded,
    CallStarted,
    CallTaken,
    Outcome,
    State,
)
from widget_server.calls.port import Telephony
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict
from widget_server.kernel.ids import new_id
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.storage import Storage, Tx


class CallService:
    """Calls and what may happen to them."""

    def __init__(
        self, storage: Storage, clock: Clock, jobs: JobStore, telephony: Telephony, settings: Settings
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._telephony = telephony
        self._operator_rings = timedelta(seconds=settings.operator_ring_seconds)
        self._visitor_rings = timedelta(seconds=settings.visitor_ring_seconds)
        self._answered_after = timedelta(seconds=settings.answered_after_seconds)

    def start(
        self, tx: Tx, site_id: str, visitor_id: str, callback_id: str, phone: str, operator_ids: Sequence[str]
    ) -> Call:
        """Write down a call before the telephony hears of it; ``ring`` follows once that is committed."""
        now = self._clock.now()
        call = Call(new_id(), site_id, visitor_id, callback_id, "callback", phone, None, "ringing", now)
        store.insert_call(tx, call)
        for operator_id in operator_ids:
            store.insert_leg(tx, call.id, "operator", operator_id, now)
        tx.record(CallStarted(call))
        if operator_ids:
            self._jobs.add(tx, "calls.ring_timeout", {"call_id": call.id}, now + self._operator_rings)
        return call

    def ring(self, call_id: str) -> None:
        """Tell the telephony to ring, if that is still wanted."""
        with self._storage.read() as tx:
            call, operator_ids = store.get_call(tx, call_id), store.rings(tx, call_id)
        if call.state == "ringing" and operator_ids:
            self._telephony.ring_operators(call_id, operator_ids)

    def on_operator_answered(self, call_id: str, operator_id: str) -> Call:
        """Give the call to the first operator who answers.

        Raises
        ------
        Conflict
            ``taken`` (another was faster), ``already_talking`` (this operator has a call), ``call_over``.
        """
        try:
            with self._storage.begin() as tx:
                won = self._take(tx, call_id, operator_id)
                call = store.get_call(tx, call_id)
                name = store.operator_name(tx, call.operator_id)
                if call.state == "ended":  # a telephone that still rang: silence it
                    self._jobs.add_now(tx, "calls.hang_up", {"call_id": call_id})
        except IntegrityError:
            raise Conflict("already_talking") from None
        if won or (call.operator_id == operator_id and call.state != "ended"):
            return call
        if call.operator_id is not None and call.operator_id != operator_id:
            raise Conflict("taken", name=name)
        raise Conflict("call_over")

    def _take(self, tx: Tx, call_id: str, operator_id: str) -> bool:
        now = self._clock.now()
        if not store.take(tx, call_id, operator_id, now):
            return False
        store.answer_leg(tx, call_id, "operator", operator_id, now)
        store.insert_leg(tx, call_id, "visitor", None, now)
        self._jobs.add_now(tx, "calls.dial", {"call_id": call_id}, unique_key=f"dial:{call_id}")
        self._jobs.add(tx, "calls.visitor_timeout", {"call_id": call_id}, now + self._visitor_rings)
        tx.record(CallTaken(store.get_call(tx, call_id)))
        return True

    def decline(self, call_id: str, operator_id: str) -> None:
        """One operator refuses; when all have, the call ends."""
        with self._storage.begin() as tx:
            if not store.decline_leg(tx, call_id, operator_id, self._clock.now()):
                return
            if not store.rings(tx, call_id):
                self.end(tx, call_id, "declined", was=("ringing",))
            else:
                tx.record(CallDeclined(store.get_call(tx, call_id)))

    def hang_up(self, call_id: str, operator: OperatorIdentity) -> None:
        """The operator does not want the call (any more): refuses it while it rings, ends it when it is theirs.

        Raises
        ------
        Conflict
            ``taken`` if another operator has it, ``call_over`` if nobody has.
        """
        with self._storage.read() as tx:
            call = store.get_call(tx, call_id)
            name = store.operator_name(tx, call.operator_id)
        if call.state == "ended":
            raise Conflict("call_over")
        if call.state == "ringing":
            self.decline(call_id, operator.id)
        elif call.operator_id == operator.id or operator.administers:
            self.on_ended(call_id)
        else:
            raise Conflict("taken", name=name)

    def on_visitor_answered(self, call_id: str) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            if not store.move(tx, call_id, ("dialing",), state="connected", connected_at=now):
                return
            store.answer_leg(tx, call_id, "visitor", None, now)
            self._jobs.add(tx, "calls.talked", {"call_id": call_id}, now + self._answered_after)
            self._jobs.add(tx, "calls.talk_limit", {"call_id": call_id}, now + TALK_LIMIT)
            call = store.get_call(tx, call_id)
            tx.record(CallConnected(call.site_id, call.visitor_id, call.id, now, call.callback_id))

    def on_visitor_failed(self, call_id: str, result: Outcome) -> None:
        with self._storage.begin() as tx:
            self.end(tx, call_id, result, was=("dialing",))

    def on_ended(self, call_id: str) -> None:
        """The telephony ended the call, or whoever was still there hung up."""
        with self._storage.begin() as tx:
            for state, outcome in HUNG_UP:
                if self.end(tx, call_id, outcome, was=(state,)):
                    return

    def end(self, tx: Tx, call_id: str, outcome: Outcome, was: Sequence[State] = OPEN) -> bool:
        """End a call that is in one of the states ``was``; False if it has moved on."""
        now = self._clock.now()
        if not store.end(tx, call_id, was, outcome, now):
            return False
        call = store.get_call(tx, call_id)
        if call.connected_at is not None and now - call.connected_at >= self._answered_after:
            self.count_as_answered(tx, call)
        self._jobs.add_now(tx, "calls.hang_up", {"call_id": call_id})
        tx.record(CallEnded(call))
        return True

    def count_as_answered(self, tx: Tx, call: Call) -> None:
        """Record once that the sides have talked long enough."""
        assert call.connected_at is not None
        at: datetime = call.connected_at + self._answered_after
        if store.mark_talked(tx, call.id, at):
            tx.record(CallAnswered(call.site_id, call.visitor_id, call.id, at))

    def read_log(self, operator: OperatorIdentity, wanted: LogFilter, sites: Mapping[str, Site]) -> dict[str, Any]:
        """Return a page of the log: its lines, the counts of the whole period, where the next page begins."""
        now = self._clock.now()
        where = wanted.where(operator.site_ids & frozenset(sites), now)
        with self._storage.read() as tx:
            counts = store.count_outcomes(tx, where)
            found = store.list_calls(tx, [*where, *wanted.older_than()], PAGE + 1)
            names = store.operator_names(tx, {call.operator_id for call in found if call.operator_id})
        shown = found[:PAGE]
        return {
            "lines": [
                line(call, sites[call.site_id], names.get(call.operator_id or ""), now, operator.language)
                for call in shown
            ],
            "counts": {name: sum(counts.get(outcome, 0) for outcome in group) for name, group in RESULTS.items()},
            "total": sum(counts.values()),
            "before": shown[-1].started_at.isoformat() if len(found) > PAGE else None,
        }

    def local_time(self, at: datetime, site: Site, language: str) -> str:
        return short_moment(at, site.zone, self._clock.now(), language)

    def is_talking(self, operator_id: str) -> bool:
        with self._storage.read() as tx:
            return bool(store.busy_operators(tx, [operator_id]))

    def free_of(self, tx: Tx, operator_ids: Sequence[str]) -> list[str]:
        """Return who of them is not in a call; all of them if everybody is (whoever ends first may answer)."""
        busy = store.busy_operators(tx, operator_ids)
        return [one for one in operator_ids if one not in busy] or list(operator_ids)
