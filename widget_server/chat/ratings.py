"""How visitors rated their talks: one rating a conversation, the last one given."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Integer, Table, Text, func, select, update

from widget_server.chat.model import Conversation
from widget_server.storage import Moment, Storage, Tx, metadata

ratings = Table(
    "ratings",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("operator_id", Text),
    Column("score", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_ratings_site_id_operator_id", "site_id", "operator_id"),
)


@dataclass(frozen=True)
class Average:
    """Of one operator on one scale (``of`` 5: stars; 1: thumbs, the share of those up)."""

    operator_id: str
    of: int
    mean: float
    count: int


class Ratings:
    """What the console shows of ratings."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def averages(self, site_ids: Collection[str]) -> dict[str, list[Average]]:
        """Return operator id → their averages on these sites, one a scale."""
        found = (ratings.c.operator_id, ratings.c.of, func.avg(ratings.c.score * 1.0), func.count())
        wanted = ratings.c.site_id.in_(site_ids) & ratings.c.operator_id.is_not(None)
        by_operator: dict[str, list[Average]] = {}
        with self._storage.read() as tx:
            rows: Any = tx.execute(select(*found).where(wanted).group_by(ratings.c.operator_id, ratings.c.of))
            for operator_id, of, mean, count in rows:
                by_operator.setdefault(operator_id, []).append(Average(operator_id, of, float(mean), count))
        return by_operator


def put_rating(
    tx: Tx, conversation: Conversation, operator_id: str | None, comment: str, at: datetime, *, score: int, of: int
) -> None:
    """Write the rating down; an earlier one of the same conversation is replaced."""
    values = {"operator_id": operator_id, "score": score, "of": of, "comment": comment, "at": at}
    if not tx.insert_new(ratings, {"conversation_id": conversation.id, "site_id": conversation.site_id, **values}):
        tx.execute(update(ratings).where(ratings.c.conversation_id == conversation.id).values(**values))
