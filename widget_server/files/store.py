"""The table of files; the bytes lie beside it (vault.py)."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, delete, func, insert, select, update

from widget_server.files.model import Owner, StoredFile
from widget_server.storage import Moment, Tx, metadata

files = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("operator_id", Text),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("created_at", Moment, nullable=False),
    Column("posted_at", Moment),
    Index("ix_files_site_id_created_at", "site_id", "created_at"),
)


def insert_file(tx: Tx, file: StoredFile) -> None:
    tx.execute(insert(files).values(**asdict(file)))


def find_file(tx: Tx, file_id: str) -> StoredFile | None:
    row = tx.execute(select(files).where(files.c.id == file_id)).one_or_none()
    return None if row is None else StoredFile(**row._mapping)


def note_posted(tx: Tx, file_id: str, at: datetime) -> bool:
    """Mark it as named by a message; False if it was already."""
    fresh = (files.c.id == file_id) & files.c.posted_at.is_(None)
    return tx.execute(update(files).where(fresh).values(posted_at=at)).rowcount == 1


def delete_file(tx: Tx, file_id: str) -> bool:
    return tx.execute(delete(files).where(files.c.id == file_id)).rowcount == 1


def sum_since(tx: Tx, owner: Owner, at: datetime) -> tuple[int, int]:
    """Return the bytes that this visitor, and that everybody, brought to the site since then."""
    own = (files.c.visitor_id == owner.visitor_id) & files.c.operator_id.is_(None)
    total = func.sum(files.c.size)
    recent = select(total.filter(own), total).where(files.c.site_id == owner.site_id, files.c.created_at >= at)
    row: Any = tx.execute(recent).one()
    return int(row[0] or 0), int(row[1] or 0)


def list_orphans(tx: Tx, before: datetime, most: int) -> list[str]:
    """Return files that were brought before that moment and that no message names."""
    query = select(files.c.id).where(files.c.posted_at.is_(None), files.c.created_at < before).limit(most)
    return list(tx.execute(query).scalars())


def list_expired(tx: Tx, site_id: str, before: datetime, most: int) -> list[str]:
    query = select(files.c.id).where(files.c.site_id == site_id, files.c.created_at < before).limit(most)
    return list(tx.execute(query).scalars())


def known_ids(tx: Tx, ids: Collection[str]) -> set[str]:
    return set(tx.execute(select(files.c.id).where(files.c.id.in_(ids))).scalars())


def any_files(tx: Tx) -> Any:
    return tx.execute(select(files.c.id).limit(1)).scalar()
