"""The table of keys: secrets by which a browser other than the one that made it opens a visitor, for a while."""

from datetime import datetime

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, delete, insert, select

from widget_server.storage import Moment, Tx, metadata

visitor_keys = Table(
    "visitor_keys",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("source", Text, nullable=False),  # what it was given for: ``site:<id>`` (proven by the site), ``link:<id>``
    Column("expires_at", Moment, nullable=False),
    PrimaryKeyConstraint("site_id", "visitor_id", "secret_hash"),
    Index("ix_visitor_keys_source", "source"),
)


def put_key(
    tx: Tx, site_id: str, visitor_id: str, secret_hash: str, source: str, *, at: datetime, until: datetime
) -> None:
    """Keep a key; those of the visitor that hold no longer go."""
    of_visitor = (visitor_keys.c.site_id == site_id) & (visitor_keys.c.visitor_id == visitor_id)
    tx.execute(delete(visitor_keys).where(of_visitor, visitor_keys.c.expires_at <= at))
    values = {"site_id": site_id, "visitor_id": visitor_id, "secret_hash": secret_hash}
    tx.execute(insert(visitor_keys).values(**values, source=source, expires_at=until))


def holds(tx: Tx, site_id: str, visitor_id: str, secret_hash: str, at: datetime) -> bool:
    it = visitor_keys.c
    same = it.site_id == site_id, it.visitor_id == visitor_id, it.secret_hash == secret_hash
    return tx.execute(select(it.secret_hash).where(*same, it.expires_at > at)).first() is not None


def drop_keys(tx: Tx, source: str) -> None:
    """Let nobody in by what was given for ``source``."""
    tx.execute(delete(visitor_keys).where(visitor_keys.c.source == source))
