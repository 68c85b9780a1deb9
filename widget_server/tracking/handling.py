"""What operators do about calls that came in: answer, refuse, call back who called in vain."""

from collections.abc import Callable
from dataclasses import replace

from widget_server.calls import store as call_store
from widget_server.calls.model import OPEN
from widget_server.calls.service import CallService
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.operators.service import OperatorService
from widget_server.sites.calling import judge
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx
from widget_server.tracking import store
from widget_server.tracking.model import Inbound

WhyNot = Callable[[Tx, Site, str], str | None]


class InboundDesk:
    """The operators' use cases.

    Parameters
    ----------
    why_not : callable
        ``(tx, site, e164) -> str or None``: why a number must not be dialled now (``paused``, ``blocked``, ``own``).
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        sites: SiteService,
        operators: OperatorService,
        calls: CallService,
        jobs: JobStore,
        why_not: WhyNot,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._sites = sites
        self._operators = operators
        self._calls = calls
        self._jobs = jobs
        self._why_not = why_not

    def access_inbound(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Return a call that came in on one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        found = self.get_inbound(call_id)
        if found.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return found

    def get_inbound(self, call_id: str) -> Inbound:
        with self._storage.read() as tx:
            return store.get_inbound(tx, call_id)

    def answer(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Take a ringing call; exactly one operator does.

        Raises
        ------
        Conflict
            ``taken`` with the winner's name, ``already_talking``, ``call_over``, ``answer_on_phone``.
        """
        inbound = self.access_inbound(operator, call_id)
        self._operators.check_answers_here()
        self._calls.on_operator_answered(inbound.return_call_id or inbound.call_id, operator.id)
        return self.get_inbound(call_id)

    def hang_up(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Refuse it while it rings, end it later.

        Raises
        ------
        Conflict
            ``taken``, ``call_over``.
        """
        inbound = self.access_inbound(operator, call_id)
        self._calls.hang_up(inbound.return_call_id or inbound.call_id, operator)
        return self.get_inbound(call_id)

    def call_back(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Ring this operator, then whoever called in vain. In flight already: changes nothing.

        Raises
        ------
        Conflict
            ``already_talking``, ``not_possible_now`` (nobody waits for it), ``callbacks_paused``, ``no_phone_yet``.
        BadInput
            ``phone_not_allowed``, ``phone_blocked``: a caller may show any number, also one that costs a fortune.
        """
        known = self.access_inbound(operator, call_id)
        if self._calls.is_talking(operator.id):
            raise Conflict("already_talking")
        self._operators.check_can_be_rung(operator.id)
        site = self._sites.get_site(known.site_id)
        with self._storage.begin() as tx:
            inbound = store.get_inbound(tx, call_id, lock=True)
            call = call_store.get_call(tx, inbound.return_call_id or call_id)
            if call.state in OPEN:
                return inbound
            if not inbound.needs_person:
                raise Conflict("not_possible_now")
            self._check_may_dial(tx, site, call.phone)
            made = self._calls.start(
                tx, site.id, inbound.sure_visitor, None, call.phone, [operator.id], dialled=call.dialled
            )
            self._jobs.add_now(tx, "calls.ring", {"call_id": made.id}, unique_key=f"ring:{made.id}")
            called = replace(inbound, return_call_id=made.id)
            store.update_inbound(tx, called)
        return called

    def done(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Close the task of a missed call; safe to repeat."""
        self.access_inbound(operator, call_id)
        with self._storage.begin() as tx:
            inbound = store.get_inbound(tx, call_id, lock=True)
            if inbound.needs_person:
                inbound = replace(inbound, needs_person=False, done_at=self._clock.now())
                store.update_inbound(tx, inbound)
        return inbound

    def reopen(self, operator: OperatorIdentity, call_id: str) -> Inbound:
        """Take the closing of a task back; safe to repeat.

        Raises
        ------
        Conflict
            ``not_possible_now``: somebody talked to the caller, or there is no number to call.
        """
        self.access_inbound(operator, call_id)
        with self._storage.begin() as tx:
            inbound = store.get_inbound(tx, call_id, lock=True)
            last = call_store.get_call(tx, inbound.return_call_id or call_id)
            if last.outcome == "talked" or last.state in OPEN or not last.phone:
                raise Conflict("not_possible_now")
            if not inbound.needs_person:
                inbound = replace(inbound, needs_person=True, done_at=None)
                store.update_inbound(tx, inbound)
        return inbound

    def _check_may_dial(self, tx: Tx, site: Site, phone: str) -> None:
        reason = self._why_not(tx, site, phone)
        if reason == "paused":
            raise Conflict("callbacks_paused")
        if reason == "blocked":
            raise BadInput("phone_blocked", field="phone")
        if reason is not None or not judge(phone, site.country, site.calling.policy_for(site.country)).allowed:
            raise BadInput("phone_not_allowed", field="phone", example=phone_format(site.country)["example"])
