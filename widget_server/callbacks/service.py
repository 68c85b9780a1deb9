"""Asking to be called back, and what visitors and operators may do about it.

A request is one row with its consent and its ring job, in one transaction. Nothing is dialled here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import IntegrityError

from widget_server.callbacks import store
from widget_server.callbacks.intake import check_draft, digest, network
from widget_server.callbacks.model import (
    IN_CALL,
    Callback,
    CallbackChanged,
    CallbackRequested,
    Consent,
    Draft,
    IllegalMove,
)
from widget_server.calls.service import CallService
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.edge.limits import Limits
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound, TryAgain
from widget_server.kernel.ids import new_id
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.model import Site, is_open
from widget_server.sites.phone import Phone
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx

LIMIT_PER_PHONE = "5/hour"


class CallbackService:
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
        limits: Limits,
        settings: Settings,
        find_profile: Callable[[str, str], dict[str, Any]],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._sites = sites
        self._operators = operators
        self._calls = calls
        self._jobs = jobs
        self._limits = limits
        self._settings = settings
        self._find_profile = find_profile

    # the visitor's side

    def request_callback(self, visitor: VisitorIdentity, draft: Draft, address: str) -> Callback:
        """Take a request; the same key again returns the same callback.

        Raises
        ------
        Conflict
            ``key_reused`` (same key, other body), ``already_calling`` (the number has a request in flight),
            ``nobody_takes_calls`` (choose a time instead), ``closed_then``, ``consent_changed``.
        BadInput
            ``consent_needed``, ``bad_phone``, ``phone_not_allowed``, ``bad_due_at``.
        TooMany
            If the visitor, their network or the number asked too often.
        """
        known = self._find_known(visitor, draft)
        if known is not None:
            return known
        site = self._sites.get_site(visitor.site_id)
        phone = check_draft(site, draft, self._clock.now())
        if draft.due_at is None and not (is_open(site, self._clock.now()) and self._operators.takers(site.id)):
            raise Conflict("nobody_takes_calls")
        context = self._find_profile(visitor.site_id, visitor.visitor_id)
        try:
            with self._storage.begin() as tx:
                return self._write(tx, site, visitor, draft, phone, address, context)
        except _Clash:
            known = self._find_known(visitor, draft)
        if known is None:
            raise Conflict("already_calling", field="phone")
        return known

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

    # the operator's side

    def answer(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Take a ringing callback; exactly one operator does.

        Raises
        ------
        Conflict
            ``taken`` with the winner's name, ``already_talking``, ``call_over``, ``not_ringing``.
        """
        callback = self.access_callback(operator, callback_id)
        if callback.call_id is None or callback.state in ("scheduled", "queued"):
            raise Conflict("not_ringing")
        self._calls.on_operator_answered(callback.call_id, operator.id)
        return self.get_callback(callback_id)

    def hang_up(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        callback = self.access_callback(operator, callback_id)
        if callback.call_id is None or callback.state not in IN_CALL:
            raise Conflict("call_over")
        self._calls.hang_up(callback.call_id, operator)
        return self.get_callback(callback_id)

    def call_now(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Begin another attempt, which rings this operator; safe to repeat.

        Raises
        ------
        Conflict
            ``already_calling``, ``already_talking``, ``not_possible_now``.
        """
        self.access_callback(operator, callback_id)
        if self._calls.is_talking(operator.id):
            raise Conflict("already_talking")
        try:
            with self._moving(), self._storage.begin() as tx:
                callback = store.get_callback(tx, callback_id, lock=True)
                if callback.state in (*IN_CALL, "queued"):
                    return callback
                payload = {"callback_id": callback.id, "attempt": callback.attempt + 1, "operator_ids": [operator.id]}
                self._jobs.add_now(tx, "callback.ring", payload)
                return store.update_callback(tx, callback.call_again(self._clock.now()))
        except IntegrityError:
            raise Conflict("already_calling") from None

    def done(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Close the task of a callback that asks for a person; safe to repeat."""
        self.access_callback(operator, callback_id)
        with self._moving(), self._storage.begin() as tx:
            callback = store.get_callback(tx, callback_id, lock=True)
            if not callback.needs_person:
                return callback
            return store.update_callback(tx, callback.close_task(self._clock.now()))

    def access_callback(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Return a callback of one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        callback = self.get_callback(callback_id)
        if callback.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return callback

    def get_callback(self, callback_id: str) -> Callback:
        with self._storage.read() as tx:
            return store.get_callback(tx, callback_id)

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
        callback = Callback(new_id(), *who, *made, context=context)  # type: ignore[arg-type]  # state is one of two
        store.insert_consent(tx, consent)
        if not store.insert_callback(tx, callback):
            raise _Clash
        self._check_limits(visitor, phone, address)
        ring = {"callback_id": callback.id, "attempt": 1, "operator_ids": None}
        self._jobs.add(tx, "callback.ring", ring, draft.due_at or now)
        tx.record(CallbackRequested(*who, callback.id, now))
        tx.record(CallbackChanged(callback))
        return callback

    def _check_limits(self, visitor: VisitorIdentity, phone: Phone, address: str) -> None:
        """Count a request that is new: a repeated one is the same act."""
        rules, site_id = self._settings, visitor.site_id
        self._limits.check(rules.limit_callbacks_per_visitor, "callback-visitor", site_id, visitor.visitor_id)
        self._limits.check(rules.limit_callbacks_per_address, "callback-address", network(address))
        self._limits.check(LIMIT_PER_PHONE, "callback-phone", phone.e164)

    @contextmanager
    def _moving(self) -> Iterator[None]:
        try:
            yield
        except IllegalMove:
            raise Conflict("not_possible_now") from None


class _Clash(Exception):
    """The key or the number is in the table already."""
