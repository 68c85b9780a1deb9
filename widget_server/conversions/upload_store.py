"""The tables of uploads: a site's accounts, what was uploaded together, and every conversion once."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from widget_server.conversions.upload_model import Account, Batch, System
from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata

accounts = Table(
    "conversion_accounts",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("system", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("problem", Text),
    Column("excerpt", Text),
    Column("created_at", Moment, nullable=False),
    Column("uploaded_at", Moment),
    PrimaryKeyConstraint("site_id", "system"),
)
batches = Table(
    "conversion_batches",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("counted", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("remote_id", Text),
    Column("told", JSON, nullable=False),
    Column("error", Text),
    Column("excerpt", Text),
    Index("ix_conversion_batches_site_id_made_at", "site_id", "made_at"),
)
uploads = Table(
    "conversion_uploads",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("act_id", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("batch_id", Text, ForeignKey("conversion_batches.id"), nullable=False, index=True),
    Column("error", Text),
    Column("words", Text),
    PrimaryKeyConstraint("site_id", "system", "act_id"),
)
_a, _b, _u = accounts.c, batches.c, uploads.c


def list_accounts(tx: Tx, site_id: str | None = None) -> list[Account]:
    query = select(accounts).order_by(_a.system)
    rows = tx.execute(query if site_id is None else query.where(_a.site_id == site_id))
    return [Account(**row._mapping) for row in rows]


def find_account(tx: Tx, site_id: str, system: System) -> Account | None:
    row = tx.execute(select(accounts).where(_a.site_id == site_id, _a.system == system)).one_or_none()
    return None if row is None else Account(**row._mapping)


def put_account(tx: Tx, made: Account) -> None:
    delete_account(tx, made.site_id, made.system)
    tx.execute(insert(accounts).values(**vars(made)))


def update_account(tx: Tx, site_id: str, system: System, **values: Any) -> None:
    tx.execute(update(accounts).where(_a.site_id == site_id, _a.system == system).values(**values))


def delete_account(tx: Tx, site_id: str, system: System) -> None:
    tx.execute(delete(accounts).where(_a.site_id == site_id, _a.system == system))


def insert_batch(tx: Tx, batch: Batch) -> None:
    tx.execute(insert(batches).values(**vars(batch)))


def get_batch(tx: Tx, batch_id: str) -> Batch:
    row = tx.execute(select(batches).where(_b.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return Batch(**row._mapping)


def update_batch(tx: Tx, batch_id: str, **values: Any) -> None:
    tx.execute(update(batches).where(_b.id == batch_id).values(**values))


def begin_attempt(tx: Tx, batch: Batch, at: datetime) -> bool:
    """Take a batch for one attempt; False if somebody was faster."""
    same = (_b.id == batch.id) & (_b.state == batch.state) & (_b.attempts == batch.attempts)
    tried = {"state": "sending", "attempts": batch.attempts + 1, "tried_at": at}
    return tx.execute(update(batches).where(same).values(**tried)).rowcount == 1


def list_batches(tx: Tx, site_id: str, most: int) -> list[Batch]:
    """Return the latest first."""
    query = select(batches).where(_b.site_id == site_id).order_by(_b.made_at.desc(), _b.id)
    return [Batch(**row._mapping) for row in tx.execute(query.limit(most))]


def known_acts(tx: Tx, site_id: str, system: System, since: datetime) -> set[str]:
    """Return what was uploaded, or is on its way."""
    own = (_u.site_id == site_id) & (_u.system == system) & (_u.at >= since)
    return set(tx.execute(select(_u.act_id).where(own)).scalars())


def acts_of(tx: Tx, batch_id: str) -> set[str]:
    return set(tx.execute(select(_u.act_id).where(_u.batch_id == batch_id)).scalars())


def note_upload(tx: Tx, batch: Batch, act_id: str, metric: str, at: datetime) -> bool:
    """Put a conversion into a batch; False if it is in another."""
    row = {"site_id": batch.site_id, "system": batch.system, "act_id": act_id, "metric": metric, "at": at}
    return tx.insert_new(uploads, {**row, "batch_id": batch.id})


def refuse(tx: Tx, batch_id: str, act_id: str, error: str, words: str) -> None:
    own = (_u.batch_id == batch_id) & (_u.act_id == act_id)
    tx.execute(update(uploads).where(own).values(error=error, words=words))


def release(tx: Tx, batch_id: str, act_ids: Collection[str] | None = None) -> None:
    """Take conversions out of a batch, all of them by default: they go into a later one."""
    own = _u.batch_id == batch_id
    tx.execute(delete(uploads).where(own if act_ids is None else own & _u.act_id.in_(act_ids)))


def list_refused(tx: Tx, site_id: str, most: int) -> list[Any]:
    """Return rows of system, metric, at, error, words, the latest first."""
    columns = (_u.system, _u.metric, _u.at, _u.error, _u.words)
    query = select(*columns).where(_u.site_id == site_id, _u.error.is_not(None))
    return list(tx.execute(query.order_by(_u.at.desc(), _u.act_id).limit(most)))


def count_by_metric(tx: Tx, site_id: str, since: datetime) -> dict[tuple[str, str, str], int]:
    """Return how many are (system, metric, ``sent``, ``refused`` or ``waiting``) of what was done since then."""
    query = (
        select(_u.system, _u.metric, _u.error.is_(None), _b.state, func.count())
        .join_from(uploads, batches, _u.batch_id == _b.id)
        .where(_u.site_id == site_id, _u.at >= since)
        .group_by(_u.system, _u.metric, _u.error.is_(None), _b.state)
    )
    counts: dict[tuple[str, str, str], int] = {}
    for row in tx.execute(query):
        system, metric, clean, state, n = tuple(row)
        what = ("sent" if clean else "refused") if state == "sent" else "waiting"
        counts[system, metric, what] = counts.get((system, metric, what), 0) + n
    return counts
