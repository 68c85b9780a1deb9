"""What a call does to its callback, in the same transaction."""

from collections.abc import Callable

from widget_server.callbacks import store
from widget_server.callbacks.model import Callback
from widget_server.calls.model import CallConnected, CallEnded, CallTaken
from widget_server.storage import Tx


def on_call_taken(tx: Tx, event: CallTaken) -> None:
    call = event.call
    assert call.operator_id is not None
    assert call.answered_at is not None
    operator_id, at = call.operator_id, call.answered_at
    _move(tx, call.callback_id, call.id, lambda callback: callback.take(operator_id, at))


def on_call_connected(tx: Tx, event: CallConnected) -> None:
    _move(tx, event.callback_id, event.call_id, lambda callback: callback.connect(event.at))
    if event.callback_id is not None:
        met = store.get_callback(tx, event.callback_id)
        for task in store.list_tasks_of_phone(tx, met.site_id, met.phone):  # nobody calls a person just talked to
            store.update_callback(tx, task.close_task(event.at))


def on_call_ended(tx: Tx, event: CallEnded) -> None:
    call = event.call
    assert call.outcome is not None
    assert call.ended_at is not None
    outcome, at = call.outcome, call.ended_at
    _move(tx, call.callback_id, call.id, lambda callback: callback.after_call(outcome, at))


def _move(tx: Tx, callback_id: str | None, call_id: str, move: Callable[[Callback], Callback]) -> None:
    """Move the callback that waits for this very call; an earlier attempt's call changes nothing any more."""
    if callback_id is None:
        return
    callback = store.get_callback(tx, callback_id, lock=True)
    if callback.call_id == call_id:
        store.update_callback(tx, move(callback))
