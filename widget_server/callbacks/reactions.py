"""What a call does to its callback, in the same transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta

from widget_server.callbacks import store
from widget_server.callbacks.model import Callback, CallbackNeedsPerson, ring_order
from widget_server.calls import store as calls
from widget_server.calls.model import CallConnected, CallEnded, CallTaken, VisitorWaits
from widget_server.jobs.store import JobStore
from widget_server.sites.model import Site, is_open
from widget_server.sites.store import get_site
from widget_server.storage import Tx


class CallbackReactions:
    """Moves the callback that waits for this very call; an earlier attempt's call changes nothing any more."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs

    def on_visitor_waits(self, tx: Tx, event: VisitorWaits) -> None:
        call = event.call
        assert call.visitor_answered_at is not None
        at = call.visitor_answered_at
        _move(tx, call.callback_id, call.id, lambda callback: callback.wait(at))

    def on_call_taken(self, tx: Tx, event: CallTaken) -> None:
        call = event.call
        assert call.operator_id is not None
        assert call.answered_at is not None
        operator_id, at = call.operator_id, call.answered_at
        _move(tx, call.callback_id, call.id, lambda callback: callback.take(operator_id, at))

    def on_call_connected(self, tx: Tx, event: CallConnected) -> None:
        """Both sides talk: nobody is called, or asked to call, whom a person just talked to."""
        _move(tx, event.callback_id, event.call_id, lambda callback: callback.connect(event.at))
        phone = calls.get_call(tx, event.call_id).phone
        for other in store.list_open_of_phone(tx, event.site_id, phone):
            store.update_callback(tx, other.meet(event.at) if other.is_retry else other.close_task(event.at))

    def on_call_ended(self, tx: Tx, event: CallEnded) -> None:
        call = event.call
        assert call.outcome is not None
        assert call.ended_at is not None
        outcome, at, site = call.outcome, call.ended_at, get_site(tx, call.site_id)
        moved = _move(
            tx,
            call.callback_id,
            call.id,
            lambda callback: callback.after_call(outcome, at, next_attempt(site, callback, at)),
        )
        if moved is not None and moved.is_retry:
            self._jobs.add(tx, "callback.ring", ring_order(moved), moved.due_at or at)
        if moved is not None and moved.needs_person and moved.task_at == at:
            tx.record(CallbackNeedsPerson(moved, at))


def next_attempt(site: Site, callback: Callback, at: datetime) -> datetime | None:
    """Return when the site tries again after this attempt; None if it does not, or would be closed then."""
    pauses = site.callback.retry_seconds
    if not 0 < callback.attempt <= len(pauses):
        return None
    due = at + timedelta(seconds=pauses[callback.attempt - 1])
    return due if is_open(site, due, site.find_department(callback.department)) else None


def _move(tx: Tx, callback_id: str | None, call_id: str, move: Callable[[Callback], Callback]) -> Callback | None:
    if callback_id is None:
        return None
    callback = store.get_callback(tx, callback_id, lock=True)
    return store.update_callback(tx, move(callback)) if callback.call_id == call_id else None
