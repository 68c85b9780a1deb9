"""Telegram, as its documented Bot API on this machine."""

import json
from datetime import timedelta

import pytest

from tests.notify.conftest import ALL, PHONE, Desk
from tests.notify.receivers import Telegram
from widget_server.kernel.errors import NotFound
from widget_server.notify.model import KINDS, Target, Wishes
from widget_server.notify.providers.telegram.address import code_in


@pytest.fixture
def desk(desk: Desk, telegram: Telegram) -> Desk:
    return desk.with_settings(telegram_bot_token=telegram.token, telegram_url=telegram.url)


def waiting(desk: Desk) -> Target:
    return desk.room.targets.add(desk.owner, "telegram", "", ALL)


def test_a_chat_hears_of_a_missed_call(desk: Desk, telegram: Telegram) -> None:
    desk.target("telegram", "-1005", Wishes(frozenset(KINDS), details=True))
    desk.alert(params={"phone": PHONE})
    desk.work()
    (said,) = telegram.sent
    assert (said["chat_id"], "parse_mode" in said) == ("-1005", False)
    assert said["text"].splitlines()[0] == "Пропущен обратный звонок"
    assert "Номер: 8 (912) 345-67-89" in said["text"]
    assert said["text"].endswith("/console/calls")


def test_the_code_connects_the_chat_from_which_it_comes(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    telegram.hears(f"/start {target.data.get('code') or desk.find(target).data['code']}", chat_id=55)
    desk.work()
    now = desk.find(target)
    assert (now.address, now.name, now.data) == ("55", "Ольга", {})
    assert telegram.sent[-1] == {
        "chat_id": "55",
        "text": "Готово. Оповещения будут приходить сюда.",
        "link_preview_options": {"is_disabled": True},
    }


def test_the_page_learns_what_the_bot_is_called(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    desk.work()
    assert desk.find(target).data["bot"] == "shop_bot"


def test_a_group_is_connected_too(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    telegram.hears(f"/start@shop_bot {desk.find(target).data['code']}", chat_id=-9, type="group", title="Продажи")
    desk.work()
    assert (desk.find(target).address, desk.find(target).name) == ("-9", "Продажи")


def test_the_bot_is_asked_until_the_code_comes(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    desk.work()
    telegram.hears(f"/start {desk.find(target).data['code']}")
    for _ in range(3):
        desk.clock.forward(seconds=2)
        desk.work()
    assert desk.find(target).address == "5"
    asked = len(telegram.received)
    desk.clock.forward(minutes=1)
    desk.work()
    assert len(telegram.received) == asked  # nobody waits any more, nobody is asked


def test_a_code_works_once_and_for_a_quarter_of_an_hour(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    code = desk.find(target).data["code"]
    desk.clock.forward(minutes=16)
    telegram.hears(f"/start {code}")
    desk.work()
    assert desk.find(target).address == ""


def test_strangers_words_connect_nothing(desk: Desk, telegram: Telegram) -> None:
    target = waiting(desk)
    for words in ("/start", "hello", "/start " + "b" * 26, "/start " + desk.find(target).data["code"] + "x"):
        telegram.hears(words)
    telegram.updates.append({"update_id": 999, "edited_message": {}})
    desk.work()
    assert (desk.find(target).address, telegram.sent, telegram.updates) == ("", [], [])


def test_a_new_code_leaves_the_old_chat_until_it_is_used(desk: Desk, telegram: Telegram) -> None:
    target = desk.target("telegram", "5")
    desk.room.targets.reconnect(desk.owner, target.id)
    desk.alert()
    telegram.hears(f"/start {desk.find(target).data['code']}", chat_id=6)
    desk.work()
    assert (desk.find(target).address, len(desk.deliveries("sent"))) == ("6", 1)


def test_only_chats_have_codes(desk: Desk) -> None:
    target = desk.target("webhook", "https://one.example/")
    with pytest.raises(NotFound):
        desk.room.targets.reconnect(desk.owner, target.id)


def test_a_bad_token_is_shown_to_who_waits(desk: Desk) -> None:
    desk = desk.with_settings(telegram_bot_token="wrong")
    target = waiting(desk)
    desk.work()
    assert desk.find(target).data["trouble"] == "bad_token"


@pytest.mark.parametrize(
    ("status", "said", "state", "error"),
    [
        (403, "Forbidden: bot was blocked by the user", "failed", "shut_out"),
        (400, "Bad Request: chat not found", "failed", "shut_out"),
        (400, "Bad Request: message is too long", "failed", "refused"),
        (502, "Bad Gateway", "queued", "refused"),
    ],
)
def test_what_telegram_answers_is_seen(
    desk: Desk, telegram: Telegram, status: int, said: str, state: str, error: str
) -> None:
    target = desk.target("telegram", "5")
    telegram.will_say(status, json.dumps({"ok": False, "error_code": status, "description": said}))
    desk.alert()
    desk.work()
    (one,) = desk.deliveries()
    assert (one.state, one.error, one.excerpt) == (state, error, said)
    assert desk.find(target).problem == ("shut_out" if error == "shut_out" else None)


def test_telegram_may_ask_for_patience(desk: Desk, telegram: Telegram) -> None:
    desk.target("telegram", "5")
    telegram.will_say(429, json.dumps({"ok": False, "description": "slow", "parameters": {"retry_after": 40}}))
    desk.alert()
    desk.work()
    assert desk.deliveries()[0].due_at == desk.clock.now() + timedelta(seconds=40)


def test_a_group_that_moved_is_followed(desk: Desk, telegram: Telegram) -> None:
    target = desk.target("telegram", "-5")
    moved = {"ok": False, "description": "upgraded", "parameters": {"migrate_to_chat_id": -1005}}
    telegram.will_say(400, json.dumps(moved))
    desk.alert()
    desk.work()
    desk.clock.forward(seconds=5)
    desk.work()
    assert (desk.find(target).address, telegram.sent[-1]["chat_id"]) == ("-1005", "-1005")


@pytest.mark.parametrize("answer", ["", "<html>", "[]", '{"ok": "yes"}', "[" * 100_000])
def test_nonsense_for_an_answer_is_a_failure(desk: Desk, telegram: Telegram, answer: str) -> None:
    desk.target("telegram", "5")
    telegram.will_say(200, answer)
    desk.alert()
    desk.work()
    assert [(one.state, one.error) for one in desk.deliveries()] == [("queued", "refused")]


def test_a_code_is_read_strictly() -> None:
    assert code_in({"text": ["/start"]}) is None
    assert code_in({}) is None
