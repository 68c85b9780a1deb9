"""Old snapshot + events = new snapshot: what the server says is written down for the reducer.

`WRITE_VECTORS=1 pytest tests/chat/test_scenarios.py` writes tests/vectors/chat.json anew; tests/js/scenarios.test.js
folds it with static/src/thread.js.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cast import FakeClock, operator, visitor
from widget_server.chat.model import ConversationChanged, Entry, Kind, MessagePosted
from widget_server.chat.service import ChatService
from widget_server.chat.sockets import ChatPush
from widget_server.chat.store import conversations, messages
from widget_server.chat.talks import talks
from widget_server.edge.push import Push
from widget_server.kernel.bus import Bus
from widget_server.storage import Storage

FILE = Path(__file__).parent.parent / "vectors" / "chat.json"
Act = tuple[str, Kind, str, int | None]

# Who adds what: (author, kind, words, the entry that is changed). "read" and "close" are acts on the conversation.
SCENARIOS: dict[str, tuple[list[Act], list[Act]]] = {
    "words there and back": (
        [("visitor", "text", "hello", None)],
        [("operator", "text", "hello, Anna here", None), ("visitor", "text", "how much?", None)],
    ),
    "an answer is reworded twice": (
        [("visitor", "text", "how much?", None), ("operator", "text", "ten", None)],
        [("operator", "edit", "eleven", 3), ("operator", "edit", "twelve", 3), ("visitor", "text", "thanks", None)],
    ),
    "reworded before, taken back after": (
        [("visitor", "text", "my number is 5", None), ("visitor", "edit", "my number is 55", 1)],
        [("visitor", "delete", "", 1), ("operator", "text", "which number?", None)],
    ),
    "notes between the words": (
        [("visitor", "text", "hello", None), ("operator", "note", "knows us", None)],
        [
            ("operator", "text", "good day", None),
            ("operator", "note", "ring back", None),
            ("operator", "delete", "", 4),
        ],
    ),
}


class Pages:
    """What the open pages of one visitor and of the operators hear."""

    def __init__(self) -> None:
        self.visitor: list[dict[str, Any]] = []
        self.console: list[dict[str, Any]] = []

    def to_visitor(self, _site: str, _visitor: str, event: str, data: dict[str, Any]) -> None:
        self.visitor.append({"type": event, **data})

    def to_operators(self, _site: str, event: str, data: dict[str, Any]) -> None:
        if event == "message":
            self.console.append({"type": event, "message": data["message"]})


def act(chat: ChatService, one: Act, number: int) -> None:
    author, kind, words, of = one
    entry = Entry(f"c{number}".ljust(26, "x"), words, kind, {} if of is None else {"of": of})
    if author == "visitor":
        chat.post_from_visitor(visitor(), entry)
    else:
        chat.post_from_operator(operator(), str(chat.find_id("site-shop", visitor().visitor_id)), entry)


def play(chat: ChatService, clock: FakeClock, pages: Pages, first: list[Act], then: list[Act]) -> dict[str, Any]:
    for number, one in enumerate(first):
        act(chat, one, number)
        clock.forward(seconds=5)
    conversation = str(chat.find_id("site-shop", visitor().visitor_id))
    sides: dict[str, Callable[[], dict[str, Any]]] = {
        "visitor": lambda: chat.sync_visitor(visitor(), 0),
        "console": lambda: chat.sync_operator(operator(), conversation, 0),
    }
    before = {side: look() for side, look in sides.items()}
    pages.visitor.clear()
    pages.console.clear()
    for number, one in enumerate(then, len(first)):
        act(chat, one, number)
        clock.forward(seconds=5)
    heard = {"visitor": list(pages.visitor), "console": list(pages.console)}
    return {side: {"before": before[side], "events": heard[side], "after": look()} for side, look in sides.items()}


def test_the_scenarios_are_what_the_server_says(
    chat: ChatService, storage: Storage, clock: FakeClock, bus: Bus
) -> None:
    pages = Pages()
    push: Push = pages  # type: ignore[assignment]  # the two methods that the chat calls
    told = ChatPush(push, lambda _: {})
    bus.after(MessagePosted, told.on_message)
    bus.after(ConversationChanged, told.on_change)
    said = {}
    for name, (first, then) in SCENARIOS.items():
        said[name] = play(chat, clock, pages, first, then)
        forget_everything(storage)
    written = json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("WRITE_VECTORS"):
        FILE.write_text(written)
    assert FILE.read_text() == written


def forget_everything(storage: Storage) -> None:
    with storage.begin() as tx:
        tx.execute(messages.delete())
        tx.execute(talks.delete())
        tx.execute(conversations.delete())
