"""Writing the log: each entry, and what the conversation and its talk are after it. Within the caller's transaction."""

from dataclasses import replace
from typing import Any

from widget_server.chat import store, talks
from widget_server.chat.intake import Intake
from widget_server.chat.model import (
    CHANGES,
    COLLEAGUES_ONLY,
    ColleagueMentioned,
    Conversation,
    Entry,
    Message,
    MessagePosted,
    Writer,
)
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict
from widget_server.operators.store import ENABLED, find_identities, operators, sees_any
from widget_server.storage import Tx


class Log:
    """Adds entries to conversations that the caller has locked."""

    def __init__(self, clock: Clock, intake: Intake) -> None:
        self._clock, self._intake = clock, intake

    def find(self, tx: Tx, conversation: Conversation, entry: Entry) -> Message | None:
        """Return the entry that was made when this one came for the first time."""
        return store.find_message(tx, conversation.id, entry.client_id)

    def append(self, tx: Tx, conversation: Conversation, writer: Writer, entry: Entry) -> tuple[Conversation, Message]:
        """Add an entry that is not there yet; return the conversation after it, and the entry."""
        now, entry = self._clock.now(), self._intake.take(tx, conversation, writer, entry)
        if entry.kind in CHANGES:
            entry = self._change_entry(tx, conversation, writer, entry)
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
        named = _colleagues(tx, message, conversation) if entry.data.get("mentions") else ()
        if named:
            changed = replace(changed, mentioned=tuple(sorted({*changed.mentioned, *named})))
        store.insert_message(tx, message)
        store.update_conversation(tx, changed)
        talks.note_words(tx, conversation, changed, writer.operator_id)
        tx.record(MessagePosted(changed, message))
        if named:
            tx.record(ColleagueMentioned(changed, message, named))
        return changed, message

    def event(
        self, tx: Tx, conversation: Conversation, what: str, by: OperatorIdentity | None = None, **about: Any
    ) -> Conversation:
        """Write down for colleagues what happened to the conversation, which is as it became by that."""
        writer = Writer("system", by.id if by else None, by.name if by else None)
        data = {"what": what, "by": writer.operator_id, **about}
        return self.append(
            tx, conversation, writer, Entry(f"event{conversation.last_seq + 1}", kind="event", data=data)
        )[0]

    def _change_entry(self, tx: Tx, conversation: Conversation, writer: Writer, entry: Entry) -> Entry:
        """Change an earlier entry where it stands too: who comes later reads it as it is now.

        Return the change: one of what is for colleagues only is for them only, too.
        """
        now, target = self._clock.now(), store.find_entry(tx, conversation.id, entry.data["of"])
        if target is None or not target.may_be_changed(entry.kind, writer.author, writer.operator_id, now):
            raise Conflict("not_changeable")
        if entry.kind == "edit":
            store.update_message(tx, target.reworded(entry.body, now))
        else:
            self._intake.forget(tx, target.data)
            for one in (target, *store.list_edits(tx, conversation.id, target.seq)):
                store.update_message(tx, one.taken_back())
        inside = {"inside": True} if target.kind in COLLEAGUES_ONLY else {}
        return replace(entry, data={**entry.data, **inside})


def _colleagues(tx: Tx, note: Message, conversation: Conversation) -> tuple[str, ...]:
    """Return whom a note names, without its writer and without those who may not see the conversation."""
    named = [one for one in note.data["mentions"] if one != note.operator_id]
    found = find_identities(tx, operators.c.id.in_(named), sees_any([conversation.site_id]), ENABLED)
    return tuple(one.id for one in found)
