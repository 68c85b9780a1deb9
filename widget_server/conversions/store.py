"""The clicks that brought visitors, and what came of them."""

from datetime import datetime

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, delete, select, update

from widget_server.conversions.model import NAMES, Conversion
from widget_server.funnel.order_store import orders
from widget_server.storage import Moment, Tx, metadata
from widget_server.trials.store import acts

clicks = Table(
    "clicks",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("site_id", "visitor_id", "kind"),
    Index("ix_clicks_site_id_at", "site_id", "at"),
)
_c, _a = clicks.c, acts.c


def note_click(tx: Tx, site_id: str, visitor_id: str, kind: str, value: str, at: datetime) -> None:
    """Keep the latest click of each kind."""
    row = {"site_id": site_id, "visitor_id": visitor_id, "kind": kind, "value": value, "at": at}
    if not tx.insert_new(clicks, row):
        own = (_c.site_id == site_id) & (_c.visitor_id == visitor_id) & (_c.kind == kind)
        tx.execute(update(clicks).where(own, _c.value != value, _c.at < at).values(value=value, at=at))


def forget_clicks(tx: Tx, site_id: str, before: datetime) -> None:
    tx.execute(delete(clicks).where(_c.site_id == site_id, _c.at < before))


def list_conversions(tx: Tx, site_id: str, since: datetime, until: datetime) -> list[Conversion]:
    """Return what visitors did in ``[since, until)`` after a click of theirs, the earliest first; no order refunded."""
    query = (
        select(_a.id, _a.metric, _a.at, _c.kind, _c.value)
        .join_from(acts, clicks, (_c.site_id == _a.site_id) & (_c.visitor_id == _a.visitor_id) & (_c.at <= _a.at))
        .where(_a.site_id == site_id, _a.metric.in_(NAMES), _a.at >= since, _a.at < until, _a.taken_back_at.is_(None))
        .order_by(_a.at, _a.id)
    )
    found: dict[str, dict[str, str]] = {}
    done: dict[str, tuple[str, datetime]] = {}
    for row in tx.execute(query):
        found.setdefault(row.id, {})[row.kind] = row.value
        done[row.id] = (row.metric, row.at)
    paid = _amounts(tx, site_id, {act_id.split(":")[1] for act_id, (metric, _) in done.items() if metric == "order"})
    return [
        Conversion(
            metric,
            at,
            ids.get("gclid", ""),
            ids.get("yclid", ""),
            ids.get("ym", ""),
            *_paid(paid, metric, act_id),
            act_id,
        )
        for act_id, ids in found.items()
        for metric, at in (done[act_id],)
    ]


def _paid(paid: dict[str, tuple[int, str]], metric: str, act_id: str) -> tuple[int | None, str]:
    return paid.get(act_id.split(":")[1], (None, "")) if metric == "order" else (None, "")


def _amounts(tx: Tx, site_id: str, order_ids: set[str]) -> dict[str, tuple[int, str]]:
    query = select(orders.c.id, orders.c.amount, orders.c.currency)
    rows = tx.execute(query.where(orders.c.site_id == site_id, orders.c.id.in_(order_ids)))
    return {row.id: (row.amount, row.currency) for row in rows}
