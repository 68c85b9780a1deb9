"""Tables of the chat. A message is unique by (conversation, client id) and by (conversation, seq)."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
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
    UniqueConstraint,
    bindparam,
    insert,
    select,
    update,
)

from widget_server.chat.model import SAID, Author, Conversation, Message
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import NotFound
from widget_server.operators.store import operators
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("said_seq", Integer, nullable=False),
    Column("operator_read_seq", Integer, nullable=False),
    Column("visitor_read_seq", Integer, nullable=False),
    Column("waiting_since", Moment),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("operator_got_seq", Integer, nullable=False),
    Column("visitor_got_seq", Integer, nullable=False),
    Column("asked_at", Moment),
    Column("answered_at", Moment),
    Column("assignee_id", Text),
    Column("department_id", Text),
    Column("assigned_at", Moment),
    Column("mentioned", JSON, nullable=False),
    UniqueConstraint("site_id", "visitor_id"),
    Index("ix_conversations_queue", "site_id", "status", "changed_at"),
    Index("ix_conversations_assignee", "assignee_id", "status"),
    Index("ix_conversations_site_id_created_at", "site_id", "created_at"),
)
messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("operator_id", Text),
    Column("name", Text),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", JSON, nullable=False),
    PrimaryKeyConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)


@dataclass(frozen=True)
class Unattended:
    """An open conversation that waits while nobody has it, or while whoever has it is not there (since ``gone_at``)."""

    id: str
    site_id: str
    assignee_id: str | None
    assigned_at: datetime | None
    gone_at: datetime | None


def access(tx: Tx, operator: OperatorIdentity, conversation_id: str, *, lock: bool = False) -> Conversation:
    """Return a conversation on one of the operator's sites; ``NotFound`` for any other."""
    conversation = get_conversation(tx, conversation_id, lock=lock)
    if conversation.site_id not in operator.site_ids:
        raise NotFound("not_found")
    return conversation


# What every message needs, put together once.
OF_VISITOR = select(conversations).where(
    conversations.c.site_id == bindparam("site"), conversations.c.visitor_id == bindparam("visitor")
)
LOCK_OF_VISITOR = OF_VISITOR.with_for_update()
MESSAGE_BY_CLIENT_ID = select(messages).where(
    messages.c.conversation_id == bindparam("conversation"), messages.c.client_id == bindparam("client")
)
INSERT_MESSAGE = insert(messages)
UPDATE_CONVERSATION = update(conversations).where(conversations.c.id == bindparam("of"))


def insert_conversation(tx: Tx, conversation: Conversation) -> bool:
    return tx.insert_new(conversations, asdict(conversation))


