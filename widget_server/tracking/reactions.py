"""What the life of a call does to numbers and tasks, in the same transaction."""

from dataclasses import replace
from datetime import datetime

from widget_server.calls.model import Call, CallConnected, CallDeclined, CallEnded, CallTaken
from widget_server.calls.store import get_call
from widget_server.storage import Tx
from widget_server.tracking import pool_store, store
from widget_server.tracking.model import Inbound, InboundChanged, InboundMissed


def on_call_moved(tx: Tx, event: CallTaken | CallDeclined) -> None:
    inbound = store.find_inbound(tx, event.call.id)
    if inbound is not None:
        tx.record(InboundChanged(inbound.call_id))


def on_call_connected(tx: Tx, event: CallConnected) -> None:
    """Whoever is talked to, in whatever call, needs not be called back for an earlier one."""
    call = get_call(tx, event.call_id)
    own = store.find_inbound(tx, call.id)
    for task in _tasks_of(tx, call):
        if own is None or task.call_id != own.call_id:
            store.update_inbound(tx, replace(task, needs_person=False, done_at=event.at))
    if own is not None:
        tx.record(InboundChanged(own.call_id))


def on_call_ended(tx: Tx, event: CallEnded) -> None:
    call = event.call
    assert call.ended_at is not None
    inbound = store.find_inbound(tx, call.id, lock=True)
    if inbound is None:
        return
    pool_store.release(tx, call.id, call.ended_at)
    if call.outcome == "talked":
        _close(tx, inbound, call.ended_at)
    elif call.id == inbound.call_id:
        _miss(tx, inbound, call, call.ended_at)
    else:
        tx.record(InboundChanged(inbound.call_id))


def _close(tx: Tx, inbound: Inbound, at: datetime) -> None:
    if inbound.needs_person:
        store.update_inbound(tx, replace(inbound, needs_person=False, done_at=at))
    else:
        tx.record(InboundChanged(inbound.call_id))


def _miss(tx: Tx, inbound: Inbound, call: Call, at: datetime) -> None:
    """Make a task of it, one for all that this caller missed; who hides their number cannot be called."""
    earlier = _tasks_of(tx, call)
    for task in earlier:
        store.update_inbound(tx, replace(task, needs_person=False, done_at=at))
    tries = 1 + max((task.tries for task in earlier), default=0)
    store.update_inbound(tx, replace(inbound, needs_person=bool(call.phone), tries=tries))
    tx.record(InboundMissed(call, at))


def _tasks_of(tx: Tx, call: Call) -> list[Inbound]:
    caller_id = store.find_caller(tx, call.site_id, call.phone) if call.phone else None
    return store.list_tasks_of_caller(tx, caller_id) if caller_id is not None else []
