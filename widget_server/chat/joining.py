"""What an anonymous visitor said, joined to the customer that they turn out to be: nothing is lost or stays behind.

A customer who never wrote gets the conversation itself. One who did gets its entries at the end of theirs, with their
times; the other one is closed, and no browser opens it any more.
"""

from dataclasses import replace

from sqlalchemy import select, update

from widget_server.chat import store
from widget_server.chat.log import Log
from widget_server.chat.model import CHANGES, Conversation, ConversationChanged
from widget_server.chat.talks import talks
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.storage import Tx
from widget_server.visitors.store import copy_visitor

STAYS = CHANGES | {"event"}


class Joining:
    """Moves conversations between visitors, within the caller's transaction."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log

    def join(self, tx: Tx, site_id: str, from_id: str, to_id: str) -> bool:
        """Give what ``from_id`` said to ``to_id``; False if they said nothing."""
        theirs = store.find_of_visitor(tx, site_id, from_id, lock=True)
        if theirs is None:
            return False
        own = store.find_of_visitor(tx, site_id, to_id, lock=True)
        if own is None:
            changed = replace(theirs, visitor_id=to_id, changed_at=self._clock.now())
            store.update_conversation(tx, changed)
            tx.record(ConversationChanged(changed))
            return True
        self._append(tx, own, theirs)
        self._retire(tx, theirs)
        return True

    def _append(self, tx: Tx, own: Conversation, theirs: Conversation) -> None:
        last = own.last_seq
        for message in store.list_messages(tx, theirs.id, 0, theirs.last_seq):
            if message.kind not in STAYS and store.find_message(tx, own.id, message.client_id) is None:
                last += 1
                store.insert_message(tx, replace(message, conversation_id=own.id, seq=last))
        merged = replace(own, last_seq=last, said_seq=last, visitor_read_seq=last, changed_at=self._clock.now())
        if theirs.status == "open":
            merged = merged.going_on_as(theirs)
        known = select(talks.c.asked_at).where(talks.c.conversation_id == own.id)
        other = talks.c.conversation_id == theirs.id, talks.c.asked_at.not_in(known)
        tx.execute(update(talks).where(*other).values(conversation_id=own.id))
        tx.record(ConversationChanged(self._log.event(tx, merged, "joined")))

    def _retire(self, tx: Tx, theirs: Conversation) -> None:
        """Close the conversation and give it to a visitor that nobody is: its words stay where operators saw them."""
        nobody = new_id()
        copy_visitor(tx, theirs.site_id, theirs.visitor_id, nobody)
        closed = replace(theirs, visitor_id=nobody).closed(self._clock.now())
        tx.record(ConversationChanged(self._log.event(tx, closed, "joined")))
