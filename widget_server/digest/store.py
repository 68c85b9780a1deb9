"""The tables of digests: who wants one, and which was sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, PrimaryKeyConstraint, Table, Text, func, select, update

from widget_server.digest.model import Digest
from widget_server.funnel.store import IS_ROOT, leads
from widget_server.storage import Moment, Tx, metadata

wishes = Table(
    "digest_wishes",
    metadata,
    Column("operator_id", Text, ForeignKey("operators.id"), primary_key=True),
    Column("wanted", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
)
digests = Table(
    "digests",
    metadata,
    Column("operator_id", Text, ForeignKey("operators.id"), nullable=False),
    Column("week", Date, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text),
    PrimaryKeyConstraint("operator_id", "week"),
)
_w, _d = wishes.c, digests.c


def wishes_of(tx: Tx) -> dict[str, bool]:
    """Return operator id → whether they want it, of those who have said so."""
    return {row.operator_id: row.wanted for row in tx.execute(select(_w.operator_id, _w.wanted))}


def find_wish(tx: Tx, operator_id: str) -> bool | None:
    return tx.execute(select(_w.wanted).where(_w.operator_id == operator_id)).scalar_one_or_none()


def put_wish(tx: Tx, operator_id: str, wanted: bool, at: datetime) -> None:
    row = {"operator_id": operator_id, "wanted": wanted, "changed_at": at}
    if not tx.insert_new(wishes, row):
        tx.execute(update(wishes).where(_w.operator_id == operator_id).values(wanted=wanted, changed_at=at))


def begin_digest(tx: Tx, operator_id: str, week: date, at: datetime) -> bool:
    """Write down that a digest is to be sent; False if it was written down before."""
    return tx.insert_new(digests, {"operator_id": operator_id, "week": week, "created_at": at})


def find_digest(tx: Tx, operator_id: str, week: date) -> Digest | None:
    row = tx.execute(select(digests).where(_d.operator_id == operator_id, _d.week == week)).one_or_none()
    return None if row is None else Digest(**row._mapping)


def set_digest(tx: Tx, operator_id: str, week: date, **values: Any) -> None:
    tx.execute(update(digests).where(_d.operator_id == operator_id, _d.week == week).values(**values))


def count_overdue(tx: Tx, site_id: str, at: datetime) -> int:
    """Return how many open leads wait for a contact that was due."""
    own = (leads.c.site_id == site_id) & (leads.c.state == "open") & (leads.c.next_at < at)
    return int(tx.execute(select(func.count()).select_from(leads).where(own, IS_ROOT)).scalar_one())
