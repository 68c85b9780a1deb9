"""Tags of accounts, and which conversations carry them."""

from collections.abc import Collection

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)

from widget_server.chat.store import conversations
from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata
from widget_server.tags.model import Tag

tags = Table(
    "tags",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("colour", Integer, nullable=False),
    UniqueConstraint("account_id", "folded"),
)
conversation_tags = Table(
    "conversation_tags",
    metadata,
    Column("conversation_id", Text, ForeignKey("conversations.id"), nullable=False),
    Column("tag_id", Text, ForeignKey("tags.id"), nullable=False, index=True),
    Column("operator_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("conversation_id", "tag_id"),
)
_t, _c = tags.c, conversation_tags.c


def insert_tag(tx: Tx, tag: Tag) -> bool:
    return tx.insert_new(tags, vars(tag))


def find_named(tx: Tx, account_id: str, folded: str) -> Tag | None:
    row = tx.execute(select(tags).where(_t.account_id == account_id, _t.folded == folded)).one_or_none()
    return None if row is None else Tag(**row._mapping)


def get_tag(tx: Tx, account_id: str, tag_id: str) -> Tag:
    row = tx.execute(select(tags).where(_t.account_id == account_id, _t.id == tag_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return Tag(**row._mapping)


def list_tags(tx: Tx, account_id: str) -> list[Tag]:
    return [
        Tag(**row._mapping) for row in tx.execute(select(tags).where(_t.account_id == account_id).order_by(_t.name))
    ]


def update_tag(tx: Tx, tag: Tag) -> None:
    tx.execute(update(tags).where(_t.id == tag.id).values(name=tag.name, folded=tag.folded, colour=tag.colour))


def delete_tag(tx: Tx, tag_id: str) -> None:
    tx.execute(delete(conversation_tags).where(_c.tag_id == tag_id))
    tx.execute(delete(tags).where(_t.id == tag_id))


def put(tx: Tx, conversation_id: str, tag_id: str, operator_id: str, at: object) -> bool:
    row = {"conversation_id": conversation_id, "tag_id": tag_id, "operator_id": operator_id, "at": at}
    return tx.insert_new(conversation_tags, row)


def take(tx: Tx, conversation_id: str, tag_id: str) -> None:
    tx.execute(delete(conversation_tags).where(_c.conversation_id == conversation_id, _c.tag_id == tag_id))


def tags_of(tx: Tx, conversation_ids: Collection[str]) -> dict[str, list[Tag]]:
    """Return conversation id → its tags, by name."""
    query = (
        select(_c.conversation_id, *_t).join(tags, _t.id == _c.tag_id).where(_c.conversation_id.in_(conversation_ids))
    )
    found: dict[str, list[Tag]] = {}
    for row in tx.execute(query.order_by(_t.name)):
        found.setdefault(row.conversation_id, []).append(Tag(row.id, row.account_id, row.name, row.folded, row.colour))
    return found


def counts(tx: Tx, account_id: str, site_ids: Collection[str]) -> dict[str, int]:
    """Return tag id → how many conversations of these sites carry it."""
    joined = select(_c.tag_id, func.count().label("n")).join(tags, _t.id == _c.tag_id)
    joined = joined.join(conversations, conversations.c.id == _c.conversation_id)
    where = joined.where(_t.account_id == account_id, conversations.c.site_id.in_(site_ids)).group_by(_c.tag_id)
    return {row.tag_id: row.n for row in tx.execute(where)}
