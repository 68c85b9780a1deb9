"""What a cloud provider was told, written down before it is told: an order whose answer was lost is never given again.

``leg``: whom the order is about: an operator's id, ``visitor``, or what the provider needs besides. ``reference``: the
provider's own name of it. ``details`` hold numbers and words only while the call lives.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Index, Table, Text, delete, select, update

from widget_server.storage import Moment, Tx, metadata

VISITOR, OVER = "visitor", "over"

provider_orders = Table(
    "provider_orders",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("leg", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("reference", Text, index=True),
    Column("at", Moment, nullable=False),
    Column("details", JSON, nullable=False),
)
webhook_nonces = Table(
    "webhook_nonces",
    metadata,
    Column("nonce", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Index("ix_webhook_nonces_at", "at"),
)


@dataclass(frozen=True)
class Order:
    """``given`` (nobody knows yet whether it arrived) → the provider's own states → ``ended`` or ``refused``."""

    call_id: str
    leg: str
    state: str
    reference: str | None
    at: datetime
    details: dict[str, Any]

    @property
    def lives(self) -> bool:
        return self.state not in ("ended", "refused")


def insert_order(
    tx: Tx,
    call_id: str,
    leg: str,
    at: datetime,
    *,
    state: str = "given",
    reference: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Write an order down; False if it is there already."""
    values = {"call_id": call_id, "leg": leg, "state": state, "reference": reference, "at": at}
    return tx.insert_new(provider_orders, {**values, "details": dict(details or {})})


def find_orders(tx: Tx, call_id: str) -> dict[str, Order]:
    """Return leg → order."""
    rows = tx.execute(select(provider_orders).where(provider_orders.c.call_id == call_id).order_by("leg"))
    return {row.leg: Order(**row._mapping) for row in rows}


def find_order(tx: Tx, call_id: str, leg: str) -> Order | None:
    row = tx.execute(select(provider_orders).where(_is(call_id, leg))).one_or_none()
    return None if row is None else Order(**row._mapping)


def find_by_reference(tx: Tx, reference: str) -> Order | None:
    row = tx.execute(select(provider_orders).where(provider_orders.c.reference == reference)).first()
    return None if row is None else Order(**row._mapping)


def move(tx: Tx, call_id: str, leg: str, was: tuple[str, ...], **values: Any) -> bool:
    """Change an order that is in one of the states ``was``; False if it is not."""
    moved = update(provider_orders).where(_is(call_id, leg), provider_orders.c.state.in_(was)).values(**values)
    return tx.execute(moved).rowcount == 1


def known_references(tx: Tx, references: list[str]) -> set[str]:
    """Return those that belong to an order already."""
    mine = select(provider_orders.c.reference).where(provider_orders.c.reference.in_(references))
    return set(tx.execute(mine).scalars())


def mark_over(tx: Tx, call_id: str, at: datetime) -> None:
    """Note that the call is over: what still comes of it is hung up."""
    insert_order(tx, call_id, OVER, at)


def close(tx: Tx, call_id: str) -> None:
    """Forget the numbers and words of a call that is over."""
    tx.execute(update(provider_orders).where(provider_orders.c.call_id == call_id).values(details={}))


def is_over(tx: Tx, call_id: str) -> bool:
    return find_order(tx, call_id, OVER) is not None


def take_nonce(tx: Tx, nonce: str, at: datetime, kept: timedelta) -> bool:
    """Note a message that must come once; False if it came before. Older ones than ``kept`` are forgotten."""
    tx.execute(delete(webhook_nonces).where(webhook_nonces.c.at < at - kept))
    return tx.insert_new(webhook_nonces, {"nonce": nonce, "at": at})


def _is(call_id: str, leg: str) -> Any:
    return (provider_orders.c.call_id == call_id) & (provider_orders.c.leg == leg)
