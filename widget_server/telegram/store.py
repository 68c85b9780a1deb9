"""The tables of conversations in Telegram, of the messages there, and of operators who answer there."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    delete,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from widget_server.storage import Moment, Tx, metadata
from widget_server.telegram.model import Link, Topic

topics = Table(
    "telegram_topics",
    metadata,
    Column("target_id", Text, ForeignKey("alert_targets.id"), nullable=False),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("thread_id", BigInteger),
    Column("sent_seq", Integer, nullable=False),
    Column("busy_until", Moment),
    PrimaryKeyConstraint("target_id", "conversation_id"),
    Index("ix_telegram_topics_thread", "chat_id", "thread_id"),
)
posts = Table(
    "telegram_posts",
    metadata,
    Column("chat_id", Text, nullable=False),
    Column("message_id", BigInteger, nullable=False),
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("chat_id", "message_id"),
    Index("ix_telegram_posts_entry", "conversation_id", "seq"),
)
links = Table(
    "telegram_links",
    metadata,
    Column("operator_id", Text, ForeignKey("operators.id"), primary_key=True),
    Column("code", Text, unique=True),
    Column("until", Moment),
    Column("user_id", Text, unique=True),
    Column("name", Text, nullable=False),
)


def insert_topic(tx: Tx, topic: Topic) -> bool:
    return tx.insert_new(topics, {name: getattr(topic, name) for name in topic.__dataclass_fields__})


def find_topic(tx: Tx, *where: ColumnElement[bool], lock: bool = False) -> Topic | None:
    query = select(topics).where(*where).limit(1)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return None if row is None else Topic(**row._mapping)


def update_topic(tx: Tx, topic: Topic, **values: Any) -> None:
    same = (topics.c.target_id == topic.target_id) & (topics.c.conversation_id == topic.conversation_id)
    tx.execute(update(topics).where(same).values(**values))


def insert_post(tx: Tx, chat_id: str, message_id: int, conversation_id: str, seq: int) -> bool:
    row = {"chat_id": chat_id, "message_id": message_id, "conversation_id": conversation_id, "seq": seq}
    return tx.insert_new(posts, row)


def find_post(tx: Tx, *where: ColumnElement[bool]) -> Row[Any] | None:
    return tx.execute(select(posts).where(*where).limit(1)).first()


def forget_posts(tx: Tx, chat_id: str, conversation_id: str) -> None:
    tx.execute(delete(posts).where(posts.c.chat_id == chat_id, posts.c.conversation_id == conversation_id))


def put_link(tx: Tx, operator_id: str, **values: Any) -> None:
    """Write down how far an operator's link is."""
    if not tx.insert_new(links, {"operator_id": operator_id, "name": "", **values}):
        tx.execute(update(links).where(links.c.operator_id == operator_id).values(**values))


def find_link(tx: Tx, *where: ColumnElement[bool]) -> Link | None:
    row = tx.execute(select(links).where(*where)).first()
    return None if row is None else Link(**row._mapping)


def delete_link(tx: Tx, *where: ColumnElement[bool]) -> None:
    tx.execute(delete(links).where(*where))
