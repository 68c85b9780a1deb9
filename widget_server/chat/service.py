"""Posting, reading and closing. HTTP and sockets call the same methods.

A message is acknowledged after its commit, and the same ``client_id`` always answers with the first message.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from widget_server.audit.store import note
from widget_server.chat import store, talks
from widget_server.chat.assigning import Assigner
from widget_server.chat.intake import Intake
from widget_server.chat.joining import Joining
from widget_server.chat.log import Log
from widget_server.chat.marks import Marks
from widget_server.chat.model import (
    PAGE,
    SAID,
    Conversation,
    ConversationChanged,
    ConversationClosed,
    ConversationStarted,
    Entry,
    Message,
    Writer,
)
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.edge.limits import Limits
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx

QUEUE = 200
NOTHING = Conversation.nothing()


class ChatService:
    """The use cases of the chat, the visitor's and the operator's."""

    def __init__(self, storage: Storage, clock: Clock, limits: Limits, limit_messages: str, intake: Intake) -> None:
        self._storage = storage
        self._clock = clock
        self._limits = limits
        self._limit_messages = limit_messages
        self._log = Log(clock, intake)
        self.joining = Joining(clock, self._log)
        self._assigner = Assigner(clock, self._log)
        self.marks = Marks(storage)

    # the visitor's side

    def post_from_visitor(self, visitor: VisitorIdentity, entry: Entry) -> Message:
        """Add what the visitor wrote to the log of their one conversation, which begins with it if need be.

        Raises
        ------
        TooMany
            If they write faster than a person does.
        Conflict
            ``not_changeable``: the entry that it would change is not theirs, or too old.
        """
        self._limits.check(self._limit_messages, "message", visitor.site_id, visitor.visitor_id)
        with self._storage.begin() as tx:
            conversation = self._open_conversation(tx, visitor)
            known = self._log.find(tx, conversation, entry)
            if known is not None:
                return known
            answers = conversation.last_seq > 0 and conversation.asked_at is None
            if answers and not store.has_entries_of(tx, conversation.id, "visitor"):
                tx.record(ConversationStarted(conversation, self._clock.now(), by_operator=True))
            changed, message = self._log.append(tx, conversation, Writer("visitor"), entry)
            if changed.asked_at != conversation.asked_at:
                self._assigner.by_rule(tx, changed)
            return message

    def sync_visitor(self, visitor: VisitorIdentity, after: int) -> dict[str, Any]:
        """Return what the visitor's page lacks: messages with ``seq > after`` and the marks. It has all before them."""
        with self._storage.read() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id)
            if found is None:
                return {"messages": [], **NOTHING}
            self.marks.note("visitor", found, after)
            return self._page(tx, found, after, Message.view_of_visitor)

    def read_by_visitor(self, visitor: VisitorIdentity, seq: int) -> int:
        with self._storage.begin() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
            return 0 if found is None else self._change(tx, found.read_by("visitor", seq), found).visitor_read_seq

    def end_by_visitor(self, visitor: VisitorIdentity) -> dict[str, Any]:
        """Close the visitor's conversation, as they wish; writing again opens it."""
        with self._storage.begin() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
            if found is None:
                return NOTHING
            return (found if found.status == "closed" else self._close(tx, found, "ended")).marks()

    def find_of_visitor(self, visitor: VisitorIdentity) -> Conversation | None:
        with self._storage.read() as tx:
            return store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id)

    def find_id(self, site_id: str, visitor_id: str) -> str | None:
        """Return the id of a visitor's conversation, None if they never wrote."""
        with self._storage.read() as tx:
            found = store.find_of_visitor(tx, site_id, visitor_id)
        return found.id if found else None

    # the operator's side

    def write_first(self, operator: OperatorIdentity, visitor: VisitorIdentity, entry: Entry) -> Message:
        """Write to a visitor who may never have written: theirs begins with their answer, and is no act of a test."""
        with self._storage.begin() as tx:
            conversation = self._open_conversation(tx, visitor, by_operator=True)
        return self.post_from_operator(operator, conversation.id, entry)

    def post_from_operator(self, operator: OperatorIdentity, conversation_id: str, entry: Entry) -> Message:
        """Add what the operator wrote; errors as of ``post_from_visitor``. Who answers what nobody has takes it."""
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            known = self._log.find(tx, conversation, entry)
            if known is not None:
                return known
            if entry.kind in SAID and conversation.assignee_id is None and not operator.is_program:
                conversation = self._assigner.give(tx, conversation, operator, "taken", operator)
            if entry.kind == "delete":
                about = {"subject": conversation.id, "site_id": conversation.site_id}
                note(tx, "message_deleted", operator, self._clock.now(), **about)
            return self._log.append(tx, conversation, Writer("operator", operator.id, operator.name), entry)[1]

    def sync_operator(self, operator: OperatorIdentity, conversation_id: str, after: int) -> dict[str, Any]:
        with self._storage.read() as tx:
            conversation = store.access(tx, operator, conversation_id)
            self.marks.note("operator", conversation, after)
            return self._page(tx, conversation, after, Message.view)

    def read_by_operator(self, operator: OperatorIdentity, conversation_id: str, seq: int) -> Conversation:
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            return self._change(tx, conversation.read_by("operator", seq).seen_by(operator.id, seq), conversation)

    def close(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            if conversation.status == "closed":
                return conversation
            return self._close(tx, conversation, "closed", operator)

    def reopen(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        with self._storage.begin() as tx:
            conversation = store.access(tx, operator, conversation_id, lock=True)
            if conversation.status == "open":
                return conversation
            talks.note_closing(tx, conversation, None)
            return self._tell(tx, self._log.event(tx, conversation.reopened(self._clock.now()), "reopened", operator))

    def access_conversation(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        """Return a conversation on one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        with self._storage.read() as tx:
            return store.access(tx, operator, conversation_id)

    def changed_since(self, at: datetime) -> list[Conversation]:
        with self._storage.read() as tx:
            return store.list_changed(tx, at)

    def list_queue(self, site_ids: frozenset[str], status: str) -> list[tuple[Conversation, Message | None]]:
        """Return conversations with their last message, the longest waiting first."""
        with self._storage.read() as tx:
            found = store.list_conversations(tx, site_ids, status, QUEUE)
            last = store.last_messages(tx, found)
        return [(conversation, last.get(conversation.id)) for conversation in found]

    def find_lasts(self, conversations: Collection[Conversation]) -> dict[str, Message]:
        """Return conversation id → what was said last in it."""
        with self._storage.read() as tx:
            return store.last_messages(tx, conversations)

    def _open_conversation(self, tx: Tx, visitor: VisitorIdentity, *, by_operator: bool = False) -> Conversation:
        found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
        if found is not None:
            return found
        now = self._clock.now()
        new = Conversation(new_id(), visitor.site_id, visitor.visitor_id, "open", 0, 0, 0, 0, None, now, now)
        if store.insert_conversation(tx, new):
            if not by_operator:
                tx.record(ConversationStarted(new, now))
            return new
        return store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True) or new

    def _close(self, tx: Tx, conversation: Conversation, what: str, by: OperatorIdentity | None = None) -> Conversation:
        now = self._clock.now()
        talks.note_closing(tx, conversation, now)
        if by is not None:
            note(tx, "conversation_closed", by, now, subject=conversation.id, site_id=conversation.site_id)
        closed = self._tell(tx, self._log.event(tx, conversation.closed(now), what, by))
        tx.record(ConversationClosed(closed))
        return closed

    def _change(self, tx: Tx, changed: Conversation, before: Conversation) -> Conversation:
        if changed == before:
            return changed
        store.update_conversation(tx, changed)
        return self._tell(tx, changed)

    def _tell(self, tx: Tx, changed: Conversation) -> Conversation:
        tx.record(ConversationChanged(changed))
        return changed

    def _page(
        self, tx: Tx, conversation: Conversation, after: int, view: Callable[[Message], dict[str, Any]]
    ) -> dict[str, Any]:
        found = store.list_messages(tx, conversation.id, after, PAGE)
        return {"messages": [view(message) for message in found], **conversation.marks()}
