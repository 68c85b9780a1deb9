"""The tables of money: what each call cost by the owner's own prices, and whether a site's calls back are paused."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, delete, exists, func, select

from widget_server.callbacks.store import callbacks
from widget_server.storage import Moment, Tx, metadata

costs = Table(
    "guard_costs",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("dropped", Boolean, nullable=False),
    Index("ix_guard_costs_day", "site_id", "day"),
    Index("ix_guard_costs_phone", "phone", "at"),
)
pauses = Table(
    "guard_pauses",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("paused_at", Moment),
    Column("why", Text),
    Column("day", Text),
    Column("granted", Integer, nullable=False),
)


@dataclass(frozen=True)
class Pause:
    """Whether a site's calls back are paused, and what was granted above the budget of ``day``."""

    paused_at: datetime | None = None
    why: str | None = None
    day: str | None = None
    granted: int = 0


def add_cost(tx: Tx, values: dict[str, Any]) -> bool:
    return tx.insert_new(costs, values)


def spent_on(tx: Tx, site_id: str, day: str) -> int:
    query = select(func.coalesce(func.sum(costs.c.amount), 0)).where(costs.c.site_id == site_id, costs.c.day == day)
    return int(tx.execute(query).scalar_one())


def count_drops(tx: Tx, phone: str, since: datetime) -> int:
    mine = (costs.c.phone == phone) & (costs.c.at > since) & costs.c.dropped
    return int(tx.execute(select(func.count()).select_from(costs).where(mine)).scalar_one())


def count_live(tx: Tx, site_id: str) -> int:
    """Return how many requests wait for a ring now or are in a call: what they cost is not known yet."""
    live = callbacks.c.state.in_(("queued", "ringing", "dialing", "connected"))
    query = select(func.count()).select_from(callbacks).where(callbacks.c.site_id == site_id, live)
    return int(tx.execute(query).scalar_one())


def find_pause(tx: Tx, site_id: str) -> Pause:
    row = tx.execute(select(pauses).where(pauses.c.site_id == site_id)).one_or_none()
    return Pause() if row is None else Pause(row.paused_at, row.why, row.day, row.granted)


def is_paused(tx: Tx, site_id: str) -> bool:
    paused = exists().where(pauses.c.site_id == site_id, pauses.c.paused_at.is_not(None))
    return bool(tx.execute(select(paused)).scalar_one())


def set_pause(tx: Tx, site_id: str, pause: Pause) -> None:
    tx.execute(delete(pauses).where(pauses.c.site_id == site_id))
    tx.insert_new(pauses, {"site_id": site_id, **asdict(pause)})
