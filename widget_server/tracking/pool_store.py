"""The tables of pools: who held which number when, and how each hour went."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    case,
    func,
    insert,
    or_,
    select,
    update,
)

from widget_server.kernel.ids import new_id
from widget_server.sites.store import numbers
from widget_server.storage import Moment, Tx, metadata
from widget_server.tracking.pool_model import Lease, Place

number_leases = Table(
    "number_leases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("number_id", Text, nullable=False),  # outlives the number
    Column("visitor_id", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("call_id", Text, index=True),
    Index("ix_number_leases_number_id_since", "number_id", "since"),
    Index("ix_number_leases_site_id_visitor_id_since", "site_id", "visitor_id", "since"),
)
pool_hours = Table(
    "pool_hours",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("hour", Moment, nullable=False),
    Column("visitors", Integer, nullable=False),
    Column("exhausted", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "hour"),
)
_l, _h = number_leases.c, pool_hours.c


def lock_places(tx: Tx, site_id: str) -> list[Place]:
    """Return the site's pool as it stands; nobody else takes a number of it until this transaction ends."""
    own = numbers.c.site_id == site_id, numbers.c.use == "pool"
    ids = tx.execute(select(numbers.c.id).where(*own).order_by(numbers.c.id).with_for_update()).scalars().all()
    latest = (
        select(_l.id)
        .where(_l.number_id == numbers.c.id)
        .order_by(_l.since.desc(), _l.until.desc())
        .limit(1)
        .scalar_subquery()
    )
    newest = select(latest).where(*own)
    leases = {row.number_id: _lease(row) for row in tx.execute(select(number_leases).where(_l.id.in_(newest)))}
    return [Place(number_id, leases.get(number_id)) for number_id in ids]


def find_last_number(tx: Tx, site_id: str, visitor_id: str) -> str | None:
    """Return which number the visitor held last."""
    query = select(_l.number_id).where(_l.site_id == site_id, _l.visitor_id == visitor_id)
    return tx.execute(query.order_by(_l.since.desc(), _l.until.desc()).limit(1)).scalar_one_or_none()


def insert_lease(
    tx: Tx, site_id: str, number_id: str, visitor_id: str, since: datetime, until: datetime, variants: Mapping[str, str]
) -> Lease:
    lease = Lease(new_id(), site_id, number_id, visitor_id, since, until, dict(variants))
    tx.execute(insert(number_leases).values(**asdict(lease)))
    return lease


def extend(tx: Tx, lease: Lease, until: datetime, variants: Mapping[str, str]) -> Lease:
    longer = replace(lease, until=max(lease.until, until), variants={**lease.variants, **variants})
    tx.execute(update(number_leases).where(_l.id == lease.id).values(until=longer.until, variants=longer.variants))
    return longer


def pin(tx: Tx, lease: Lease, call_id: str) -> None:
    """Let the number stay with its visitor while they talk."""
    tx.execute(update(number_leases).where(_l.id == lease.id).values(call_id=call_id))


def release(tx: Tx, call_id: str, at: datetime) -> None:
    """The visitor has called: their number is free for somebody else."""
    tx.execute(update(number_leases).where(_l.call_id == call_id).values(call_id=None, until=at))


def find_last_lease(tx: Tx, number_id: str, at: datetime) -> Lease | None:
    """Return who held the number at that moment, or last before."""
    query = select(number_leases).where(_l.number_id == number_id, _l.since <= at)
    row = tx.execute(query.order_by(_l.since.desc(), _l.until.desc()).limit(1)).one_or_none()
    return None if row is None else _lease(row)


def list_leases(tx: Tx, site_id: str) -> list[Lease]:
    """Return the history, the oldest first."""
    query = select(number_leases).where(_l.site_id == site_id).order_by(_l.since, _l.id)
    return [_lease(row) for row in tx.execute(query)]


def note_hour(tx: Tx, site_id: str, at: datetime, *, held: int = 0, exhausted: bool = False) -> None:
    """Count a visitor who needed a number: one more who held one (``held`` at that moment), or one who went without."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    tx.insert_new(pool_hours, {"site_id": site_id, "hour": hour, "visitors": 0, "exhausted": 0, "held": 0})
    own = (_h.site_id == site_id) & (_h.hour == hour)
    most = case((_h.held > held, _h.held), else_=held)
    added = {"visitors": _h.visitors + 1, "exhausted": _h.exhausted + int(exhausted), "held": most}
    tx.execute(update(pool_hours).where(own).values(**added))


def read_hours(tx: Tx, site_id: str, since: datetime) -> tuple[int, int, int]:
    """Return the most visitors in an hour, the most numbers held at once, and how often one went without."""
    query = select(
        func.max(_h.visitors).label("visitors"),
        func.max(_h.held).label("held"),
        func.sum(_h.exhausted).label("without"),
    )
    row = tx.execute(query.where(_h.site_id == site_id, _h.hour > since - timedelta(hours=1))).one()
    return row.visitors or 0, row.held or 0, int(row.without or 0)


def count_held(tx: Tx, site_id: str, at: datetime) -> int:
    held = _l.site_id == site_id, or_(_l.until > at, _l.call_id.is_not(None))
    return int(tx.execute(select(func.count()).where(*held)).scalar_one())


def _lease(row: Row[Any]) -> Lease:
    return Lease(**row._mapping)