def get_conversation(tx: Tx, conversation_id: str, *, lock: bool = False) -> Conversation:
    query = select(conversations).where(conversations.c.id == conversation_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _conversation(row)


def find_of_visitor(tx: Tx, site_id: str, visitor_id: str, *, lock: bool = False) -> Conversation | None:
    row = tx.execute(LOCK_OF_VISITOR if lock else OF_VISITOR, {"site": site_id, "visitor": visitor_id}).one_or_none()
    return None if row is None else _conversation(row)


def update_conversation(tx: Tx, conversation: Conversation) -> None:
    values = _values(conversation)
    tx.execute(UPDATE_CONVERSATION, {"of": values.pop("id"), **values})


def list_conversations(tx: Tx, site_ids: Collection[str], status: str, most: int) -> list[Conversation]:
    """Return the longest waiting first, then the last changed."""
    query = (
        select(conversations)
        .where(conversations.c.site_id.in_(site_ids), conversations.c.status == status)
        .order_by(
            conversations.c.waiting_since.is_(None), conversations.c.waiting_since, conversations.c.changed_at.desc()
        )
        .limit(most)
    )
    return [_conversation(row) for row in tx.execute(query)]


def list_changed(tx: Tx, at: datetime) -> list[Conversation]:
    """Return what was changed since, on any site (by the index of the queues)."""
    it = conversations.c
    query = select(conversations).where(
        it.site_id.in_(select(sites.c.id)), it.status.in_(("open", "closed")), it.changed_at >= at
    )
    return [_conversation(row) for row in tx.execute(query)]


def list_unattended(tx: Tx, at: datetime, most: int, conversation_id: str | None = None) -> list[Unattended]:
    """Return what waits without anybody who could answer, the longest first; of one conversation only, if named."""
    it, who = conversations.c, operators.c
    is_away = who.online_until.is_(None) | (who.online_until <= at) | who.disabled_at.is_not(None)
    waits = it.status == "open", it.waiting_since.is_not(None), it.assignee_id.is_(None) | is_away
    query = select(it.id, it.site_id, it.assignee_id, it.assigned_at, who.gone_at).select_from(
        conversations.outerjoin(operators, who.id == it.assignee_id)
    )
    wanted = query.where(*waits) if conversation_id is None else query.where(*waits, it.id == conversation_id)
    return [Unattended(**row._mapping) for row in tx.execute(wanted.order_by(it.waiting_since).limit(most))]


def insert_message(tx: Tx, message: Message) -> None:
    tx.execute(INSERT_MESSAGE, _values(message))


def update_message(tx: Tx, message: Message) -> None:
    """Write down the entry's words and data; everything else of it stands for ever."""
    same = (messages.c.conversation_id == message.conversation_id) & (messages.c.seq == message.seq)
    tx.execute(update(messages).where(same).values(body=message.body, data=dict(message.data)))


def find_message(tx: Tx, conversation_id: str, client_id: str) -> Message | None:
    row = tx.execute(MESSAGE_BY_CLIENT_ID, {"conversation": conversation_id, "client": client_id}).one_or_none()
    return None if row is None else _message(row)


def find_entry(tx: Tx, conversation_id: str, seq: int) -> Message | None:
    query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.seq == seq)
    row = tx.execute(query).one_or_none()
    return None if row is None else _message(row)


def list_edits(tx: Tx, conversation_id: str, seq: int) -> list[Message]:
    """Return the entries that changed the words of entry ``seq``."""
    query = select(messages).where(
        messages.c.conversation_id == conversation_id,
        messages.c.seq > seq,
        messages.c.kind == "edit",
        messages.c.data["of"].as_integer() == seq,
    )
    return [_message(row) for row in tx.execute(query)]


def has_entries_of(tx: Tx, conversation_id: str, author: Author) -> bool:
    own = messages.c.conversation_id == conversation_id, messages.c.author == author
    return tx.execute(select(messages.c.seq).where(*own).limit(1)).first() is not None


def list_messages(tx: Tx, conversation_id: str, after: int, most: int) -> list[Message]:
    query = (
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
        .order_by(messages.c.seq)
        .limit(most)
    )
    return [_message(row) for row in tx.execute(query)]


def last_messages(tx: Tx, of: Collection[Conversation]) -> dict[str, Message]:
    """Return conversation id → what was said last in it, colleagues' notes included."""
    query = select(messages).join(
        conversations,
        (messages.c.conversation_id == conversations.c.id) & (messages.c.seq == conversations.c.said_seq),
    )
    rows = tx.execute(query.where(conversations.c.id.in_([c.id for c in of])))
    return {row.conversation_id: _message(row) for row in rows}


def last_speaker(tx: Tx, conversation_id: str) -> str | None:
    """Return the operator who said something last."""
    said = messages.c.conversation_id == conversation_id, messages.c.author == "operator", messages.c.kind.in_(SAID)
    return tx.execute(select(messages.c.operator_id).where(*said).order_by(messages.c.seq.desc()).limit(1)).scalar()


def _values(kept: Conversation | Message) -> dict[str, Any]:
    """Return the fields as they are (``asdict`` would copy them one by one)."""
    return {one.name: getattr(kept, one.name) for one in fields(kept)}


def _conversation(row: Any) -> Conversation:
    return Conversation(**{**row._mapping, "mentioned": tuple(row.mentioned)})


def _message(row: Any) -> Message:
    return Message(**row._mapping)
