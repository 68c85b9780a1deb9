"""Counted days, so that no page reads what happened event by event."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, PrimaryKeyConstraint, Table, Text, func, select

from widget_server.reports.model import DIMENSIONS, NAMES, Day, Dimension, Figures, Period
from widget_server.storage import Moment, Tx, metadata

day_figures = Table(
    "day_figures",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("dimension", Text, nullable=False),
    Column("day", Date, nullable=False),
    Column("key", Text, nullable=False),
    *(Column(name, BigInteger if name.endswith("seconds") else Integer, nullable=False) for name in NAMES),
    PrimaryKeyConstraint("site_id", "dimension", "day", "key"),
)
counted_days = Table(
    "counted_days",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("day", Date, nullable=False),
    Column("zone", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("site_id", "day"),
)
_f, _d = day_figures.c, counted_days.c


def put_day(tx: Tx, site_id: str, day: date, zone: str, at: datetime, counted: Day) -> None:
    """Write a day's figures in place of what was known of it."""
    tx.execute(day_figures.delete().where(_f.site_id == site_id, _f.dimension.in_(DIMENSIONS), _f.day == day))
    rows = [
        {"site_id": site_id, "day": day, "dimension": dimension, "key": key}
        | {name: getattr(figures, name) for name in NAMES}
        for (dimension, key), figures in counted.items()
    ]
    if rows:
        tx.execute(day_figures.insert(), rows)
    tx.execute(counted_days.delete().where(_d.site_id == site_id, _d.day == day))
    tx.execute(counted_days.insert().values(site_id=site_id, day=day, zone=zone, at=at))


def counted(tx: Tx, site_id: str, zone: str, period: Period) -> dict[date, datetime]:
    """Return which days are counted by this clock, and when that was."""
    days = _d.site_id == site_id, _d.zone == zone, _d.day >= period.first, _d.day <= period.last
    return {row.day: row.at for row in tx.execute(select(_d.day, _d.at).where(*days))}


def first_counted(tx: Tx, site_id: str, zone: str) -> date | None:
    """Return the first day that is counted by this clock: before it nothing happened."""
    found: date | None = tx.execute(select(func.min(_d.day)).where(_d.site_id == site_id, _d.zone == zone)).scalar()
    return found


def figures_by_day(tx: Tx, site_id: str, dimension: Dimension, period: Period) -> dict[tuple[date, str], Figures]:
    """Return (day, key) → figures."""
    mine = _f.site_id == site_id, _f.dimension == dimension, _f.day >= period.first, _f.day <= period.last
    rows = tx.execute(select(_f.day, _f.key, *(_f[name] for name in NAMES)).where(*mine))
    return {(row.day, row.key): Figures(*row[2:]) for row in rows}


def figures_by_key(
    tx: Tx, site_id: str, dimension: Dimension, period: Period, but: Collection[date]
) -> dict[tuple[date, str], Figures]:
    """Return (the day before, key) → figures of all days ``but`` some, summed up."""
    mine = _f.site_id == site_id, _f.dimension == dimension, _f.day >= period.first, _f.day <= period.last
    sums = [func.sum(_f[name]) for name in NAMES]
    rows = tx.execute(select(_f.key, *sums).where(*mine, _f.day.not_in(but)).group_by(_f.key))
    day = period.first - timedelta(days=1)
    return {(day, row[0]): Figures(*map(int, row[1:])) for row in rows}


def forget_days(tx: Tx, site_id: str) -> None:
    """Have every day of a site counted anew."""
    tx.execute(day_figures.delete().where(_f.site_id == site_id))
    tx.execute(counted_days.delete().where(_d.site_id == site_id))
