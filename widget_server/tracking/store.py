"""Tracking numbers (rows of ``sites.store.numbers``), a site's rules for them, and the calls that came in on them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from widget_server.calls.model import OPEN
from widget_server.calls.store import calls
from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.store import numbers
from widget_server.storage import Moment, Tx, metadata
from widget_server.tracking.model import Inbound, InboundChanged, InboundTaken, Source, TrackedNumber, TrackingRules

tracking_rules = Table(
    "tracking_rules",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("hold_minutes", Integer, nullable=False),
    Column("match_minutes", Integer, nullable=False),
    Column("target_seconds", Integer, nullable=False),
)
callers = Table(
    "callers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("phone", Text, nullable=False),
    UniqueConstraint("site_id", "phone"),
)
inbound_calls = Table(
    "inbound_calls",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("number_id", Text, nullable=False),  # outlives the number
    Column("use", Text, nullable=False),
    Column("source", JSON),
    Column("caller_id", Text),
    Column("visitor_id", Text),
    Column("match", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("needs_person", Boolean, nullable=False),
    Column("done_at", Moment),
    Column("return_call_id", Text, index=True),
    Index("ix_inbound_calls_number_id_at", "number_id", "at"),
    Index("ix_inbound_calls_site_id_at", "site_id", "at"),
    Index("ix_inbound_calls_caller_id", "caller_id"),
)
_i, _n = inbound_calls.c, numbers.c
Index("ix_inbound_calls_tasks", _i.site_id, sqlite_where=_i.needs_person, postgresql_where=_i.needs_person)


def insert_tracked(tx: Tx, number: TrackedNumber) -> None:
    last = tx.execute(select(func.max(_n.position)).where(_n.site_id == number.site_id)).scalar_one()
    tx.execute(insert(numbers).values(**_row(number), position=(last or 0) + 1))


def update_tracked(tx: Tx, number: TrackedNumber) -> None:
    tx.execute(update(numbers).where(_n.id == number.id).values(**_row(number)))


def delete_number(tx: Tx, number_id: str) -> None:
    tx.execute(delete(numbers).where(_n.id == number_id))


def list_numbers(tx: Tx, *where: ColumnElement[bool]) -> list[TrackedNumber]:
    """Return numbers, in the order of their site."""
    query = select(numbers).where(*where).order_by(_n.site_id, _n.position, _n.id)
    return [_number(row) for row in tx.execute(query)]


def variant_numbers(tx: Tx, site_id: str) -> set[str]:
    """Return the ids of the numbers that belong to variants."""
    return set(tx.execute(select(_n.id).where(_n.site_id == site_id, _n.use == "variant")).scalars())


def find_number(tx: Tx, number_id: str) -> TrackedNumber | None:
    return next(iter(list_numbers(tx, _n.id == number_id)), None)


def find_rules(tx: Tx, site_id: str) -> TrackingRules:
    found = tx.execute(select(tracking_rules).where(tracking_rules.c.site_id == site_id)).one_or_none()
    return TrackingRules() if found is None else TrackingRules(*found[1:])


def put_rules(tx: Tx, site_id: str, rules: TrackingRules) -> None:
    if not tx.insert_new(tracking_rules, {"site_id": site_id, **asdict(rules)}):
        tx.execute(update(tracking_rules).where(tracking_rules.c.site_id == site_id).values(**asdict(rules)))


def caller_of(tx: Tx, site_id: str, phone: str) -> str | None:
    """Return the name by which a caller is counted on a site, None for one who hides their number."""
    if not phone:
        return None
    tx.insert_new(callers, {"id": new_id(), "site_id": site_id, "phone": phone})
    own = callers.c.site_id == site_id, callers.c.phone == phone
    found: str = tx.execute(select(callers.c.id).where(*own)).scalar_one()
    return found


def insert_inbound(tx: Tx, inbound: Inbound) -> None:
    tx.execute(insert(inbound_calls).values(**_inbound_row(inbound)))
    tx.record(InboundTaken(inbound))
    tx.record(InboundChanged(inbound.call_id))


def update_inbound(tx: Tx, inbound: Inbound) -> None:
    """Write how far an inbound call is now, and tell of it."""
    tx.execute(update(inbound_calls).where(_i.call_id == inbound.call_id).values(**_inbound_row(inbound)))
    tx.record(InboundChanged(inbound.call_id))


def find_inbound(tx: Tx, call_id: str, *, lock: bool = False) -> Inbound | None:
    """Return the inbound call that this call is, or is the answer to."""
    query = select(inbound_calls).where(or_(_i.call_id == call_id, _i.return_call_id == call_id))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _inbound(row)


def get_inbound(tx: Tx, call_id: str, *, lock: bool = False) -> Inbound:
    query = select(inbound_calls).where(_i.call_id == call_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _inbound(row)


def list_inbound(tx: Tx, site_ids: Collection[str], since: datetime, most: int) -> list[Inbound]:
    """Return what came in, the latest first."""
    query = select(inbound_calls).where(_i.site_id.in_(site_ids), _i.at >= since)
    return [_inbound(row) for row in tx.execute(query.order_by(_i.at.desc(), _i.call_id).limit(most))]


def list_active(tx: Tx, site_ids: Collection[str], since: datetime, most: int) -> list[Inbound]:
    """Return what goes on (and began after ``since``) or asks for a person, the oldest first."""
    goes_on = exists().where(calls.c.id == _i.call_id, calls.c.state.in_(OPEN))
    active = or_(_i.needs_person, and_(_i.at >= since, goes_on))
    query = select(inbound_calls).where(_i.site_id.in_(site_ids), active).order_by(_i.at)
    return [_inbound(row) for row in tx.execute(query.limit(most))]


def list_tasks(tx: Tx, site_ids: Collection[str], most: int) -> list[Inbound]:
    """Return what asks for a person, the latest first."""
    query = select(inbound_calls).where(_i.site_id.in_(site_ids), _i.needs_person).order_by(_i.at.desc())
    return [_inbound(row) for row in tx.execute(query.limit(most))]


def list_tasks_of_caller(tx: Tx, caller_id: str | None) -> list[Inbound]:
    query = select(inbound_calls).where(_i.caller_id == caller_id, _i.needs_person)
    return [_inbound(row) for row in tx.execute(query.with_for_update())]


def find_caller(tx: Tx, site_id: str, phone: str) -> str | None:
    own = callers.c.site_id == site_id, callers.c.phone == phone
    return tx.execute(select(callers.c.id).where(*own)).scalar_one_or_none()


def count_calls(tx: Tx, number_ids: Collection[str], since: datetime) -> Mapping[str, tuple[int, int, datetime]]:
    """Return number id → calls since then, how many of them were talked, and when the last one came."""
    talked = func.count(calls.c.connected_at)
    last = func.max(_i.at, type_=Moment)
    query = select(_i.number_id, func.count().label("calls"), talked.label("talked"), last.label("last"))
    own = _i.number_id.in_(number_ids), _i.at >= since
    rows = tx.execute(query.join(calls, calls.c.id == _i.call_id).where(*own).group_by(_i.number_id))
    return {row.number_id: (row.calls, row.talked, row.last) for row in rows}


def _row(number: TrackedNumber) -> dict[str, Any]:
    return {**asdict(number), "source": number.source.view() if number.source else None}


def _number(row: Row[Any]) -> TrackedNumber:
    values = {**row._mapping, "source": None if row.source is None else Source.of(row.source)}
    values.pop("position")
    return TrackedNumber(**values)


def _inbound_row(inbound: Inbound) -> dict[str, Any]:
    return {**asdict(inbound), "source": inbound.source.view() if inbound.source else None}


def _inbound(row: Row[Any]) -> Inbound:
    return Inbound(**{**row._mapping, "source": None if row.source is None else Source.of(row.source)})
