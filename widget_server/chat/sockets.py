"""The chat over sockets: the same service methods, and the hints to open pages."""

from collections.abc import Callable, Collection
from typing import Any

from widget_server.chat.model import Conversation, ConversationChanged, MarksMoved, MessagePosted
from widget_server.chat.parse import read_entry
from widget_server.chat.service import ChatService
from widget_server.chat.whereabouts import Whereabouts
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.edge.payload import json_object, read_number
from widget_server.edge.push import Push
from widget_server.edge.sockets import Door
from widget_server.kernel.ids import is_id

MOST_MARKS = 200


class VisitorChat:
    """What a visitor's page may say in the chat."""

    def __init__(self, chat: ChatService, whereabouts: Whereabouts, push: Push) -> None:
        self._chat, self._whereabouts, self._push = chat, whereabouts, push

    def join(self, door: Door[VisitorIdentity]) -> None:
        door.on("post", self.post)
        door.on("sync", self.sync)
        door.on("read", self.read)
        door.on("got", self.got)
        door.on("typing", self.typing)

    def post(self, visitor: VisitorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        return {"message": self._chat.post_from_visitor(visitor, read_entry(data, "visitor")).view_of_visitor()}

    def sync(self, visitor: VisitorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        return self._chat.sync_visitor(visitor, read_number(data, "after"))

    def read(self, visitor: VisitorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        return {"visitor_read_seq": self._chat.read_by_visitor(visitor, read_number(data, "seq"))}

    def got(self, visitor: VisitorIdentity, data: dict[str, Any]) -> None:
        conversation_id = self._whereabouts.find_of_visitor(visitor)
        if conversation_id is not None:
            self._chat.marks.report("visitor", conversation_id, read_number(data, "seq"))

    def typing(self, visitor: VisitorIdentity, _data: dict[str, Any]) -> None:
        if not self._whereabouts.may_tell(visitor.visitor_id, visitor.site_id):
            return
        conversation_id = self._whereabouts.find_of_visitor(visitor)
        if conversation_id is not None:
            self._push.to_operators(visitor.site_id, "typing", {"conversation": conversation_id})


class OperatorChat:
    """What an operator's console may say in the chat."""

    def __init__(self, chat: ChatService, whereabouts: Whereabouts, push: Push) -> None:
        self._chat, self._whereabouts, self._push = chat, whereabouts, push

    def join(self, door: Door[OperatorIdentity]) -> None:
        door.on("post", self.post)
        door.on("sync", self.sync)
        door.on("read", self.read)
        door.on("got", self.got)
        door.on("typing", self.typing)

    def post(self, operator: OperatorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        entry = read_entry(data, "operator")
        return {"message": self._chat.post_from_operator(operator, _named(data), entry).view()}

    def sync(self, operator: OperatorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        return self._chat.sync_operator(operator, _named(data), read_number(data, "after"))

    def read(self, operator: OperatorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        changed = self._chat.read_by_operator(operator, _named(data), read_number(data, "seq"))
        return {"operator_read_seq": changed.operator_read_seq}

    def got(self, operator: OperatorIdentity, data: dict[str, Any]) -> None:
        """Take ``{marks: {conversation: seq}}``: a console hears of all conversations of its sites."""
        for conversation_id in list(marks := json_object(data.get("marks")))[:MOST_MARKS]:
            self._whereabouts.access(operator, _named({"conversation": conversation_id}))
            self._chat.marks.report("operator", conversation_id, read_number(marks, conversation_id))

    def typing(self, operator: OperatorIdentity, data: dict[str, Any]) -> None:
        if self._whereabouts.may_tell(operator.id, _named(data)):
            where = self._whereabouts.access(operator, _named(data))
            self._push.to_visitor(*where, "typing", {"name": operator.name})


class ChatPush:
    """Tells open pages that something was committed.

    Parameters
    ----------
    summarise : callable
        ``[Conversation] -> [dict]``: the console's summaries.
    """

    def __init__(self, push: Push, summarise: Callable[[Collection[Conversation]], list[dict[str, Any]]]) -> None:
        self._push = push
        self._summarise = summarise

    def on_message(self, event: MessagePosted) -> None:
        conversation, message = event.conversation, event.message
        seen = {"message": message.view_of_visitor()}
        self._push.to_visitor(conversation.site_id, conversation.visitor_id, "message", seen)
        told = {"conversation": conversation.id, "message": message.view()}
        self._push.to_operators(conversation.site_id, "message", told)
        self._push.digest.add(conversation.id, conversation, self._tell_operators)

    def on_change(self, event: ConversationChanged) -> None:
        conversation = event.conversation
        self._push.to_visitor(conversation.site_id, conversation.visitor_id, "conversation", conversation.marks())
        self._push.digest.add(conversation.id, conversation, self._tell_operators)

    def on_marks(self, event: MarksMoved) -> None:
        conversation = event.conversation
        self._push.to_visitor(conversation.site_id, conversation.visitor_id, "conversation", conversation.marks())
        told = {"conversation": conversation.id, **conversation.marks()}
        self._push.to_operators(conversation.site_id, "marks", told)

    def _tell_operators(self, changed: Collection[Conversation]) -> None:
        for summary in self._summarise(changed):
            self._push.to_operators(summary["site"]["id"], "conversation", {"conversation": summary})


def _named(data: dict[str, Any]) -> str:
    name = data.get("conversation")
    return str(name) if is_id(name) else "-"
