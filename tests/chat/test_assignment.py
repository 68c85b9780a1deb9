"""Who a conversation is for: taken once, passed on, given by the site's rule, given back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.cast import OTHER_ID, VISITOR_ID, FakeClock
from tests.seeding import Cast
from widget_server.chat.model import Aim, ConversationGiven, Entry
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.model import Department, DeskRules


def guest(cast: Cast, visitor_id: str = VISITOR_ID) -> VisitorIdentity:
    return VisitorIdentity(cast.site.id, visitor_id, "ru")


def ask(house: House, cast: Cast, visitor_id: str = VISITOR_ID) -> str:
    return house.chat.post_from_visitor(guest(cast, visitor_id), Entry(new_id(), "how much?")).conversation_id


def events(house: House, cast: Cast, talk: str) -> list[Any]:
    page = house.chat.sync_operator(cast.anna, talk, 0)["messages"]
    return [one["data"]["what"] for one in page if one["kind"] == "event"]


def answers_by(house: House, cast: Cast, **rules: Any) -> None:
    house.sites.update_site(cast.site.id, {"desk": DeskRules(**rules)})


def be_there(house: House, *people: OperatorIdentity) -> None:
    for one in people:
        house.operators.sign_of_life(one.id)


def assignee(house: House, cast: Cast, talk: str) -> str | None:
    return house.chat.access_conversation(cast.anna, talk).assignee_id


def test_of_many_who_take_it_at_once_one_has_it(house: House, cast: Cast) -> None:
    talk = ask(house, cast)

    def take(one: OperatorIdentity) -> str:
        try:
            house.chat_room.assignment.claim(one, talk, None)
            return one.id
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(take, [cast.anna, cast.boris] * 8))
    winner = assignee(house, cast, talk)
    assert set(results) == {winner, "taken_by"}
    assert events(house, cast, talk) == ["taken"]


def test_who_answers_what_nobody_has_takes_it(house: House, cast: Cast) -> None:
    talk = ask(house, cast)
    house.chat.post_from_operator(cast.boris, talk, Entry(new_id(), "ask anna", "note"))
    assert assignee(house, cast, talk) is None
    house.chat.post_from_operator(cast.boris, talk, Entry(new_id(), "ten"))
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "or eleven"))
    assert assignee(house, cast, talk) == cast.boris.id


def test_passing_on_tells_the_one_who_gets_it_and_keeps_the_note(house: House, cast: Cast) -> None:
    told: list[ConversationGiven] = []
    house.bus.after(ConversationGiven, told.append)
    talk, note = ask(house, cast), Entry(new_id(), "wants a discount", "note")
    house.chat_room.assignment.claim(cast.anna, talk, None)
    for _ in range(2):  # a repeated request passes nothing on twice
        house.chat_room.assignment.transfer(cast.anna, talk, Aim(cast.boris.id), note, cast.anna.id)
    assert [(one.assignee_id, one.by) for one in told] == [(cast.boris.id, cast.anna.id)]
    assert events(house, cast, talk) == ["taken", "passed"]


def test_nothing_is_passed_to_who_may_not_see_it(house: House, cast: Cast) -> None:
    talk = ask(house, cast)
    for aim in (Aim(new_id()), Aim(None, new_id())):
        with pytest.raises(BadInput):
            house.chat_room.assignment.transfer(cast.anna, talk, aim, None, None)


def test_a_visitor_hears_nothing_of_all_that(house: House, cast: Cast) -> None:
    talk = ask(house, cast)
    house.chat_room.assignment.claim(cast.anna, talk, None)
    house.chat.close(cast.anna, talk)
    page = house.chat.sync_visitor(guest(cast), 1)
    assert page["messages"] == [{"seq": 2, "kind": "hidden"}, {"seq": 3, "kind": "hidden"}]
    assert "assignee" not in page


def test_in_turn_means_one_after_the_other(house: House, cast: Cast, clock: FakeClock) -> None:
    answers_by(house, cast, assign="round_robin")
    be_there(house, cast.anna, cast.boris)
    got = []
    for _ in range(4):
        got.append(assignee(house, cast, ask(house, cast, new_id())))
        clock.forward(seconds=1)
    assert got[:2] == got[2:]
    assert set(got) == {cast.anna.id, cast.boris.id}


def test_the_least_busy_is_who_has_fewest_open(house: House, cast: Cast) -> None:
    answers_by(house, cast, assign="least_busy")
    be_there(house, cast.anna)
    first = [ask(house, cast, new_id()) for _ in range(2)]
    be_there(house, cast.boris)
    assert assignee(house, cast, ask(house, cast)) == cast.boris.id
    for talk in first:
        house.chat.close(cast.anna, talk)
    assert assignee(house, cast, ask(house, cast, OTHER_ID)) == cast.anna.id


@pytest.mark.parametrize("why", ["takes no chats", "is away", "is not of the department"])
def test_who_cannot_answer_gets_nothing(house: House, cast: Cast, clock: FakeClock, why: str) -> None:
    answers_by(house, cast, assign="round_robin")
    be_there(house, cast.anna, cast.boris)
    if why == "takes no chats":
        house.operators.set_takes_chats(cast.anna, False)
    elif why == "is away":
        clock.forward(minutes=5)
        house.operators.sign_of_life(cast.anna.id, active=False)
        be_there(house, cast.boris)
    else:
        sales = Department(new_id(), {"ru": "Продажи"}, (cast.boris.id,))
        rules = DeskRules("round_robin", department=sales.id)
        house.sites.update_site(cast.site.id, {"departments": (sales,), "desk": rules})
    got = {assignee(house, cast, ask(house, cast, new_id())) for _ in range(3)}
    assert got == {cast.boris.id}


def test_what_waits_is_given_back_once_its_operator_is_away_for_long(
    house: House, cast: Cast, clock: FakeClock
) -> None:
    answers_by(house, cast, give_back_minutes=10)
    be_there(house, cast.anna)
    waits, answered = ask(house, cast), ask(house, cast, OTHER_ID)
    for talk in (waits, answered):
        house.chat_room.assignment.claim(cast.anna, talk, None)
    house.chat.post_from_operator(cast.anna, answered, Entry(new_id(), "ten"))
    house.operators.log_out(cast.anna.id)
    clock.forward(minutes=9)
    house.chat_room.assignment.sweep()
    assert assignee(house, cast, waits) == cast.anna.id
    clock.forward(minutes=1)
    house.chat_room.assignment.sweep()
    assert (assignee(house, cast, waits), assignee(house, cast, answered)) == (None, cast.anna.id)
    assert events(house, cast, waits) == ["taken", "given_back"]


def test_what_began_while_nobody_was_there_finds_who_comes(house: House, cast: Cast) -> None:
    answers_by(house, cast, assign="least_busy")
    talk = ask(house, cast)
    house.chat_room.assignment.sweep()
    assert assignee(house, cast, talk) is None
    be_there(house, cast.boris)
    house.chat_room.assignment.sweep()
    assert assignee(house, cast, talk) == cast.boris.id


def test_a_mention_waits_for_who_is_named_until_they_look(house: House, cast: Cast) -> None:
    talk = ask(house, cast)
    named = [cast.boris.id, cast.anna.id, new_id()]
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "@Борис?", "note", {"mentions": named}))
    assert now_mentioned(house, cast, talk) == (cast.boris.id,)
    house.chat.read_by_operator(cast.anna, talk, 2)
    assert now_mentioned(house, cast, talk) == (cast.boris.id,)
    house.chat.read_by_operator(cast.boris, talk, 2)
    assert now_mentioned(house, cast, talk) == ()


def now_mentioned(house: House, cast: Cast, talk: str) -> tuple[str, ...]:
    return house.chat.access_conversation(cast.anna, talk).mentioned


def test_figures_of_the_desk(house: House, cast: Cast, clock: FakeClock) -> None:
    talk, late = ask(house, cast), ask(house, cast, OTHER_ID)
    clock.forward(seconds=40)
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "ten"))
    clock.forward(minutes=5)
    figures = house.chat_room.figures.now(cast.anna.site_ids)
    assert (figures["open"], figures["waiting"], figures["load"]) == (2, 1, {cast.anna.id: 1, "": 1})
    assert figures["today"] == {"talks": 2, "answered": 1, "missed": 1, "first_answer_seconds": 40}
    house.chat.close(cast.anna, late)
    assert house.chat_room.figures.now(cast.anna.site_ids)["today"]["missed"] == 1


def test_words_after_closing_are_a_new_talk(house: House, cast: Cast, clock: FakeClock) -> None:
    talk = ask(house, cast)
    house.chat.close(cast.anna, talk)
    clock.forward(seconds=1)
    ask(house, cast)
    ask(house, cast)
    assert house.chat_room.figures.now(cast.anna.site_ids)["today"]["talks"] == 2
