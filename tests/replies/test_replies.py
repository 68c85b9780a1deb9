"""Ready words: who sees them, who may change them, how often they were used; answers to tap."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.browser.scenes import owner_of
from tests.seeding import Cast
from widget_server.chat.parse import read_entry
from widget_server.kernel.errors import BadInput, Forbidden, NotFound
from widget_server.kernel.ids import new_id
from widget_server.replies.model import ReplyDraft
from widget_server.rooms import House


def shorts(house: House, cast: Cast) -> list[str]:
    return [reply.short for reply in house.replies.list_replies(cast.anna)]


def test_what_an_administrator_keeps_is_everybodys(house: House, cast: Cast) -> None:
    house.replies.create_reply(owner_of(house, cast), ReplyDraft("/Цена", "Окно стоит 9 000", ""))
    assert shorts(house, cast) == ["цена"]


def test_ones_own_are_nobody_elses(house: House, cast: Cast) -> None:
    made = house.replies.create_reply(cast.boris, ReplyDraft("hi", "", "Hello", mine=True))
    assert shorts(house, cast) == []
    with pytest.raises(NotFound):
        house.replies.change_reply(cast.anna, made.id, ReplyDraft("hi", "", "Bye", mine=True))


def test_an_operator_changes_nothing_of_everybodys(house: House, cast: Cast) -> None:
    made = house.replies.create_reply(owner_of(house, cast), ReplyDraft("hi", "", "Hello"))
    with pytest.raises(Forbidden):
        house.replies.delete_reply(cast.anna, made.id)
    with pytest.raises(Forbidden):
        house.replies.create_reply(cast.anna, ReplyDraft("hi", "", "Hello"))


@pytest.mark.parametrize("draft", [ReplyDraft("", "a", ""), ReplyDraft("two words", "a", ""), ReplyDraft("a", "", "")])
def test_a_short_name_is_a_word_and_there_are_words(house: House, cast: Cast, draft: ReplyDraft) -> None:
    with pytest.raises(BadInput):
        house.replies.create_reply(owner_of(house, cast), draft)


def test_use_is_counted_and_the_page_shows_it(house: House, cast: Cast, log_in: Callable[[str], FlaskClient]) -> None:
    made = house.replies.create_reply(owner_of(house, cast), ReplyDraft("hi", "Здравствуйте", ""))
    browser = log_in("anna@demo.example")
    for _ in range(2):
        assert browser.post(f"/console/api/replies/{made.id}/used", json={}).status_code == 200
    assert browser.get("/console/api/replies").get_json()["replies"][0]["used"] == 2
    assert "/hi" in browser.get("/console/replies").get_data(as_text=True)


@pytest.mark.parametrize("choices", ["yes", ["x" * 41], ["a"] * 7, [""], [1]])
def test_answers_to_tap_are_few_and_short(choices: object) -> None:
    with pytest.raises(BadInput):
        read_entry({"client_id": new_id(), "body": "Which?", "data": {"choices": choices}}, "operator")


def test_only_operators_offer_answers() -> None:
    body = {"client_id": new_id(), "body": "Which?", "data": {"choices": ["Yes", "No"]}}
    assert read_entry(body, "operator").data == {"choices": ["Yes", "No"]}
    assert read_entry(body, "visitor").data == {}
