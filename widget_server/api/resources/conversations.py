"""Conversations and messages: read them, answer as an operator or under a name of the program's own."""

from dataclasses import replace
from datetime import datetime

from widget_server.api.kinds import Choice, Flag, Id, Maybe, Moment, Text, Whole
from widget_server.api.listing import cursor, newest, read_seq_cursor
from widget_server.api.operation import PAGE, SITE, Ask, Operation, Part
from widget_server.api.resources.seen import seen_sites
from widget_server.api.shape import Field, Shape
from widget_server.chat.model import LONGEST_BODY, Conversation, Entry, Message
from widget_server.chat.service import ChatService
from widget_server.chat.store import conversations, list_messages
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput
from widget_server.operators.store import ENABLED, find_identities, operators
from widget_server.storage import Storage

STATUSES = ("open", "closed")
CONVERSATION = Shape(
    "Conversation",
    "What one visitor and the operators write to each other. A visitor has one on a site.",
    (
        Field("id", Id()),
        Field("site", Id(), take=lambda it: it.site_id),
        Field("visitor", Id(), take=lambda it: it.visitor_id),
        Field("status", Choice(STATUSES)),
        Field("last_seq", Whole(), "The number of the last message."),
        Field("operator_read_seq", Whole(), "How far operators have read."),
        Field("visitor_read_seq", Whole(), "How far the visitor has read."),
        Field("waiting_since", Maybe(Moment()), "Since when the visitor waits for an answer."),
        Field("created_at", Moment()),
        Field("changed_at", Moment()),
    ),
)
MESSAGE = Shape(
    "Message",
    "One entry of the conversation's log, counted by `seq`: words, a note, a change of an earlier entry.",
    (
        Field("seq", Whole(1)),
        Field("id", Text(example="5twofybnwb4vldf3mrx6kmr7ss"), "Made by its sender.", lambda it: it.client_id),
        Field("conversation", Id(), take=lambda it: it.conversation_id),
        Field("author", Choice(("visitor", "operator", "system")), example="operator"),
        Field("operator", Maybe(Text(example="5twofybnwb4vldf3mrx6kmr7ss")), take=lambda it: it.operator_id),
        Field("name", Maybe(Text(example="Anna")), "Under which name the visitor sees it."),
        Field(
            "kind",
            Text(example="text"),
            "`text`, `file`, `note` and `event` (for colleagues only), `edit`, `delete`; more may come.",
        ),
        Field("body", Text(example="Good afternoon")),
        Field(
            "of",
            Maybe(Whole(1)),
            "Which entry an `edit` or `delete` is about.",
            lambda it: it.data.get("of"),
            example=None,
        ),
        Field("edited_at", Maybe(Moment()), "When its words were changed.", lambda it: _edited(it), example=None),
        Field("deleted", Flag(False), "Whether it was taken back.", lambda it: "deleted" in it.data),
        Field("at", Moment()),
    ),
)
NEW_MESSAGE = Shape(
    "NewMessage",
    "A message to the visitor.",
    (
        Field("body", Text(LONGEST_BODY, 1, "Your windows are ready"), "Plain text."),
        Field("kind", Choice(("text", "note")), "A note never goes to the visitor.", needed=False, default="text"),
        Field("operator", Id(), "Whose message it is; must see the site.", needed=False),
        Field("name", Text(60, 1, "Order bot"), "Without `operator`: the name shown, else the key's.", needed=False),
    ),
)


def list_conversations(ask: Ask) -> Part:
    where = [conversations.c.site_id.in_(seen_sites(ask))]
    if ask.query["status"] is not None:
        where.append(conversations.c.status == ask.query["status"])
    if ask.query["changed_since"] is not None:
        where.append(conversations.c.changed_at >= ask.query["changed_since"])
    with service(Storage).read() as tx:
        return newest(tx, conversations, "created_at", where, ask.query, lambda row: Conversation(**row._mapping))


def get_conversation(ask: Ask) -> Conversation:
    return service(ChatService).access_conversation(ask.by, ask.path["id"])


def list_conversation_messages(ask: Ask) -> Part:
    conversation, most = get_conversation(ask), ask.query["limit"]
    with service(Storage).read() as tx:
        found = list_messages(tx, conversation.id, read_seq_cursor(ask.query["cursor"]), most)
    return Part(found, cursor(found[-1].seq) if len(found) == most and found[-1].seq < conversation.last_seq else None)


def post_message(ask: Ask) -> Message:
    writer = _writer(ask)
    entry = Entry(ask.once, ask.body["body"], ask.body["kind"])
    return service(ChatService).post_from_operator(writer, ask.path["id"], entry)


def close_conversation(ask: Ask) -> Conversation:
    return service(ChatService).close(ask.by, ask.path["id"])


def reopen_conversation(ask: Ask) -> Conversation:
    return service(ChatService).reopen(ask.by, ask.path["id"])


def _writer(ask: Ask) -> OperatorIdentity:
    """Return whose message it is: an operator of the account, within what the key sees, or the program itself."""
    if ask.body["operator"] is None:
        return replace(ask.by, name=ask.body["name"] or ask.by.name)
    with service(Storage).read() as tx:
        own = operators.c.account_id == ask.by.account_id, operators.c.id == ask.body["operator"]
        found = next(iter(find_identities(tx, *own, ENABLED)), None)
    if found is None:
        raise BadInput("bad_field", field="operator", expected="an operator of the account")
    return replace(found, site_ids=found.site_ids & ask.by.site_ids)


def _edited(message: Message) -> datetime | None:
    edited = message.data.get("edited")
    return datetime.fromisoformat(edited) if edited is not None else None


_FILTERS = (
    SITE,
    Field("status", Choice(STATUSES), needed=False),
    Field("changed_since", Moment(), "Only what somebody wrote in, read or closed since.", needed=False),
)
OPERATIONS = (
    Operation(
        "listConversations",
        "GET",
        "/conversations",
        "List conversations, the newest first.",
        list_conversations,
        CONVERSATION,
        is_list=True,
        query=(*PAGE, *_FILTERS),
        problems={400: ("bad_cursor",), 404: ("not_found",)},
    ),
    Operation(
        "getConversation", "GET", "/conversations/{id}", "Read one conversation.", get_conversation, CONVERSATION
    ),
    Operation(
        "listMessages",
        "GET",
        "/conversations/{id}/messages",
        "List the messages of a conversation, the oldest first.",
        list_conversation_messages,
        MESSAGE,
        is_list=True,
        query=PAGE,
        problems={400: ("bad_cursor",)},
    ),
    Operation(
        "postMessage",
        "POST",
        "/conversations/{id}/messages",
        "Write to the visitor, as an operator or under a name of your own. Opens the conversation if it was closed.",
        post_message,
        MESSAGE,
        status=201,
        body=NEW_MESSAGE,
    ),
    Operation(
        "closeConversation",
        "POST",
        "/conversations/{id}/close",
        "Close it.",
        close_conversation,
        CONVERSATION,
    ),
    Operation(
        "reopenConversation",
        "POST",
        "/conversations/{id}/reopen",
        "Open a conversation again.",
        reopen_conversation,
        CONVERSATION,
    ),
)
