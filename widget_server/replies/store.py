"""The table of ready words."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, delete, func, insert, select, update

from widget_server.kernel.errors import NotFound
from widget_server.replies.model import Reply
from widget_server.storage import Tx, metadata

replies = Table(
    "replies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("site_id", Text),
    Column("operator_id", Text),
    Column("short", Text, nullable=False),
    Column("ru", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("used", Integer, nullable=False),
    Index("ix_replies_account_id", "account_id"),
)


def insert_reply(tx: Tx, reply: Reply) -> None:
    tx.execute(insert(replies).values(**vars(reply)))


def update_reply(tx: Tx, reply_id: str, **values: Any) -> None:
    tx.execute(update(replies).where(replies.c.id == reply_id).values(**values))


def count_use(tx: Tx, reply_id: str) -> None:
    tx.execute(update(replies).where(replies.c.id == reply_id).values(used=replies.c.used + 1))


def delete_reply(tx: Tx, reply_id: str) -> None:
    tx.execute(delete(replies).where(replies.c.id == reply_id))


def get_reply(tx: Tx, reply_id: str) -> Reply:
    row = tx.execute(select(replies).where(replies.c.id == reply_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return Reply(**row._mapping)


def list_replies(tx: Tx, account_id: str) -> list[Reply]:
    query = select(replies).where(replies.c.account_id == account_id).order_by(replies.c.short, replies.c.id)
    return [Reply(**row._mapping) for row in tx.execute(query)]


def count_replies(tx: Tx, account_id: str) -> int:
    query = select(func.count()).select_from(replies).where(replies.c.account_id == account_id)
    return int(tx.execute(query).scalar_one())
