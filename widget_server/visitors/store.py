"""The table of visitors. Only a hash of their secret is kept."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, PrimaryKeyConstraint, Table, Text, false, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from widget_server.storage import Moment, Tx, metadata
from widget_server.visitors.model import Contact

visitors = Table(
    "visitors",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("context", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("name", Text),
    Column("phone", Text),
    Column("email", Text),
    Column("about", Text),
    Column("external_id", Text),
    Column("verified", JSON),
    PrimaryKeyConstraint("site_id", "visitor_id"),
    Index("ix_visitors_site_id_external_id", "site_id", "external_id", unique=True),
)


def insert_visitor(
    tx: Tx, site_id: str, visitor_id: str, secret_hash: str, context: dict[str, Any], at: datetime
) -> bool:
    """Register a visitor; False if the id is known already."""
    row = {"site_id": site_id, "visitor_id": visitor_id, "secret_hash": secret_hash, "context": context}
    return tx.insert_new(visitors, {**row, "created_at": at, "seen_at": at})


def copy_visitor(tx: Tx, site_id: str, visitor_id: str, copy_id: str) -> None:
    """Write down a visitor like this one that no secret opens."""
    row = find_visitor(tx, site_id, visitor_id)
    if row is not None:
        kept = {**row._mapping, "visitor_id": copy_id, "secret_hash": "", "external_id": None, "verified": None}
        tx.execute(insert(visitors).values(**kept))


def update_context(tx: Tx, site_id: str, visitor_id: str, context: dict[str, Any], at: datetime) -> None:
    tx.execute(update(visitors).where(_is(site_id, visitor_id)).values(context=context, seen_at=at))


def find_visitor(tx: Tx, site_id: str, visitor_id: str) -> Any | None:
    return tx.execute(select(visitors).where(_is(site_id, visitor_id))).one_or_none()


def get_visitor(tx: Tx, site_id: str, visitor_id: str) -> Any:
    return tx.execute(select(visitors).where(_is(site_id, visitor_id))).one()


def find_person(tx: Tx, site_id: str, external_id: str) -> Any | None:
    """Return the visitor that the customer ``external_id`` of the site is."""
    mine = (visitors.c.site_id == site_id) & (visitors.c.external_id == external_id)
    return tx.execute(select(visitors).where(mine)).one_or_none()


def update_person(tx: Tx, site_id: str, visitor_id: str, external_id: str, verified: dict[str, str]) -> None:
    values = {"external_id": external_id, "verified": verified}
    tx.execute(update(visitors).where(_is(site_id, visitor_id)).values(**values))


def list_visitors(tx: Tx, pairs: Collection[tuple[str, str]]) -> list[Any]:
    """Return the visitors behind (site id, visitor id) pairs, in one query."""
    return list(tx.execute(select(visitors).where(_among(visitors, pairs))))


def _is(site_id: str, visitor_id: str) -> Any:
    return (visitors.c.site_id == site_id) & (visitors.c.visitor_id == visitor_id)


def update_contact(tx: Tx, site_id: str, visitor_id: str, contact: Contact) -> None:
    tx.execute(update(visitors).where(_is(site_id, visitor_id)).values(**asdict(contact)))


def _among(table: Table, pairs: Collection[tuple[str, str]]) -> ColumnElement[bool]:
    """Return the condition site by site: a list of pairs would make SQLite read the whole table."""
    sites = sorted({site_id for site_id, _ in pairs})
    c = table.c
    return or_(
        false(),
        *((c.site_id == one) & c.visitor_id.in_([visitor for site, visitor in pairs if site == one]) for one in sites),
    )
