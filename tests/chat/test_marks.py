"""What a page has is written down once for many, never goes back, and costs nothing when it was read at once."""

from typing import Any

import pytest
from sqlalchemy import event

from tests.cast import FakeClock, operator, visitor
from widget_server.chat.model import Entry, MarksMoved
from widget_server.chat.service import ChatService
from widget_server.chat.sockets import OperatorChat, VisitorChat
from widget_server.chat.whereabouts import Whereabouts
from widget_server.edge.push import Push
from widget_server.kernel.bus import Bus
from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import new_id
from widget_server.storage import Storage


@pytest.fixture
def talk(chat: ChatService) -> str:
    return chat.post_from_visitor(visitor(), Entry(new_id(), "how much?")).conversation_id


def marks(chat: ChatService, talk: str) -> tuple[int, int]:
    seen = chat.access_conversation(operator(), talk).marks()
    return seen["operator_got_seq"], seen["visitor_got_seq"]


def asked(storage: Storage, word: str) -> list[str]:
    found: list[str] = []
    event.listen(
        storage.engine, "before_cursor_execute", lambda *a: found.append(a[2]) if word in a[2].upper() else None
    )
    return found


def test_who_asks_for_more_has_what_was_before(chat: ChatService, talk: str) -> None:
    chat.sync_operator(operator(), talk, 1)
    chat.marks.flush()
    assert marks(chat, talk) == (1, 1)


def test_a_mark_never_goes_back_nor_past_the_end(chat: ChatService, talk: str) -> None:
    for seq in (900, 0):
        chat.marks.report("operator", talk, seq)
        chat.marks.flush()
    assert marks(chat, talk)[0] == 1


def test_many_reports_are_one_write(chat: ChatService, talk: str, storage: Storage, bus: Bus) -> None:
    told: list[MarksMoved] = []
    bus.after(MarksMoved, told.append)
    for _ in range(100):
        chat.marks.report("operator", talk, 1)
    writes = asked(storage, "UPDATE ")
    assert chat.marks.flush() == 1
    assert (len(writes), len(told)) == (1, 1)


def test_what_was_read_meanwhile_is_not_written(chat: ChatService, talk: str, storage: Storage) -> None:
    chat.marks.report("operator", talk, 1)
    chat.read_by_operator(operator(), talk, 1)
    writes = asked(storage, "UPDATE ")
    assert chat.marks.flush() == 0
    assert writes == []


def test_typing_asks_the_database_nothing_and_is_told_once_a_second(
    chat: ChatService, talk: str, storage: Storage, clock: FakeClock
) -> None:
    heard: list[tuple[str, ...]] = []
    push: Any = Push()
    push.to_operators = lambda *told: heard.append(told[:2])
    push.to_visitor = lambda *told: heard.append(told[:3])
    whereabouts = Whereabouts(storage, clock)
    sides = VisitorChat(chat, whereabouts, push), OperatorChat(chat, whereabouts, push)

    def both() -> None:
        sides[0].typing(visitor(), {})
        sides[1].typing(operator(), {"conversation": talk})

    both()
    clock.forward(seconds=1)
    questions = asked(storage, "")
    for _ in range(50):
        both()
    assert (len(heard), questions) == (4, [])


def test_nobody_reports_for_a_foreign_conversation(chat: ChatService, talk: str, storage: Storage) -> None:
    side = OperatorChat(chat, Whereabouts(storage, FakeClock()), Push())
    side.got(operator(), {"marks": {talk: 1}})
    with pytest.raises(NotFound):
        side.got(operator("Ева", "other"), {"marks": {talk: 1}})
