"""The tables of keys and of answers that are kept for those who ask twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, PrimaryKeyConstraint, Row, Table, Text, delete, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from widget_server.api.model import ApiKey
from widget_server.storage import Moment, Tx, metadata

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("access", Text, nullable=False),
    Column("site_ids", JSON, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
    Column("revoked_by", Text),
)
api_answers = Table(
    "api_answers",
    metadata,
    Column("key_id", Text, ForeignKey("api_keys.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("answer", JSON),
    PrimaryKeyConstraint("key_id", "name"),
)
LIVE = api_keys.c.revoked_at.is_(None)


def insert_key(tx: Tx, key: ApiKey, secret_hash: str) -> None:
    values = {name: getattr(key, name) for name in key.__dataclass_fields__}
    tx.execute(api_keys.insert().values(**values | {"site_ids": sorted(key.site_ids), "secret_hash": secret_hash}))


def update_key(tx: Tx, key_id: str, *where: ColumnElement[bool], **values: Any) -> bool:
    return tx.execute(update(api_keys).where(api_keys.c.id == key_id, *where).values(**values)).rowcount == 1


def find_keys(tx: Tx, *where: ColumnElement[bool]) -> list[tuple[ApiKey, str]]:
    """Return keys with the hashes of their secrets: those that work first, the newest first."""
    order = (api_keys.c.revoked_at.is_not(None), api_keys.c.created_at.desc(), api_keys.c.id)
    return [(_key(row), row.secret_hash) for row in tx.execute(select(api_keys).where(*where).order_by(*order))]


def count_keys(tx: Tx, account_id: str) -> int:
    own = select(func.count()).select_from(api_keys).where(api_keys.c.account_id == account_id, LIVE)
    return int(tx.execute(own).scalar_one())


def begin_answer(tx: Tx, key_id: str, name: str, digest: str, at: datetime) -> bool:
    """Note that a request is being answered; False if its name is known already."""
    return tx.insert_new(api_answers, {"key_id": key_id, "name": name, "digest": digest, "at": at})


def find_answer(tx: Tx, key_id: str, name: str) -> Row[Any] | None:
    return tx.execute(select(api_answers).where(*_is(key_id, name)).with_for_update()).one_or_none()


def update_answer(tx: Tx, key_id: str, name: str, **values: Any) -> None:
    tx.execute(update(api_answers).where(*_is(key_id, name)).values(**values))


def delete_answer(tx: Tx, key_id: str, name: str) -> None:
    tx.execute(delete(api_answers).where(*_is(key_id, name)))


def forget_answers(tx: Tx, before: datetime) -> None:
    tx.execute(delete(api_answers).where(api_answers.c.at < before))


def _is(key_id: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return api_answers.c.key_id == key_id, api_answers.c.name == name


def _key(row: Row[Any]) -> ApiKey:
    known = {name: getattr(row, name) for name in ApiKey.__dataclass_fields__}
    return ApiKey(**known | {"site_ids": frozenset(row.site_ids)})
