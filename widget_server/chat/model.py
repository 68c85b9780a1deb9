"""A conversation and its log of messages, ordered by ``seq``. Pure.

Everything that happens in a conversation is one more entry of the log: words, a note for colleagues, a change of an
earlier entry. So one rule delivers all of it once and in order (docs/decisions/0011-one-log.md).

One visitor has one conversation on a site; a message after closing opens it again. So a message that is sent again
always meets the row that it made the first time (docs/decisions/0003-one-conversation.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from widget_server.kernel.clock import iso, iso_or_none

Author = Literal["visitor", "operator", "system"]
Kind = Literal["text", "file", "form", "rating", "note", "edit", "delete", "event"]
LONGEST_BODY = 4000
PAGE = 200
SAID: frozenset[Kind] = frozenset({"text", "file"})  # one side to the other: it waits for an answer, or is one
COLLEAGUES_ONLY: frozenset[Kind] = frozenset({"note", "event"})
CHANGES: frozenset[Kind] = frozenset({"edit", "delete"})
CHANGEABLE: Mapping[Kind, frozenset[Kind]] = {
    "edit": frozenset({"text", "note"}),
    "delete": frozenset({"text", "note", "file"}),
}
KINDS_OF: Mapping[Author, frozenset[Kind]] = {
    "visitor": frozenset({"text", "file", "form", "rating", "edit", "delete"}),
    "operator": frozenset({"text", "file", "note", "edit", "delete"}),
}
CHANGEABLE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """What somebody wants to add to the log; ``client_id`` tells it from every other one for ever.

    ``data`` by kind: of ``edit`` and ``delete`` ``{"of": seq}`` (``inside``: for colleagues only), of ``file``
    ``{"file": id}``, of ``form`` and ``rating`` what was filled in, of ``note`` ``{"mentions": [operator ids]}``, of
    ``event`` what happened (``assigning.py``), of the others what belongs to the words.
    """

    client_id: str
    body: str = ""
    kind: Kind = "text"
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Aim:
    """Whom a conversation is passed to: a person, or a department, or (neither) whoever takes it."""

    operator_id: str | None = None
    department_id: str | None = None


@dataclass(frozen=True)
class Writer:
    """Who an entry is from; a visitor has no name here, nor has a ``system`` for which nobody acted."""

    author: Author
    operator_id: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class Message:
    """One entry of the log."""

    conversation_id: str
    seq: int
    client_id: str
    author: Author
    operator_id: str | None
    name: str | None
    body: str
    at: datetime
    kind: Kind = "text"
    data: Mapping[str, Any] = field(default_factory=dict)

    def view(self) -> dict[str, Any]:
        """Return the entry as operators see it."""
        return {
            "seq": self.seq,
            "client_id": self.client_id,
            "kind": self.kind,
            "author": self.author,
            "name": self.name,
            "body": self.body,
            "data": dict(self.data),
            "at": iso(self.at),
        }

    def view_of_visitor(self) -> dict[str, Any]:
        """Return the entry as the visitor sees it: what is for colleagues only leaves its ``seq`` and nothing else."""
        is_theirs = self.kind not in COLLEAGUES_ONLY and not self.data.get("inside")
        return self.view() if is_theirs else {"seq": self.seq, "kind": "hidden"}

    def may_be_changed(self, how: Kind, author: Author, operator_id: str | None, at: datetime) -> bool:
        """Tell whether ``author`` and ``operator_id`` may still change (``edit``) or take back this entry."""
        is_own = self.author == author and self.operator_id == operator_id
        is_there = self.kind in CHANGEABLE[how] and "deleted" not in self.data
        return is_own and is_there and at - self.at <= CHANGEABLE_FOR

    def reworded(self, body: str, at: datetime) -> "Message":
        return replace(self, body=body, data={**self.data, "edited": iso(at)})

    def taken_back(self) -> "Message":
        """Return what is left of the entry, or of a change of it, once it is deleted: its place."""
        kept = {name: self.data[name] for name in ("of", "inside") if name in self.data and self.kind in CHANGES}
        return replace(self, body="", data={**kept, "deleted": True})


@dataclass(frozen=True)
class Conversation:
    id: str
    site_id: str
    visitor_id: str
    status: Literal["open", "closed"]
    last_seq: int
    said_seq: int
    operator_read_seq: int
    visitor_read_seq: int
    waiting_since: datetime | None
    created_at: datetime
    changed_at: datetime
    operator_got_seq: int = 0
    visitor_got_seq: int = 0
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    assignee_id: str | None = None
    department_id: str | None = None
    assigned_at: datetime | None = None
    mentioned: tuple[str, ...] = ()

    @property
    def is_new_talk(self) -> bool:
        """Whether the words that come next begin a talk: the first ever, or the first after closing."""
        return self.asked_at is None or self.status == "closed"

    def with_entry(self, author: Author, kind: Kind, at: datetime) -> "Conversation":
        """Return the conversation after one more entry.

        What is said opens it: a visitor's words wait for an answer, an operator's are one. Who writes has read; what is
        not said leaves who had read everything nothing to read.
        """
        seq, is_said = self.last_seq + 1, kind in SAID
        changed = replace(self, last_seq=seq, changed_at=at)
        if author == "visitor" or (not is_said and self.visitor_read_seq == self.last_seq):
            changed = replace(changed, visitor_read_seq=seq)
        if author == "operator" or (not is_said and self.operator_read_seq == self.last_seq):
            changed = replace(changed, operator_read_seq=seq)
        if kind == "note":
            return replace(changed, said_seq=seq)
        return changed._said(author, self.is_new_talk, at) if is_said else changed

    def _said(self, author: Author, is_new: bool, at: datetime) -> "Conversation":
        said = replace(self, status="open", said_seq=self.last_seq)
        if author == "visitor":
            asked = replace(said, asked_at=at, answered_at=None) if is_new else said
            return replace(asked, waiting_since=self.waiting_since or at)
        answered_at = self.answered_at or (at if self.asked_at is not None else None)
        return replace(said, waiting_since=None, answered_at=answered_at)

    def read_by(self, author: Author, seq: int) -> "Conversation":
        """Return the conversation read up to ``seq``; a mark never goes back and never past the end."""
        seq = min(seq, self.last_seq)
        if author == "visitor":
            return replace(self, visitor_read_seq=max(self.visitor_read_seq, seq))
        return replace(self, operator_read_seq=max(self.operator_read_seq, seq))

    def seen_by(self, operator_id: str, seq: int) -> "Conversation":
        """Return it without the call for a colleague who has seen all that was said."""
        if operator_id not in self.mentioned or seq < self.said_seq:
            return self
        return replace(self, mentioned=tuple(one for one in self.mentioned if one != operator_id))

    def closed(self, at: datetime) -> "Conversation":
        return replace(self, status="closed", waiting_since=None, changed_at=at)

    def reopened(self, at: datetime) -> "Conversation":
        return replace(self, status="open", changed_at=at)

    def going_on_as(self, other: "Conversation") -> "Conversation":
        """Return it with the open talk of another one: who waited there waits here, since then."""
        waits = min((at for at in (self.waiting_since, other.waiting_since) if at is not None), default=None)
        talk = (other.asked_at, other.answered_at) if self.is_new_talk else (self.asked_at, self.answered_at)
        return replace(self, status="open", waiting_since=waits, asked_at=talk[0], answered_at=talk[1])

    def given_to(self, assignee_id: str | None, department_id: str | None, at: datetime) -> "Conversation":
        return replace(self, assignee_id=assignee_id, department_id=department_id, assigned_at=at, changed_at=at)

    @staticmethod
    def nothing() -> dict[str, Any]:
        """Return the marks of a conversation that has not begun."""
        seqs = ("last_seq", "operator_read_seq", "visitor_read_seq", "operator_got_seq", "visitor_got_seq")
        return {"status": "open", **dict.fromkeys(seqs, 0)}

    def marks(self) -> dict[str, Any]:
        """Return what both sides may know of it: what is read has come, too."""
        return {
            "status": self.status,
            "last_seq": self.last_seq,
            "operator_read_seq": self.operator_read_seq,
            "visitor_read_seq": self.visitor_read_seq,
            "operator_got_seq": max(self.operator_got_seq, self.operator_read_seq),
            "visitor_got_seq": max(self.visitor_got_seq, self.visitor_read_seq),
        }

    def holding(self) -> dict[str, Any]:
        """Return who has it."""
        return {**self.marks(), "assignee": self.assignee_id, "department": self.department_id}

    def summary(self, site_name: str, visitor: dict[str, Any], last: Message | None) -> dict[str, Any]:
        """Return the conversation as the console lists it."""
        return {
            "id": self.id,
            "site": {"id": self.site_id, "name": site_name},
            **self.holding(),
            "said_seq": self.said_seq,
            "mentioned": list(self.mentioned),
            "asked_at": iso_or_none(self.asked_at),
            "answered_at": iso_or_none(self.answered_at),
            "waiting_since": iso_or_none(self.waiting_since),
            "created_at": iso(self.created_at),
            "changed_at": iso(self.changed_at),
            "last_message": last.view() if last else None,
            "visitor": visitor,
        }


@dataclass(frozen=True)
class ConversationStarted:
    """A visitor wrote for the first time; ``by_operator``: as an answer to an operator who had written first."""

    conversation: Conversation
    at: datetime
    by_operator: bool = False


@dataclass(frozen=True)
class MessagePosted:
    """An entry of the log that was not known before; ``conversation`` is as it is after it."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True)
class ConversationClosed:
    """An open conversation was closed."""

    conversation: Conversation


@dataclass(frozen=True)
class ConversationChanged:
    """Somebody read, closed or reopened it."""

    conversation: Conversation


@dataclass(frozen=True)
class MarksMoved:
    """Pages of one side have what they did not have before."""

    conversation: Conversation


@dataclass(frozen=True)
class ConversationGiven:
    """It was given to somebody by a colleague or by the site's rule; who took it themselves knows."""

    conversation: Conversation
    assignee_id: str
    by: str | None
    at: datetime


@dataclass(frozen=True)
class ColleagueMentioned:
    """A note names colleagues; none of its words are for anybody but them."""

    conversation: Conversation
    note: Message
    operator_ids: tuple[str, ...]
