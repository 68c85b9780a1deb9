"""The tables of callbacks and consents. One request per number of a site is in flight: an index sees to it."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    insert,
    or_,
    select,
    update,
)

from widget_server.callbacks.model import IN_FLIGHT, Callback, CallbackChanged, Consent
from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata

consents = Table(
    "consents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("page", Text),
    Column("address", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("body_hash", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column("operator_id", Text),
    Column("call_id", Text),
    Column("reason", Text),
    Column("consent_id", Text, ForeignKey("consents.id"), nullable=False),
    Column("context", JSON, nullable=False),
    Column("needs_person", Boolean, nullable=False),
    Column("done_at", Moment),
    Column("department", Text),
    Column("task_at", Moment),
    UniqueConstraint("site_id", "visitor_id", "key"),
    Index("ix_callbacks_state", "site_id", "state"),
    Index("ix_callbacks_site_id_requested_at", "site_id", "requested_at"),
)
_in_flight = callbacks.c.state.in_(IN_FLIGHT)
Index(
    "uq_callbacks_in_flight",
    callbacks.c.site_id,
    callbacks.c.phone,
    unique=True,
    sqlite_where=_in_flight,
    postgresql_where=_in_flight,
)
Index(
    "ix_callbacks_tasks",
    callbacks.c.site_id,
    sqlite_where=callbacks.c.needs_person,
    postgresql_where=callbacks.c.needs_person,
)


def insert_consent(tx: Tx, consent: Consent) -> None:
    tx.execute(insert(consents).values(**asdict(consent)))


def insert_callback(tx: Tx, callback: Callback) -> bool:
    """Write a new request; False if its key is known or its number is being called already."""
    return tx.insert_new(callbacks, asdict(callback))


def update_callback(tx: Tx, callback: Callback) -> Callback:
    """Write how far a callback is now, and tell of it."""
    values = asdict(callback)
    tx.execute(update(callbacks).where(callbacks.c.id == values.pop("id")).values(**values))
    tx.record(CallbackChanged(callback))
    return callback


def get_callback(tx: Tx, callback_id: str, *, lock: bool = False) -> Callback:
    query = select(callbacks).where(callbacks.c.id == callback_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _callback(row)


def find_by_key(tx: Tx, site_id: str, visitor_id: str, key: str) -> Callback | None:
    mine = (callbacks.c.site_id == site_id) & (callbacks.c.visitor_id == visitor_id) & (callbacks.c.key == key)
    row = tx.execute(select(callbacks).where(mine)).one_or_none()
    return None if row is None else _callback(row)


def find_in_flight(tx: Tx, site_id: str, phone: str) -> Callback | None:
    mine = (callbacks.c.site_id == site_id) & (callbacks.c.phone == phone) & _in_flight
    row = tx.execute(select(callbacks).where(mine)).one_or_none()
    return None if row is None else _callback(row)


def list_of_visitor(tx: Tx, site_id: str, visitor_id: str, most: int) -> list[Callback]:
    """Return the latest first."""
    mine = (callbacks.c.site_id == site_id) & (callbacks.c.visitor_id == visitor_id)
    query = select(callbacks).where(mine).order_by(callbacks.c.requested_at.desc()).limit(most)
    return [_callback(row) for row in tx.execute(query)]


def list_active(tx: Tx, site_ids: Collection[str], most: int) -> list[Callback]:
    """Return what is in flight or asks for a person, the oldest first."""
    active = or_(_in_flight, callbacks.c.needs_person)
    query = select(callbacks).where(callbacks.c.site_id.in_(site_ids), active).order_by(callbacks.c.requested_at)
    return [_callback(row) for row in tx.execute(query.limit(most))]


def list_tasks(tx: Tx, site_ids: Collection[str], most: int) -> list[Callback]:
    open_tasks = callbacks.c.site_id.in_(site_ids) & callbacks.c.needs_person
    query = select(callbacks).where(open_tasks).order_by(callbacks.c.changed_at.desc()).limit(most)
    return [_callback(row) for row in tx.execute(query)]


def list_open_of_phone(tx: Tx, site_id: str, phone: str) -> list[Callback]:
    """Return what a talk with this number settles: tasks, and another attempt that is to come."""
    to_come = (callbacks.c.state == "scheduled") & (callbacks.c.attempt > 0)
    settled = (callbacks.c.site_id == site_id) & (callbacks.c.phone == phone) & or_(callbacks.c.needs_person, to_come)
    return [_callback(row) for row in tx.execute(select(callbacks).where(settled).with_for_update())]


def _callback(row: Any) -> Callback:
    return Callback(**row._mapping)
