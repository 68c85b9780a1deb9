"""Asking to be called back, and what visitors may do about it.

A request is one row with its consent and its ring job, in one transaction. Nothing is dialled here.
"""

from collections.abc import Callable
from typing import Any

from widget_server.callbacks import store
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.handling import Handling
from widget_server.callbacks.intake import check_draft, digest
from widget_server.callbacks.model import (
    IN_CALL,
    Callback,
    CallbackChanged,
    CallbackRequested,
    Consent,
    Draft,
    ring_order,
)
from widget_server.calls.service import CallService
from widget_server.edge.identity import VisitorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound, TryAgain
from widget_server.kernel.ids import new_id
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Department, Site, is_open
from widget_server.sites.phone import Phone
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx


class CallbackService(Handling):
    """The use cases of callbacks.

    Parameters
    ----------
    find_profile : callable
        ``(site_id, visitor_id) -> dict``: where the visitor is; kept with the request.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        sites: SiteService,
        operators: OperatorService,
        calls: CallService,
        jobs: JobStore,
        guard: Guard,
        find_profile: Callable[[str, str], dict[str, Any]],
    ) -> None:
        super().__init__(storage, clock, operators, calls, jobs, guard)
        self._sites = sites
        self._find_profile = find_profile

    def request_callback(self, visitor: VisitorIdentity, draft: Draft, address: str) -> Callback:
        """Take a request; the same key again returns the same callback.

        Raises
        ------
        Conflict
            ``key_reused`` (same key, other body), ``already_calling`` (the number has a request in flight),
            ``already_booked`` (one that waits for its time), ``nobody_takes_calls`` (choose a time instead),
            ``closed_then``, ``consent_changed``, ``callbacks_paused``.
        BadInput
            ``consent_needed``, ``bad_phone``, ``phone_not_allowed``, ``phone_blocked``, ``bad_due_at``.
        TooMany, ProofNeeded
            What ``Guard.admit`` raises.
        """
        known = self._find_known(visitor, draft)
        if known is not None:
            return known
        site = self._sites.get_site(visitor.site_id)
        phone = check_draft(site, draft, self._clock.now())
        department = site.choose_department(draft.department)
        if draft.due_at is None:
            self._check_somebody_answers(site, department)
        elif not is_open(site, draft.due_at, department):
            raise Conflict("closed_then", field="due_at")
        context = self._find_profile(visitor.site_id, visitor.visitor_id)
        try:
            with self._storage.begin() as tx:
                return self._write(tx, site, visitor, draft, phone, address, context)
        except _Clash:
            known = self._find_known(visitor, draft)
        if known is None:
            raise self._refused_twice(site.id, phone.e164)
        return known

    def hurry(self, visitor: VisitorIdentity, callback_id: str) -> Callback:
        """Call now instead of later; safe to repeat.

        Raises
        ------
        Conflict
            ``nobody_takes_calls``, ``not_possible_now``, ``callbacks_paused``.
        """
        known = self.access_own(visitor, callback_id)
        if known.state in (*IN_CALL, "queued"):
            return known
        site = self._sites.get_site(known.site_id)
        self._check_somebody_answers(site, site.find_department(known.department))
        with self._moving(), self._storage.begin() as tx:
            callback = store.get_callback(tx, callback_id, lock=True)
            self._check_may_dial(tx, callback)
            self._jobs.add_now(tx, "callback.ring", ring_order(callback))
            return store.update_callback(tx, callback.hurry(self._clock.now()))

    def cancel(self, visitor: VisitorIdentity, callback_id: str) -> Callback:
        """Stop a callback that is not connected yet; safe to repeat.

        Raises
        ------
        Conflict
            ``not_possible_now``: they talk already, or have talked.
        """
        known = self.access_own(visitor, callback_id)
        if known.state == "cancelled":
            return known
        with self._moving(), self._storage.begin() as tx:
            if known.state in IN_CALL:
                assert known.call_id is not None
                if self._calls.end(tx, known.call_id, "cancelled", was=("ringing", "dialing")):
                    return store.get_callback(tx, callback_id)
            callback = store.get_callback(tx, callback_id, lock=True)
            if callback.state in ("ringing", "dialing"):
                raise TryAgain("busy")  # its job took it this very moment
            return store.update_callback(tx, callback.cancel(self._clock.now()))

    def access_own(self, visitor: VisitorIdentity, callback_id: str) -> Callback:
        """Return a callback that this visitor asked for.

        Raises
        ------
        NotFound
            If there is none, or it is somebody else's.
        """
        callback = self.get_callback(callback_id)
        if (callback.site_id, callback.visitor_id) != (visitor.site_id, visitor.visitor_id):
            raise NotFound("not_found")
        return callback

    def _check_somebody_answers(self, site: Site, department: Department | None) -> None:
        takers = self._operators.takers(site.id, department.id if department is not None else None)
        if not (takers and is_open(site, self._clock.now(), department)):
            raise Conflict("nobody_takes_calls")

    def _refused_twice(self, site_id: str, phone: str) -> Conflict:
        with self._storage.read() as tx:
            first = store.find_in_flight(tx, site_id, phone)
        is_booked = first is not None and first.state == "scheduled"
        return Conflict("already_booked" if is_booked else "already_calling", field="phone")

    def _find_known(self, visitor: VisitorIdentity, draft: Draft) -> Callback | None:
        with self._storage.read() as tx:
            known = store.find_by_key(tx, visitor.site_id, visitor.visitor_id, draft.key)
        if known is not None and known.body_hash != digest(draft):
            raise Conflict("key_reused")
        return known

    def _write(
        self,
        tx: Tx,
        site: Site,
        visitor: VisitorIdentity,
        draft: Draft,
        phone: Phone,
        address: str,
        context: dict[str, Any],
    ) -> Callback:
        now, who = self._clock.now(), (site.id, visitor.visitor_id)
        words, page = site.consent[visitor.language]["text"], context.get("page")
        consent = Consent(new_id(), *who, words, draft.consent_version, visitor.language, page, address, now)
        state = "queued" if draft.due_at is None else "scheduled"
        made = (draft.key, digest(draft), phone.e164, state, now, draft.due_at, now, consent.id)
        wanted = site.choose_department(draft.department)
        told = {"context": context, "department": wanted.id if wanted is not None else None}
        callback = Callback(new_id(), *who, *made, **told)  # type: ignore[arg-type]  # state is one of two
        store.insert_consent(tx, consent)
        if not store.insert_callback(tx, callback):
            raise _Clash
        self._guard.admit(tx, site, draft, callback, address)
        self._jobs.add(tx, "callback.ring", ring_order(callback), draft.due_at or now)
        tx.record(CallbackRequested(*who, callback.id, now))
        tx.record(CallbackChanged(callback))
        return callback


class _Clash(Exception):
    """The key or the number is in the table already."""
