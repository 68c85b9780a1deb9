"""Links that open one talk again, on any device: in letters. Of a token only a hash is kept."""

from datetime import datetime, timedelta

from sqlalchemy import Column, Index, Table, Text, delete, insert, select, update

from widget_server.chat.store import find_of_visitor
from widget_server.kernel.ids import new_id
from widget_server.storage import Moment, Tx, metadata
from widget_server.visitors.keys import drop_keys
from widget_server.visitors.service import hash_secret

HOLDS = timedelta(days=30)

conversation_links = Table(
    "conversation_links",
    metadata,
    Column("id", Text, primary_key=True),
    Column("token_hash", Text, nullable=False),
    Column("site_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("followed_at", Moment),
    Index("ix_conversation_links_token_hash", "token_hash", unique=True),
    Index("ix_conversation_links_conversation_id", "conversation_id"),
)
_it = conversation_links.c


def make_link(tx: Tx, site_id: str, conversation_id: str, address: str, at: datetime) -> str:
    """Return the token of a link that is sent to ``address``; links that hold no longer go."""
    tx.execute(delete(conversation_links).where(_it.conversation_id == conversation_id, _it.expires_at <= at))
    token, about = new_id(), {"site_id": site_id, "conversation_id": conversation_id, "address": address}
    row = {"id": new_id(), "token_hash": hash_secret(token), "expires_at": at + HOLDS, **about}
    tx.execute(insert(conversation_links).values(**row))
    return token


def find_site_of(tx: Tx, token: str, at: datetime) -> str | None:
    """Return whose talk a link opens, None if it does no longer. Looking changes nothing: mail scanners look, too."""
    query = select(_it.site_id).where(_it.token_hash == hash_secret(token), _it.expires_at > at)
    return tx.execute(query).scalar_one_or_none()


def follow(tx: Tx, site_id: str, token: str, at: datetime) -> tuple[str, str] | None:
    """Return (link id, conversation id): somebody reads what is sent to its address."""
    same = _it.token_hash == hash_secret(token), _it.site_id == site_id, _it.expires_at > at
    row = tx.execute(select(conversation_links).where(*same)).one_or_none()
    if row is None:
        return None
    tx.execute(update(conversation_links).where(_it.id == row.id).values(followed_at=row.followed_at or at))
    return row.id, row.conversation_id


def is_confirmed(tx: Tx, conversation_id: str, address: str) -> bool:
    """Tell whether a link of this talk that was sent to ``address`` was followed."""
    same = _it.conversation_id == conversation_id, _it.address == address, _it.followed_at.is_not(None)
    return tx.execute(select(_it.id).where(*same).limit(1)).first() is not None


def revoke_links(tx: Tx, conversation_id: str) -> None:
    """Let no link open the talk any more, and nobody stay in who came by one."""
    mine = _it.conversation_id == conversation_id
    for link_id in tx.execute(select(_it.id).where(mine)).scalars().all():
        drop_keys(tx, f"link:{link_id}")
    tx.execute(delete(conversation_links).where(mine))


def revoke_of_visitor(tx: Tx, site_id: str, visitor_id: str) -> None:
    found = find_of_visitor(tx, site_id, visitor_id)
    if found is not None:
        revoke_links(tx, found.id)
