"""Putting tags on conversations; a name that is new becomes a tag of the account."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from widget_server.chat.model import ConversationChanged
from widget_server.chat.service import ChatService
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage, Tx
from widget_server.tags import store
from widget_server.tags.model import COLOURS, MOST_OF_ACCOUNT, MOST_OF_CONVERSATION, Tag, read_name


class TagService:
    """The use cases of tags. Open consoles hear of a change as of any other of the conversation."""

    def __init__(self, storage: Storage, clock: Clock, chat: ChatService) -> None:
        self._storage, self._clock, self._chat = storage, clock, chat

    def list_tags(self, operator: OperatorIdentity) -> list[dict[str, Any]]:
        """Return the account's tags, each with how many conversations of the operator's sites carry it."""
        with self._storage.read() as tx:
            found = store.list_tags(tx, operator.account_id)
            counts = store.counts(tx, operator.account_id, operator.site_ids)
        return [{**tag.view(), "count": counts.get(tag.id, 0)} for tag in found]

    def tags_of(self, conversation_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
        with self._storage.read() as tx:
            found = store.tags_of(tx, conversation_ids)
        return {one: [tag.view() for tag in found.get(one, ())] for one in conversation_ids}

    def put_tag(self, operator: OperatorIdentity, conversation_id: str, raw_name: object) -> list[dict[str, Any]]:
        """Put a tag on a conversation and return all of it; putting it twice is putting it once.

        Raises
        ------
        NotFound
            If the conversation is not the operator's to see.
        BadInput
            ``field_empty``, ``field_too_long``, ``too_many_tags``.
        """
        conversation, name = self._chat.access_conversation(operator, conversation_id), read_name(raw_name)
        with self._storage.begin() as tx:
            if len(store.tags_of(tx, [conversation.id]).get(conversation.id, ())) >= MOST_OF_CONVERSATION:
                raise BadInput("too_many_tags", field="name", most=MOST_OF_CONVERSATION)
            tag = self._tag_named(tx, operator, name)
            if store.put(tx, conversation.id, tag.id, operator.id, self._clock.now()):
                tx.record(ConversationChanged(conversation))
        return self.tags_of([conversation.id])[conversation.id]

    def take_tag(self, operator: OperatorIdentity, conversation_id: str, tag_id: str) -> list[dict[str, Any]]:
        conversation = self._chat.access_conversation(operator, conversation_id)
        with self._storage.begin() as tx:
            store.take(tx, conversation.id, tag_id)
            tx.record(ConversationChanged(conversation))
        return self.tags_of([conversation.id])[conversation.id]

    def change_tag(self, operator: OperatorIdentity, tag_id: str, raw_name: object, colour: int) -> None:
        """Rename a tag or colour it anew.

        Raises
        ------
        Conflict
            ``tag_exists``: another one has that name.
        """
        name = read_name(raw_name)
        with self._storage.begin() as tx:
            tag = store.get_tag(tx, operator.account_id, tag_id)
            other = store.find_named(tx, operator.account_id, name.casefold())
            if other is not None and other.id != tag.id:
                raise Conflict("tag_exists")
            colour = min(max(colour, 1), COLOURS)
            store.update_tag(tx, replace(tag, name=name, folded=name.casefold(), colour=colour))

    def delete_tag(self, operator: OperatorIdentity, tag_id: str) -> None:
        with self._storage.begin() as tx:
            store.delete_tag(tx, store.get_tag(tx, operator.account_id, tag_id).id)

    def _tag_named(self, tx: Tx, operator: OperatorIdentity, name: str) -> Tag:
        known = store.find_named(tx, operator.account_id, name.casefold())
        if known is not None:
            return known
        others = store.list_tags(tx, operator.account_id)
        if len(others) >= MOST_OF_ACCOUNT:
            raise BadInput("too_many_tags", field="name", most=MOST_OF_ACCOUNT)
        made = Tag(new_id(), operator.account_id, name, name.casefold(), _next_colour(others))
        store.insert_tag(tx, made)
        return store.find_named(tx, operator.account_id, made.folded) or made


def _next_colour(others: Sequence[Tag]) -> int:
    """Return the colour that is used least."""
    used = [tag.colour for tag in others]
    return min(range(1, COLOURS + 1), key=used.count)
