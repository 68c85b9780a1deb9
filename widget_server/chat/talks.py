"""The table of talks: when a visitor began to ask, who answered first and when, when it was closed.

A conversation goes on for ever; a talk is one time that its visitor came with something. A row is written when it
begins, at its first answer and when it is closed, never for a message.
"""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text, insert, update

from widget_server.chat.model import Conversation
from widget_server.storage import Moment, Tx, metadata

talks = Table(
    "talks",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", Text),
    Column("closed_at", Moment),
    PrimaryKeyConstraint("conversation_id", "asked_at"),
    Index("ix_talks_asked", "site_id", "asked_at"),
)


def note_words(tx: Tx, before: Conversation, after: Conversation, operator_id: str | None) -> None:
    """Write down that a talk has begun, or was answered for the first time, if these words did that."""
    if after.asked_at != before.asked_at:
        values = {"conversation_id": after.id, "asked_at": after.asked_at, "site_id": after.site_id}
        tx.execute(insert(talks).values(**values))
    elif after.answered_at != before.answered_at:
        _update(tx, after, answered_at=after.answered_at, answered_by=operator_id)


def note_closing(tx: Tx, conversation: Conversation, at: datetime | None) -> None:
    """Write down that the talk was closed, or (None) opened again."""
    _update(tx, conversation, closed_at=at)


def _update(tx: Tx, conversation: Conversation, **values: object) -> None:
    if conversation.asked_at is not None:
        same = talks.c.conversation_id == conversation.id, talks.c.asked_at == conversation.asked_at
        tx.execute(update(talks).where(*same).values(**values))
