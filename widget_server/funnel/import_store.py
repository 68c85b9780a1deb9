"""The table of files that people bring in; what is in one is forgotten once it is imported."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import JSON, Column, ForeignKey, Table, Text, delete, insert, select, update

from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata

ImportKind = Literal["leads", "orders"]
lead_imports = Table(
    "lead_imports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("operator_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("done_at", Moment),
)
_i = lead_imports.c


@dataclass(frozen=True)
class Import:
    """``columns``: our field → the place of its column in the file."""

    id: str
    site_id: str
    kind: ImportKind
    name: str
    content: str
    columns: dict[str, int]
    operator_id: str
    at: datetime
    done_at: datetime | None = None


def insert_import(tx: Tx, made: Import) -> None:
    tx.execute(insert(lead_imports).values(**vars(made)))


def get_import(tx: Tx, import_id: str) -> Import:
    row = tx.execute(select(lead_imports).where(_i.id == import_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return Import(**row._mapping)


def put_columns(tx: Tx, import_id: str, columns: dict[str, int]) -> None:
    tx.execute(update(lead_imports).where(_i.id == import_id).values(columns=columns))


def finish(tx: Tx, import_id: str, at: datetime) -> bool:
    """Mark a file imported and forget what is in it; False if somebody was faster."""
    open_ = (_i.id == import_id) & _i.done_at.is_(None)
    done: dict[str, Any] = {"content": "", "done_at": at}
    return tx.execute(update(lead_imports).where(open_).values(**done)).rowcount == 1


def forget_before(tx: Tx, site_id: str, at: datetime) -> None:
    """Drop files that nobody finished."""
    tx.execute(delete(lead_imports).where(_i.site_id == site_id, _i.done_at.is_(None), _i.at < at))
