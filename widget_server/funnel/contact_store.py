"""The tables of contacts and moves: what was done with a lead, and how it went on by it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, Text, UniqueConstraint, func, insert, select, update

from widget_server.funnel.model import Contact, Move
from widget_server.funnel.store import leads
from widget_server.storage import Moment, Tx, metadata

contacts = Table(
    "contacts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("site_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("cause", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("operator_id", Text),
    Column("visitor_id", Text),
    Column("ref", Text),
    Column("note", Text, nullable=False),
    Column("answered_at", Moment),
    Column("productive_at", Moment),
    UniqueConstraint("site_id", "cause"),
    Index("ix_contacts_lead_id_at", "lead_id", "at"),
    Index("ix_contacts_site_id_productive_at", "site_id", "productive_at"),
)
lead_moves = Table(
    "lead_moves",
    metadata,
    Column("id", Text, primary_key=True),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False),
    Column("site_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("was", Text, nullable=False),
    Column("now", Text, nullable=False),
    Column("forward", Boolean, nullable=False),
    Column("operator_id", Text),
    Column("contact_id", Text),
    Column("reason", Text, nullable=False),
    Index("ix_lead_moves_lead_id_at", "lead_id", "at"),
    Index("ix_lead_moves_site_id_at", "site_id", "at"),
)
_c, _m, _l = contacts.c, lead_moves.c, leads.c


def insert_contact(tx: Tx, contact: Contact) -> bool:
    """Write a contact; False if its cause is known."""
    return tx.insert_new(contacts, asdict(contact))


def find_by_cause(tx: Tx, site_id: str, cause: str) -> Contact | None:
    row = tx.execute(select(contacts).where(_c.site_id == site_id, _c.cause == cause)).one_or_none()
    return None if row is None else Contact(**row._mapping)


def mark_answered(tx: Tx, contact_id: str, operator_id: str, at: datetime) -> bool:
    """Note who answered first; False if somebody has."""
    open_ = (_c.id == contact_id) & _c.answered_at.is_(None)
    answered = update(contacts).where(open_).values(answered_at=at, operator_id=operator_id)
    return tx.execute(answered).rowcount == 1


def mark_productive(tx: Tx, contact_id: str, at: datetime | None) -> None:
    tx.execute(update(contacts).where(_c.id == contact_id).values(productive_at=at))


def find_last_worked(tx: Tx, root_id: str, since: datetime) -> Contact | None:
    """Return the latest contact by an operator since then that has not moved the lead yet."""
    by_operator = _c.operator_id.is_not(None) & _c.productive_at.is_(None) & (_c.kind != "note")
    at = func.coalesce(_c.answered_at, _c.at)
    query = _of_person(root_id).where(by_operator, at >= since).order_by(at.desc(), _c.id).limit(1)
    row = tx.execute(query).one_or_none()
    return None if row is None else Contact(**row._mapping)


def list_contacts(tx: Tx, root_id: str, most: int) -> list[Contact]:
    """Return the latest first."""
    query = _of_person(root_id).order_by(_c.at.desc(), _c.id).limit(most)
    return [Contact(**row._mapping) for row in tx.execute(query)]


def count_in_stage(tx: Tx, root_ids: Collection[str]) -> dict[str, int]:
    """Return root id → contacts by operators since the lead came to its stage."""
    worked = _c.operator_id.is_not(None) & (_c.kind != "note")
    root = leads.alias("root")
    query = (
        select(_l.root_id, func.count().label("n"))
        .join_from(contacts, leads, _c.lead_id == _l.id)
        .join(root, root.c.id == _l.root_id)
        .where(_l.root_id.in_(root_ids), worked, func.coalesce(_c.answered_at, _c.at) >= root.c.stage_at)
        .group_by(_l.root_id)
    )
    return {row.root_id: row.n for row in tx.execute(query)}


def insert_move(tx: Tx, move: Move) -> None:
    tx.execute(insert(lead_moves).values(**asdict(move)))


def list_moves(tx: Tx, root_id: str) -> list[Move]:
    own = select(_l.id).where(_l.root_id == root_id)
    query = select(lead_moves).where(_m.lead_id.in_(own)).order_by(_m.at.desc(), _m.id)
    return [Move(**row._mapping) for row in tx.execute(query)]


def take_back_marks(tx: Tx, lead_id: str, stages: Sequence[str]) -> None:
    """The lead went back: what had moved it out of these stages did not move it after all."""
    undone = select(_m.contact_id).where(_m.lead_id == lead_id, _m.forward, _m.was.in_(stages))
    tx.execute(update(contacts).where(_c.id.in_(undone)).values(productive_at=None))


def visitors_of(tx: Tx, root_id: str) -> list[str]:
    """Return the browsers by which the person came, the first first."""
    at = func.min(_c.at)
    query = _of_person(root_id, _c.visitor_id).where(_c.visitor_id.is_not(None)).group_by(_c.visitor_id)
    return list(tx.execute(query.order_by(at, _c.visitor_id)).scalars())


def _of_person(root_id: str, *columns: Any) -> Any:
    query = select(*(columns or contacts.c)).join_from(contacts, leads, _c.lead_id == _l.id)
    return query.where(_l.root_id == root_id)
