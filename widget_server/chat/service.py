"""Posting, reading and closing. HTTP and sockets call the same methods.

A message is acknowledged after its commit, and the same ``client_id`` always answers with the first message.
"""

from collections.abc import Callable
from typing import Any

from widget_server.chat import store
from widget_server.chat.intake import Intake
from widget_server.chat.model import (
    CHANGES,
    PAGE,
    Author,
    Conversation,
    ConversationChanged,
    ConversationStarted,
    Entry,
    Message,
    MessagePosted,
    Writer,
)
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.edge.limits import Limits
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx

QUEUE = 200
NOTHING: dict[str, Any] = {"status": "open", "last_seq": 0, "operator_read_seq": 0, "visitor_read_seq": 0}


class ChatService:
    """The use cases of the chat, the visitor's and the operator's."""

    def __init__(self, storage: Storage, clock: Clock, limits: Limits, limit_messages: str, intake: Intake) -> None:
        self._storage = storage
        self._intake = intake
        self._clock = clock
        self._limits = limits
        self._limit_messages = limit_messages

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
            return self._post(tx, conversation, Writer("visitor"), entry)

    def sync_visitor(self, visitor: VisitorIdentity, after: int) -> dict[str, Any]:
        """Return what the visitor's page lacks: messages with ``seq > after`` and the marks."""
        with self._storage.read() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id)
            return self._page(tx, found, after, Message.view_of_visitor)

    def read_by_visitor(self, visitor: VisitorIdentity, seq: int) -> int:
        with self._storage.begin() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
            return 0 if found is None else self._mark_read(tx, found, "visitor", seq).visitor_read_seq

    def end_by_visitor(self, visitor: VisitorIdentity) -> dict[str, Any]:
        """Close the visitor's conversation, as they wish; writing again opens it."""
        with self._storage.begin() as tx:
            found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
            if found is None:
                return NOTHING
            return (found if found.status == "closed" else self._change(tx, found.closed(self._clock.now()))).marks()

    def find_of_visitor(self, visitor: VisitorIdentity) -> Conversation | None:
        with self._storage.read() as tx:
            return store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id)

    def find_id(self, site_id: str, visitor_id: str) -> str | None:
        """Return the id of a visitor's conversation, None if they never wrote."""
        with self._storage.read() as tx:
            found = store.find_of_visitor(tx, site_id, visitor_id)
        return found.id if found else None

    # the operator's side

    def post_from_operator(self, operator: OperatorIdentity, conversation_id: str, entry: Entry) -> Message:
        """Add what the operator wrote; errors as of ``post_from_visitor``."""
        with self._storage.begin() as tx:
            conversation = self._access(tx, operator, conversation_id, lock=True)
            return self._post(tx, conversation, Writer("operator", operator.id, operator.name), entry)

    def sync_operator(self, operator: OperatorIdentity, conversation_id: str, after: int) -> dict[str, Any]:
        with self._storage.read() as tx:
            return self._page(tx, self._access(tx, operator, conversation_id), after, Message.view)

    def read_by_operator(self, operator: OperatorIdentity, conversation_id: str, seq: int) -> Conversation:
        with self._storage.begin() as tx:
            return self._mark_read(tx, self._access(tx, operator, conversation_id, lock=True), "operator", seq)

    def close(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        with self._storage.begin() as tx:
            conversation = self._access(tx, operator, conversation_id, lock=True)
            return self._change(tx, conversation.closed(self._clock.now()))

    def reopen(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        with self._storage.begin() as tx:
            conversation = self._access(tx, operator, conversation_id, lock=True)
            return self._change(tx, conversation.reopened(self._clock.now()))

    def access_conversation(self, operator: OperatorIdentity, conversation_id: str) -> Conversation:
        """Return a conversation on one of the operator's sites.

        Raises
        ------
        NotFound
            If there is none, or it is not theirs to see.
        """
        with self._storage.read() as tx:
            return self._access(tx, operator, conversation_id)

    def list_queue(self, site_ids: frozenset[str], status: str) -> list[tuple[Conversation, Message | None]]:
        """Return conversations with their last message, the longest waiting first."""
        with self._storage.read() as tx:
            found = store.list_conversations(tx, site_ids, status, QUEUE)
            last = store.last_messages(tx, found)
        return [(conversation, last.get(conversation.id)) for conversation in found]

    def find_last(self, conversation: Conversation) -> Message | None:
        with self._storage.read() as tx:
            return store.last_messages(tx, [conversation]).get(conversation.id)

    def _access(self, tx: Tx, operator: OperatorIdentity, conversation_id: str, *, lock: bool = False) -> Conversation:
        conversation = store.get_conversation(tx, conversation_id, lock=lock)
        if conversation.site_id not in operator.site_ids:
            raise NotFound("not_found")
        return conversation

    def _open_conversation(self, tx: Tx, visitor: VisitorIdentity) -> Conversation:
        found = store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True)
        if found is not None:
            return found
        now = self._clock.now()
        new = Conversation(new_id(), visitor.site_id, visitor.visitor_id, "open", 0, 0, 0, 0, None, now, now)
        if store.insert_conversation(tx, new):
            tx.record(ConversationStarted(new, now))
            return new
        return store.find_of_visitor(tx, visitor.site_id, visitor.visitor_id, lock=True) or new

    def _post(self, tx: Tx, conversation: Conversation, writer: Writer, entry: Entry) -> Message:
        known = store.find_message(tx, conversation.id, entry.client_id)
        if known is not None:
            return known
        now, entry = self._clock.now(), self._intake.take(tx, conversation, writer, entry)
        if entry.kind in CHANGES:
            self._change_entry(tx, conversation, writer, entry)
        changed = conversation.with_entry(writer.author, entry.kind, now)
        message = Message(
            conversation_id=changed.id,
            seq=changed.last_seq,
            client_id=entry.client_id,
            author=writer.author,
            operator_id=writer.operator_id,
            name=writer.name,
            body=entry.body,
            at=now,
            kind=entry.kind,
            data=dict(entry.data),
        )
        store.insert_message(tx, message)
        store.update_conversation(tx, changed)
        tx.record(MessagePosted(changed, message))
        return message

    def _change_entry(self, tx: Tx, conversation: Conversation, writer: Writer, entry: Entry) -> None:
        """Change an earlier entry where it stands too: who comes later reads it as it is now."""
        now, target = self._clock.now(), store.find_entry(tx, conversation.id, entry.data["of"])
        if target is None or not target.may_be_changed(entry.kind, writer.author, writer.operator_id, now):
            raise Conflict("not_changeable")
        if entry.kind == "edit":
            store.update_message(tx, target.reworded(entry.body, now))
        else:
            self._intake.forget(tx, target.data)
            for one in (target, *store.list_edits(tx, conversation.id, target.seq)):
                store.update_message(tx, one.taken_back())

    def _mark_read(self, tx: Tx, conversation: Conversation, by: Author, seq: int) -> Conversation:
        return self._change(tx, conversation.read_by(by, seq), conversation)

    def _change(self, tx: Tx, changed: Conversation, before: Conversation | None = None) -> Conversation:
        if changed != before:
            store.update_conversation(tx, changed)
            tx.record(ConversationChanged(changed))
        return changed

    def _page(
        self, tx: Tx, conversation: Conversation | None, after: int, view: Callable[[Message], dict[str, Any]]
    ) -> dict[str, Any]:
        if conversation is None:
            return {"messages": [], **NOTHING}
        found = store.list_messages(tx, conversation.id, after, PAGE)
        return {"messages": [view(message) for message in found], **conversation.marks()}
