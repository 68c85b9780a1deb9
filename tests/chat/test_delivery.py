"""An acknowledged message is there once, in its place, whoever asks again and however often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import OTHER_ID, operator, visitor
from widget_server.chat.model import Entry, MessagePosted
from widget_server.chat.service import ChatService
from widget_server.kernel.bus import Bus
from widget_server.kernel.errors import NotFound, TooMany
from widget_server.kernel.ids import new_id


def test_messages_are_numbered_in_the_order_of_their_commits(chat: ChatService) -> None:
    seqs = [chat.post_from_visitor(visitor(), Entry(new_id(), f"message {n}")).seq for n in range(3)]
    assert seqs == [1, 2, 3]


def test_a_message_sent_again_is_the_message_sent_first(chat: ChatService) -> None:
    first = chat.post_from_visitor(visitor(), Entry("c" * 26, "hello"))
    chat.post_from_visitor(visitor(), Entry(new_id(), "and more"))
    again = chat.post_from_visitor(visitor(), Entry("c" * 26, "hello, changed on the way"))
    assert again == first


def test_a_message_sent_again_makes_no_second_event(chat: ChatService, bus: Bus) -> None:
    heard: list[MessagePosted] = []
    bus.after(MessagePosted, heard.append)
    for _ in range(3):
        chat.post_from_visitor(visitor(), Entry("c" * 26, "hello"))
    assert len(heard) == 1


def test_fifty_copies_at_the_same_time_become_one(chat: ChatService) -> None:
    with ThreadPoolExecutor(10) as pool:
        seqs = list(pool.map(lambda _: chat.post_from_visitor(visitor(), Entry("c" * 26, "hello")).seq, range(50)))
    assert set(seqs) == {1}
    assert len(chat.sync_visitor(visitor(), 0)["messages"]) == 1


def test_many_writers_leave_no_hole(chat: ChatService) -> None:
    conversation = chat.post_from_visitor(visitor(), Entry(new_id(), "first")).conversation_id

    def write(n: int) -> None:
        if n % 2:
            chat.post_from_visitor(visitor(), Entry(new_id(), f"visitor {n}"))
        else:
            chat.post_from_operator(operator(), conversation, Entry(new_id(), f"operator {n}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert [m["seq"] for m in chat.sync_visitor(visitor(), 0)["messages"]] == list(range(1, 43))  # one took it


def test_a_gap_is_filled_by_asking_after_the_last_seen(chat: ChatService) -> None:
    for n in range(5):
        chat.post_from_visitor(visitor(), Entry(new_id(), str(n)))
    page = chat.sync_visitor(visitor(), 3)
    assert [m["seq"] for m in page["messages"]] == [4, 5]
    assert page["last_seq"] == 5


def test_a_message_after_closing_opens_the_same_conversation(chat: ChatService) -> None:
    conversation = chat.post_from_visitor(visitor(), Entry(new_id(), "hello")).conversation_id
    chat.close(operator(), conversation)
    again = chat.post_from_visitor(visitor(), Entry(new_id(), "one more thing"))
    assert again.conversation_id == conversation
    assert chat.access_conversation(operator(), conversation).status == "open"


def test_a_flood_is_told_to_slow_down(chat: ChatService) -> None:
    for _ in range(60):
        chat.post_from_visitor(visitor(), Entry(new_id(), "x"))
    with pytest.raises(TooMany):
        chat.post_from_visitor(visitor(), Entry(new_id(), "x"))


def test_a_foreign_operator_finds_nothing(chat: ChatService) -> None:
    conversation = chat.post_from_visitor(visitor(), Entry(new_id(), "secret")).conversation_id
    stranger = operator("Ева", "other")
    for act in (
        lambda: chat.sync_operator(stranger, conversation, 0),
        lambda: chat.post_from_operator(stranger, conversation, Entry(new_id(), "hi")),
        lambda: chat.read_by_operator(stranger, conversation, 1),
        lambda: chat.close(stranger, conversation),
        lambda: chat.reopen(stranger, conversation),
    ):
        with pytest.raises(NotFound):
            act()


def test_another_visitor_sees_nothing(chat: ChatService) -> None:
    chat.post_from_visitor(visitor(), Entry(new_id(), "secret"))
    assert chat.sync_visitor(visitor(OTHER_ID), 0)["messages"] == []
    assert chat.sync_visitor(visitor(site="other"), 0)["messages"] == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seqs=st.lists(st.integers(0, 2**31 - 1), max_size=6))
def test_a_read_mark_never_goes_back_nor_past_the_end(chat: ChatService, seqs: list[int]) -> None:
    conversation = chat.post_from_visitor(visitor(), Entry("c" * 26, "hello")).conversation_id
    marks = [chat.read_by_operator(operator(), conversation, seq).operator_read_seq for seq in seqs]
    assert marks == sorted(marks)
    assert all(0 <= mark <= 1 for mark in marks)


def test_the_longest_waiting_stands_first(chat: ChatService, clock) -> None:  # type: ignore[no-untyped-def]
    first = chat.post_from_visitor(visitor(), Entry(new_id(), "a")).conversation_id
    clock.forward(minutes=5)
    second = chat.post_from_visitor(visitor(OTHER_ID), Entry(new_id(), "b")).conversation_id
    queue = [conversation.id for conversation, _ in chat.list_queue(operator().site_ids, "open")]
    assert queue == [first, second]
    chat.post_from_operator(operator(), first, Entry(new_id(), "answer"))
    queue = [conversation.id for conversation, _ in chat.list_queue(operator().site_ids, "open")]
    assert queue == [second, first]
