"""The table of orders."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table, Text, UniqueConstraint, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from widget_server.funnel.model import Order
from widget_server.funnel.store import leads
from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata

orders = Table(
    "orders",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False, index=True),
    Column("cause", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ordered_at", Moment, nullable=False),
    Column("operator_id", Text),
    Column("paid_at", Moment),
    Column("refunded_at", Moment),
    UniqueConstraint("site_id", "cause"),
    Index("ix_orders_site_id_paid_at", "site_id", "paid_at"),
)
_o, _l = orders.c, leads.c


def insert_order(tx: Tx, order: Order) -> bool:
    """Write an order; False if its cause is known."""
    return tx.insert_new(orders, asdict(order))


def update_order(tx: Tx, order: Order) -> None:
    values = asdict(order)
    tx.execute(update(orders).where(_o.id == values.pop("id")).values(**values))


def get_order(tx: Tx, order_id: str, *, lock: bool = False) -> Order:
    query = select(orders).where(_o.id == order_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return Order(**row._mapping)


def find_by_cause(tx: Tx, site_id: str, cause: str) -> Order | None:
    row = tx.execute(select(orders).where(_o.site_id == site_id, _o.cause == cause)).one_or_none()
    return None if row is None else Order(**row._mapping)


def list_orders(tx: Tx, *where: ColumnElement[bool]) -> list[Order]:
    """Return orders, the latest first."""
    query = select(orders).where(*where).order_by(_o.ordered_at.desc(), _o.id)
    return [Order(**row._mapping) for row in tx.execute(query)]


def orders_of(tx: Tx, root_ids: Collection[str]) -> dict[str, list[Order]]:
    """Return root id → orders, the latest first, for a whole list at once."""
    query = select(orders, _l.root_id).join_from(orders, leads, _o.lead_id == _l.id)
    found: dict[str, list[Order]] = {root_id: [] for root_id in root_ids}
    for row in tx.execute(query.where(_l.root_id.in_(root_ids)).order_by(_o.ordered_at.desc(), _o.id)):
        values: dict[str, Any] = {**row._mapping}
        found[values.pop("root_id")].append(Order(**values))
    return found


def count_paid(tx: Tx, root_id: str) -> int:
    own = select(_l.id).where(_l.root_id == root_id)
    query = select(func.count()).select_from(orders).where(_o.lead_id.in_(own), _o.state == "paid")
    return int(tx.execute(query).scalar_one())
