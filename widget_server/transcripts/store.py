"""The table of letters to visitors: what was sent where, so that nobody gets one twice or a hundred."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, func, insert, select, update

from widget_server.storage import Moment, Tx, metadata
from widget_server.transcripts.model import Kind, Letter

letters = Table(
    "visitor_letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("after_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("error", Text),
    Index("ix_visitor_letters_conversation_id_kind", "conversation_id", "kind"),
    Index("ix_visitor_letters_site_id_created_at", "site_id", "created_at"),
    Index("ix_visitor_letters_address_created_at", "address", "created_at"),
)


def insert_letter(tx: Tx, letter: Letter) -> None:
    tx.execute(insert(letters).values(**asdict(letter)))


def find_letter(tx: Tx, letter_id: str) -> Letter | None:
    row = tx.execute(select(letters).where(letters.c.id == letter_id)).one_or_none()
    return None if row is None else Letter(**row._mapping)


def set_letter(tx: Tx, letter_id: str, **values: Any) -> None:
    tx.execute(update(letters).where(letters.c.id == letter_id).values(**values))


def count_since(tx: Tx, at: datetime, **of: str) -> int:
    """Return how many letters were asked for since then, of a conversation, an address or a site."""
    same = [letters.c[name] == value for name, value in of.items()]
    return int(
        tx.execute(select(func.count()).select_from(letters).where(letters.c.created_at >= at, *same)).scalar_one()
    )


def last_told(tx: Tx, conversation_id: str, kind: Kind) -> int:
    """Return up to which entry of the log letters of this kind have told."""
    told = select(func.max(letters.c.last_seq)).where(
        letters.c.conversation_id == conversation_id, letters.c.kind == kind
    )
    return int(tx.execute(told).scalar() or 0)
