"""A conversation and its messages, ordered by ``seq``. Pure.

One visitor has one conversation on a site; a message after closing opens it again. So a message that is sent again
always meets the row that it made the first time (docs/decisions/0003-one-conversation.md).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from widget_server.kernel.clock import iso, iso_or_none

Author = Literal["visitor", "operator", "system"]
LONGEST_BODY = 4000
PAGE = 200


@dataclass(frozen=True)
class Message:
    conversation_id: str
    seq: int
    client_id: str
    author: Author
    operator_id: str | None
    name: str | None
    body: str
    at: datetime

    def view(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "client_id": self.client_id,
            "author": self.author,
            "name": self.name,
            "body": self.body,
            "at": iso(self.at),
        }


@dataclass(frozen=True)
class Conversation:
    id: str
    site_id: str
    visitor_id: str
    status: Literal["open", "closed"]
    last_seq: int
    operator_read_seq: int
    visitor_read_seq: int
    waiting_since: datetime | None
    created_at: datetime
    changed_at: datetime

    def with_message(self, author: Author, at: datetime) -> "Conversation":
        """Return the conversation after one more message: a visitor's waits for an answer, an operator's answers."""
        seq = self.last_seq + 1
        changed = replace(self, last_seq=seq, changed_at=at, status="open")
        if author == "visitor":
            return replace(changed, visitor_read_seq=seq, waiting_since=self.waiting_since or at)
        return replace(changed, operator_read_seq=seq, waiting_since=None)

    def read_by(self, author: Author, seq: int) -> "Conversation":
        """Return the conversation read up to ``seq``; a mark never goes back and never past the end."""
        seq = min(seq, self.last_seq)
        if author == "visitor":
            return replace(self, visitor_read_seq=max(self.visitor_read_seq, seq))
        return replace(self, operator_read_seq=max(self.operator_read_seq, seq))

    def closed(self, at: datetime) -> "Conversation":
        return replace(self, status="closed", waiting_since=None, changed_at=at)

    def reopened(self, at: datetime) -> "Conversation":
        return replace(self, status="open", changed_at=at)

    def marks(self) -> dict[str, Any]:
        """Return what both sides may know of it."""
        return {
            "status": self.status,
            "last_seq": self.last_seq,
            "operator_read_seq": self.operator_read_seq,
            "visitor_read_seq": self.visitor_read_seq,
        }

    def summary(self, site_name: str, visitor: dict[str, Any], last: Message | None) -> dict[str, Any]:
        """Return the conversation as the console lists it."""
        return {
            "id": self.id,
            "site": {"id": self.site_id, "name": site_name},
            **self.marks(),
            "waiting_since": iso_or_none(self.waiting_since),
            "created_at": iso(self.created_at),
            "changed_at": iso(self.changed_at),
            "last_message": last.view() if last else None,
            "visitor": visitor,
        }


@dataclass(frozen=True)
class ConversationStarted:
    """A visitor wrote for the first time."""

    conversation: Conversation
    at: datetime


@dataclass(frozen=True)
class MessagePosted:
    """A message that was not known before; ``conversation`` is as it is after it."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True)
class ConversationChanged:
    """Somebody read, closed or reopened it."""

    conversation: Conversation
