"""What operators do about callbacks: answer, refuse, call now, close the task."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from widget_server.callbacks import store
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.model import IN_CALL, Callback, IllegalMove, ring_order
from widget_server.calls.service import CallService
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.operators.service import OperatorService
from widget_server.sites.store import get_site
from widget_server.storage import Storage, Tx


class Handling:
    """The operators' part of ``CallbackService``."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        operators: OperatorService,
        calls: CallService,
        jobs: JobStore,
        guard: Guard,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._operators = operators
        self._calls = calls
        self._jobs = jobs
        self._guard = guard

    def answer(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Take a ringing callback; exactly one operator does.

        Raises
        ------
        Conflict
            ``taken`` with the winner's name, ``already_talking``, ``call_over``, ``not_ringing``, ``answer_on_phone``
            (telephones ring, and answer).
        """
        callback = self.access_callback(operator, callback_id)
        if callback.call_id is None or not callback.asks_operators:
            raise Conflict("not_ringing")
        self._operators.check_answers_here()
        self._calls.on_operator_answered(callback.call_id, operator.id)
        return self.get_callback(callback_id)

    def hang_up(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Refuse a callback that rings, end one's own; raises what ``CallService.hang_up`` does, ``not_ringing``."""
        callback = self.access_callback(operator, callback_id)
        if callback.call_id is None or callback.state not in IN_CALL:
            raise Conflict("call_over")
        if not callback.asks_operators:
            raise Conflict("not_ringing")
        self._calls.hang_up(callback.call_id, operator)
        return self.get_callback(callback_id)

    def call_now(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Begin another attempt, which rings this operator; safe to repeat.

        Raises
        ------
        Conflict
            ``already_calling``, ``already_talking``, ``not_possible_now``, ``callbacks_paused``, ``no_phone_yet``.
        BadInput
            ``phone_blocked``.
        """
        self.access_callback(operator, callback_id)
        if self._calls.is_talking(operator.id):
            raise Conflict("already_talking")
        self._operators.check_can_be_rung(operator.id)
        try:
            with self._moving(), self._storage.begin() as tx:
                callback = store.get_callback(tx, callback_id, lock=True)
                if callback.state in (*IN_CALL, "queued"):
                    return callback
                self._check_may_dial(tx, callback)
                self._jobs.add_now(tx, "callback.ring", ring_order(callback, [operator.id]))
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

    def reopen(self, operator: OperatorIdentity, callback_id: str) -> Callback:
        """Take ``done`` back; safe to repeat.

        Raises
        ------
        Conflict
            ``not_possible_now``: it has gone on meanwhile.
        """
        self.access_callback(operator, callback_id)
        with self._moving(), self._storage.begin() as tx:
            callback = store.get_callback(tx, callback_id, lock=True)
            if callback.needs_person:
                return callback
            return store.update_callback(tx, callback.reopen_task(self._clock.now()))

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

    def _check_may_dial(self, tx: Tx, callback: Callback) -> None:
        """Refuse what its job would refuse."""
        refused = self._guard.why_not(tx, get_site(tx, callback.site_id), callback.phone)
        if refused == "paused":
            raise Conflict("callbacks_paused")
        if refused is not None:
            raise BadInput("phone_blocked", field="phone")

    @contextmanager
    def _moving(self) -> Iterator[None]:
        try:
            yield
        except IllegalMove:
            raise Conflict("not_possible_now") from None
