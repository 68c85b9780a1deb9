"""Notes, edits and deletions are entries of the same log."""

import pytest

from tests.cast import FakeClock, operator, visitor
from widget_server.chat.model import Entry
from widget_server.chat.parse import read_entry
from widget_server.chat.service import ChatService
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.kernel.ids import new_id


def note(body: str) -> Entry:
    return Entry(new_id(), body, "note")


def edit(of: int, body: str) -> Entry:
    return Entry(new_id(), body, "edit", {"of": of})


def delete(of: int) -> Entry:
    return Entry(new_id(), "", "delete", {"of": of})


@pytest.fixture
def talk(chat: ChatService) -> str:
    """A conversation in which the visitor asked (1) and the operator took it (2) and answered (3)."""
    asked = chat.post_from_visitor(visitor(), Entry(new_id(), "how much?"))
    chat.post_from_operator(operator(), asked.conversation_id, Entry(new_id(), "ten"))
    return asked.conversation_id


def seen_by_visitor(chat: ChatService) -> list[tuple[int, str, str]]:
    page = chat.sync_visitor(visitor(), 0)
    return [(one["seq"], one["kind"], one.get("body", "-")) for one in page["messages"]]


def test_a_note_leaves_the_visitor_its_number_and_nothing_else(chat: ChatService, talk: str) -> None:
    chat.post_from_operator(operator(), talk, note("a difficult one"))
    assert chat.sync_visitor(visitor(), 3)["messages"] == [{"seq": 4, "kind": "hidden"}]
    assert chat.sync_operator(operator(), talk, 3)["messages"][0]["body"] == "a difficult one"


def test_a_note_is_no_answer_and_nothing_to_read(chat: ChatService, talk: str) -> None:
    chat.read_by_visitor(visitor(), 3)
    chat.post_from_visitor(visitor(), Entry(new_id(), "and with delivery?"))
    chat.post_from_operator(operator(), talk, note("ask the driver"))
    conversation = chat.access_conversation(operator(), talk)
    assert conversation.waiting_since is not None
    assert conversation.visitor_read_seq == 5


def test_a_note_does_not_open_what_is_closed(chat: ChatService, talk: str) -> None:
    chat.close(operator(), talk)
    chat.post_from_operator(operator(), talk, note("was a competitor"))
    assert chat.access_conversation(operator(), talk).status == "closed"


def test_an_edit_is_told_to_who_has_the_words_and_read_by_who_comes_later(chat: ChatService, talk: str) -> None:
    chat.post_from_operator(operator(), talk, edit(3, "twelve"))
    assert seen_by_visitor(chat)[2:] == [(3, "text", "twelve"), (4, "edit", "twelve")]


def test_what_is_taken_back_is_nowhere(chat: ChatService, talk: str) -> None:
    chat.post_from_operator(operator(), talk, edit(3, "twelve"))
    chat.post_from_operator(operator(), talk, delete(3))
    assert seen_by_visitor(chat)[2:] == [(3, "text", ""), (4, "edit", ""), (5, "delete", "")]


def test_only_ones_own_words_can_be_changed(chat: ChatService, talk: str) -> None:
    with pytest.raises(Conflict):
        chat.post_from_visitor(visitor(), edit(3, "nothing"))
    with pytest.raises(Conflict):
        chat.post_from_operator(operator("Борис"), talk, delete(3))
    with pytest.raises(Conflict):
        chat.post_from_operator(operator(), talk, delete(9))


def test_words_can_be_changed_for_an_hour(chat: ChatService, talk: str, clock: FakeClock) -> None:
    clock.forward(minutes=60)
    chat.post_from_visitor(visitor(), edit(1, "how much is it?"))
    clock.forward(minutes=1)
    with pytest.raises(Conflict):
        chat.post_from_visitor(visitor(), edit(1, "how much?"))


def test_what_is_taken_back_stays_taken_back(chat: ChatService, talk: str) -> None:
    chat.post_from_visitor(visitor(), delete(1))
    with pytest.raises(Conflict):
        chat.post_from_visitor(visitor(), edit(1, "once more"))


def test_a_change_sent_again_is_the_change_sent_first(chat: ChatService, talk: str) -> None:
    once = delete(3)
    first = chat.post_from_operator(operator(), talk, once)
    assert chat.post_from_operator(operator(), talk, once) == first
    assert chat.access_conversation(operator(), talk).last_seq == 4


def test_a_visitor_writes_no_note(chat: ChatService) -> None:
    with pytest.raises(BadInput):
        read_entry({"client_id": new_id(), "kind": "note", "body": "x"}, "visitor")
