"""The guard's tables: requests let through, alarms, refusals.

Requests that share a number, a block, a network, a visitor or a site wait for each other from ``lock`` to the commit:
SQLite has one writer anyway, PostgreSQL takes advisory locks and each statement after them sees what was committed.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    ScalarSelect,
    Select,
    Table,
    Text,
    bindparam,
    delete,
    distinct,
    func,
    insert,
    select,
    update,
)

from widget_server.callbacks.guard.model import AbuseSuspected, Act, Cap, Use
from widget_server.storage import Moment, Tx, metadata

acts = Table(
    "guard_acts",
    metadata,
    Column("callback_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("block", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_guard_acts_site", "site_id", "at"),
    Index("ix_guard_acts_visitor", "visitor_id", "at"),
    Index("ix_guard_acts_block", "block", "at"),
    Index("ix_guard_acts_network", "network", "at"),
)
alarms = Table(
    "guard_alarms",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("figure", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_guard_alarms_at", "site_id", "at"),
)
refusals = Table(
    "guard_refusals",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("hour", Moment, primary_key=True),
    Column("count", Integer, nullable=False),
)
# What requests of one kind share, and whether it is their numbers that count.
COUNTED: dict[str, tuple[tuple[str, ...], bool]] = {
    "number": (("block", "phone"), False),  # by way of the block's index
    "block": (("block",), True),
    "address": (("network", "address"), False),
    "callers": (("network", "address"), True),
    "network": (("network",), False),
    "visitor": (("visitor_id", "site_id"), False),
    "site": (("site_id",), False),
}


def lock(tx: Tx, names: Iterable[str]) -> None:
    """Let nobody else pass who names one of ``names`` until this transaction ends; in one order, so nobody hangs."""
    if tx.connection.dialect.name == "postgresql":
        for name in sorted(set(names)):
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            tx.execute(select(func.pg_advisory_xact_lock(number)))


def add_act(tx: Tx, act: Act) -> None:
    tx.execute(insert(acts).values(**asdict(act)))


def uses_of(tx: Tx, act: Act, caps: Sequence[Cap]) -> list[Use]:
    """Return how much of each cap was used before ``act``; where numbers are counted, only others than its own."""
    since = {f"since_{n}": act.at - cap.window for n, cap in enumerate(caps)}
    row = tx.execute(_counting(tuple(cap.kind for cap in caps)), asdict(act) | since).one()
    return [Use(cap, used) for cap, used in zip(caps, row, strict=True)]


@cache
def _counting(kinds: tuple[str, ...]) -> Select[Any]:
    """Return one statement that counts for all kinds; putting it together costs more than running it."""
    return select(*(_count_of(kind, n) for n, kind in enumerate(kinds)))


def _count_of(kind: str, place: int) -> ScalarSelect[Any]:
    same, counts_numbers = COUNTED[kind]
    where = [acts.c[name] == bindparam(name) for name in same]
    where.append(acts.c.at > bindparam(f"since_{place}", type_=Moment))
    if counts_numbers:
        where.append(acts.c.phone != bindparam("phone"))
    counted = func.count(distinct(acts.c.phone)) if counts_numbers else func.count()
    return select(counted).select_from(acts).where(*where).scalar_subquery()


def count_acts(tx: Tx, site_id: str, since: datetime) -> int:
    query = select(func.count()).select_from(acts).where(acts.c.site_id == site_id, acts.c.at > since)
    return int(tx.execute(query).scalar_one())


def forget_acts(tx: Tx, before: datetime) -> None:
    tx.execute(delete(acts).where(acts.c.at < before))


def raise_alarm(tx: Tx, alarm: AbuseSuspected, since: datetime) -> bool:
    """Write an alarm and tell of it; False if this site has had one of its kind since ``since`` (the hour, the day)."""
    is_new = tx.insert_new(alarms, {**asdict(alarm), "since": since})
    if is_new:
        tx.record(alarm)
    return is_new


def list_alarms(tx: Tx, site_ids: Collection[str], since: datetime) -> list[AbuseSuspected]:
    """Return the latest first."""
    shown = select(alarms.c.site_id, alarms.c.kind, alarms.c.figure, alarms.c.at)
    query = shown.where(alarms.c.site_id.in_(site_ids), alarms.c.at > since).order_by(alarms.c.at.desc())
    return [AbuseSuspected(**row._mapping) for row in tx.execute(query)]


def add_refusals(tx: Tx, site_id: str, hour: datetime, count: int) -> int:
    """Count refusals of an hour; return how many it has had."""
    mine = (refusals.c.site_id == site_id) & (refusals.c.hour == hour)
    tx.insert_new(refusals, {"site_id": site_id, "hour": hour, "count": 0})
    tx.execute(update(refusals).where(mine).values(count=refusals.c.count + count))
    return int(tx.execute(select(refusals.c.count).where(mine)).scalar_one())


def count_refusals(tx: Tx, site_id: str, since: datetime) -> int:
    mine = (refusals.c.site_id == site_id) & (refusals.c.hour > since)
    return int(tx.execute(select(func.coalesce(func.sum(refusals.c.count), 0)).where(mine)).scalar_one())
