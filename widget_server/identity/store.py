"""The table of secrets by which sites prove who their visitors are."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Column, Index, Table, Text, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from widget_server.identity.model import Secret
from widget_server.storage import Moment, Tx, metadata

identity_secrets = Table(
    "identity_secrets",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("until", Moment),
    Index("ix_identity_secrets_site_id", "site_id"),
)


def list_valid(tx: Tx, site_id: str, at: datetime, *, lock: bool = False) -> list[Secret]:
    """Return the secrets that count, the one in use first; ``lock`` lets one identify at a time on the site."""
    it = identity_secrets.c
    query = select(identity_secrets).where(it.site_id == site_id, it.until.is_(None) | (it.until > at))
    query = query.order_by(it.until.is_not(None), it.created_at.desc())
    return [Secret(**row._mapping) for row in tx.execute(query.with_for_update() if lock else query)]


def insert_secret(tx: Tx, secret: Secret) -> None:
    tx.execute(insert(identity_secrets).values(**asdict(secret)))


def end_current(tx: Tx, site_id: str, until: datetime) -> None:
    """Let what counts for ever count ``until`` then, and forget the one before: never more than two count."""
    it = identity_secrets.c
    tx.execute(delete(identity_secrets).where(it.site_id == site_id, it.until.is_not(None)))
    tx.execute(update(identity_secrets).where(it.site_id == site_id).values(until=until))


def delete_secret(tx: Tx, site_id: str, secret_id: str) -> bool:
    return tx.execute(delete(identity_secrets).where(_one(site_id, secret_id))).rowcount == 1


def _one(site_id: str, secret_id: str) -> ColumnElement[bool]:
    return (identity_secrets.c.site_id == site_id) & (identity_secrets.c.id == secret_id)
