"""The leads of a week: by channel, source, warm and cold, and how many of them have bought by now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, cast, func, select

from widget_server.funnel.conversions import Part
from widget_server.funnel.order_store import orders
from widget_server.funnel.store import IS_ROOT, leads
from widget_server.storage import Tx

MOST_SOURCES = 12


@dataclass(frozen=True)
class Group:
    """``name``: a channel, a source, ``warm`` or ``cold``. ``bought``: of its leads. ``before``: leads a week ago."""

    name: str
    bought: Part
    before: int


@dataclass(frozen=True)
class Week:
    """``money``: currency → what was paid in the week, in minor units; ``orders``: how many payments that is."""

    total: Group
    channels: tuple[Group, ...]
    warmths: tuple[Group, ...]
    sources: tuple[Group, ...]
    orders: int
    money: Mapping[str, int]


def read_week(tx: Tx, site_id: str, before: datetime, since: datetime, until: datetime) -> Week:
    """Return the week ``[since, until)``; the one before it began at ``before``."""
    paid = select(orders.c.currency, func.count().label("n"), func.sum(orders.c.amount).label("amount")).where(
        orders.c.site_id == site_id, orders.c.paid_at >= since, orders.c.paid_at < until, orders.c.state == "paid"
    )
    rows = tx.execute(paid.group_by(orders.c.currency).order_by(orders.c.currency)).all()
    columns = (leads.c.origin, leads.c.warmth, leads.c.source_word)
    channels, warmths, sources = (_groups(tx, site_id, one, before, since, until) for one in columns)
    whole = Part(sum(one.bought.hits for one in channels), sum(one.bought.of for one in channels))
    return Week(
        total=Group("", whole, sum(one.before for one in channels)),
        channels=channels,
        warmths=warmths,
        sources=sources[:MOST_SOURCES],
        orders=sum(row.n for row in rows),
        money={row.currency: int(row.amount) for row in rows},
    )


def _groups(tx: Tx, site_id: str, column: Any, before: datetime, since: datetime, until: datetime) -> tuple[Group, ...]:
    family = leads.alias("family")
    own_orders = select(orders.c.id).join_from(orders, family, orders.c.lead_id == family.c.id)
    bought = own_orders.where(family.c.root_id == leads.c.id, orders.c.state == "paid").correlate(leads).exists()
    hits = func.sum(cast(bought, Integer)).label("hits")
    own = leads.c.site_id == site_id, IS_ROOT
    query = select(column.label("name"), func.count().label("of"), hits).where(
        *own, leads.c.created_at >= since, leads.c.created_at < until
    )
    earlier = select(column.label("name"), func.count().label("of")).where(
        *own, leads.c.created_at >= before, leads.c.created_at < since
    )
    known = {row.name: row.of for row in tx.execute(earlier.group_by(column))}
    found = {row.name: Part(int(row.hits), row.of) for row in tx.execute(query.group_by(column))}
    names: Sequence[str] = sorted({*found, *known}, key=lambda name: (-found.get(name, Part(0, 0)).of, name))
    return tuple(Group(name, found.get(name, Part(0, 0)), known.get(name, 0)) for name in names)
