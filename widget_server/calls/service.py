"""The life of a call: started by a feature, moved on by what the telephony reports, ended once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from widget_server.calls import recordings, store
from widget_server.calls.detail import notes_of
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
    LegState,
    Outcome,
    Party,
    State,
    VisitorWaits,
)
from widget_server.calls.port import InboundCall, LegResult
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

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> None:
        self._storage = storage
        self._clock = clock
        self._jobs = jobs
        self._operator_rings = timedelta(seconds=settings.operator_ring_seconds)
        self._visitor_rings = timedelta(seconds=settings.visitor_ring_seconds)
        self._answered_after = timedelta(seconds=settings.answered_after_seconds)

    def start(
        self,
        tx: Tx,
        site_id: str,
        visitor_id: str | None,
        callback_id: str | None,
        phone: str,
        operator_ids: Sequence[str],
        *,
        dialled: str | None = None,
        first: Party = "operator",
        department: str | None = None,
    ) -> Call:
        """Write down a call before the telephony hears of it; ``CallJobs.begin`` follows once that is committed.

        ``dialled``: the site's number that the visitor will see. ``first``: who is called first. ``department``: whom
        the visitor wants to talk to.
        """
        now = self._clock.now()
        state: State = "ringing" if first == "operator" else "dialing"
        who = (new_id(), site_id, visitor_id, callback_id)
        call = Call(*who, "callback", phone, None, state, now, first=first, dialled=dialled, department=department)
        if first == "visitor":
            self._write(tx, call, operator_ids, "waiting")
            store.insert_leg(tx, call.id, "visitor", None, now)
            self._dial(tx, call.id, now)
        else:
            self._write(tx, call, operator_ids, "ringing")
        return call

    def start_inbound(
        self, tx: Tx, site_id: str, visitor_id: str | None, inbound: InboundCall, operator_ids: Sequence[str]
    ) -> Call:
        """Write down a call of somebody who waits on the line; the operators are rung by a job."""
        now = self._clock.now()
        call = Call(
            new_id(),
            site_id,
            visitor_id,
            callback_id=None,
            direction="inbound",
            phone=inbound.caller,
            operator_id=None,
            state="ringing",
            started_at=now,
            first="visitor",
            dialled=inbound.dialled,
            visitor_answered_at=now,
            reference=inbound.reference,
        )
        self._write(tx, call, operator_ids, "ringing")
        store.insert_leg(tx, call.id, "visitor", None, now)
        store.answer_leg(tx, call.id, "visitor", None, now)
        self._jobs.add_now(tx, "calls.ring", {"call_id": call.id}, unique_key=f"ring:{call.id}")
        return call

    def find_inbound(self, reference: str) -> Call | None:
        """Return the call that the provider knows by ``reference``."""
        with self._storage.read() as tx:
            return store.find_inbound(tx, reference)

    def _write(self, tx: Tx, call: Call, operator_ids: Sequence[str], legs: LegState) -> None:
        store.insert_call(tx, call)
        for operator_id in operator_ids:
            store.insert_leg(tx, call.id, "operator", operator_id, call.started_at, legs)
        tx.record(CallStarted(call))
        if operator_ids and legs == "ringing":
            self._jobs.add(tx, "calls.ring_timeout", {"call_id": call.id}, call.started_at + self._operator_rings)

    def _dial(self, tx: Tx, call_id: str, now: datetime) -> None:
        self._jobs.add_now(tx, "calls.dial", {"call_id": call_id}, unique_key=f"dial:{call_id}")
        self._jobs.add(tx, "calls.visitor_timeout", {"call_id": call_id}, now + self._visitor_rings)

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
        waits = store.get_call(tx, call_id).visitor_answered_at is not None
        if not store.take(tx, call_id, operator_id, "connected" if waits else "dialing", now):
            return False
        store.answer_leg(tx, call_id, "operator", operator_id, now)
        tx.record(CallTaken(store.get_call(tx, call_id)))
        if waits:
            self._jobs.add_now(tx, "calls.join", {"call_id": call_id}, unique_key=f"join:{call_id}")
            self._connected(tx, call_id, now)
        else:
            store.insert_leg(tx, call_id, "visitor", None, now)
            self._dial(tx, call_id, now)
        return True

    def on_operator_failed(self, call_id: str, operator_id: str, result: LegResult) -> None:
        """One operator's phone came to nothing; when all have, the call ends."""
        with self._storage.begin() as tx:
            if not store.fail_leg(tx, call_id, operator_id, result, self._clock.now()):
                return
            if store.rings(tx, call_id):
                tx.record(CallDeclined(store.get_call(tx, call_id)))
            else:
                refused = store.leg_results(tx, call_id) == {"declined"}
                self.end(tx, call_id, "declined" if refused else "missed", was=("ringing",))

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
            self.on_operator_failed(call_id, operator.id, "declined")
        elif call.operator_id == operator.id or operator.administers:
            self.on_ended(call_id)
        else:
            raise Conflict("taken", name=name)

    def on_visitor_answered(self, call_id: str) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            call = store.get_call(tx, call_id)
            to: State = "ringing" if call.operator_id is None else "connected"
            if not store.move(tx, call_id, ("dialing",), state=to, visitor_answered_at=now):
                return
            store.answer_leg(tx, call_id, "visitor", None, now)
            if to == "connected":
                self._connected(tx, call_id, now)
            else:
                self._let_wait(tx, call_id, now)

    def _connected(self, tx: Tx, call_id: str, now: datetime) -> None:
        store.move(tx, call_id, ("connected",), connected_at=now)
        self._jobs.add(tx, "calls.talked", {"call_id": call_id}, now + self._answered_after)
        self._jobs.add(tx, "calls.talk_limit", {"call_id": call_id}, now + TALK_LIMIT)
        call = store.get_call(tx, call_id)
        tx.record(CallConnected(call.site_id, call.visitor_id, call.id, now, call.callback_id))

    def _let_wait(self, tx: Tx, call_id: str, now: datetime) -> None:
        store.ring_waiting(tx, call_id, now)
        self._jobs.add_now(tx, "calls.ring", {"call_id": call_id}, unique_key=f"ring:{call_id}")
        self._jobs.add(tx, "calls.ring_timeout", {"call_id": call_id}, now + self._operator_rings)
        tx.record(VisitorWaits(store.get_call(tx, call_id)))

    def on_visitor_failed(self, call_id: str, result: Outcome) -> None:
        with self._storage.begin() as tx:
            self.end(tx, call_id, result, was=("dialing",))

    def on_recorded(self, call_id: str, reference: str, length: timedelta) -> None:
        """Note where the provider keeps the recording; once per reference."""
        with self._storage.begin() as tx:
            recording_id = recordings.insert_recording(tx, call_id, reference, length, self._clock.now())
            if recording_id is not None:
                self._jobs.add_now(tx, "recordings.fetch", {"recording_id": recording_id})

    def on_ended(self, call_id: str) -> None:
        """The telephony ended the call, or whoever was still there hung up."""
        with self._storage.begin() as tx:
            call = store.get_call(tx, call_id)
            for state, outcome in HUNG_UP:
                nobody_yet = state == "dialing" and call.operator_id is None
                if self.end(tx, call_id, "no_answer" if nobody_yet else outcome, was=(state,)):
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
            notes = notes_of(tx, [call.id for call in found])
        shown = found[:PAGE]
        return {
            "lines": [
                line(call, sites[call.site_id], names.get(call.operator_id or ""), now, operator.language)
                | notes[call.id]
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

    def all_talk(self, tx: Tx, operator_ids: Sequence[str]) -> bool:
        """Tell whether there are such operators and each of them is in a call."""
        return bool(operator_ids) and store.busy_operators(tx, operator_ids) >= set(operator_ids)

    def free_of(self, tx: Tx, operator_ids: Sequence[str]) -> list[str]:
        """Return who of them is not in a call; all of them if everybody is (whoever ends first may answer)."""
        busy = store.busy_operators(tx, operator_ids)
        return [one for one in operator_ids if one not in busy] or list(operator_ids)
