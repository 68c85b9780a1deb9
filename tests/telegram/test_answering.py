"""Answering visitors from Telegram, on a Bot API of our own."""

import json

import pytest

from tests.cast import FakeClock
from tests.seeding import seed
from tests.telegram.conftest import ANNA, GROUP, STRANGER, Shop
from widget_server.chat.model import Entry
from widget_server.kernel.ids import new_id
from widget_server.notify import store

TOPIC = 1  # the first thing that this Telegram makes


def in_topic(thread: int = TOPIC) -> dict[str, object]:
    return {"message_thread_id": thread, "is_topic_message": True}


@pytest.fixture
def talk(shop: Shop) -> Shop:
    """A visitor wrote, Anna is known."""
    shop.writes("Сколько стоит?")
    shop.work()
    shop.link(shop.cast.anna)
    return shop


def test_a_conversation_is_a_topic_called_as_operators_call_it(shop: Shop) -> None:
    shop.writes("Сколько стоит?")
    shop.writes("Балкон 3 м")
    shop.work()
    assert shop.telegram.calls("createForumTopic") == [{"chat_id": str(GROUP), "name": "#VISI · Balconies"}]
    first, second = shop.telegram.calls("sendMessage")
    assert first["text"].startswith("Окна Плюс\nhttps://okna.example/balcony\n")
    assert first["text"].endswith("\n\nСколько стоит?")
    assert (second["text"], second["message_thread_id"]) == ("Балкон 3 м", TOPIC)


def test_what_an_operator_writes_there_goes_to_the_visitor_as_theirs(talk: Shop) -> None:
    talk.update("От 30 000", **in_topic())
    talk.read()
    assert talk.log() == [("text", "Сколько стоит?"), ("text", "От 30 000")]
    last = talk.house.chat.sync_visitor(talk.visitor, 0)["messages"][-1]
    assert (last["author"], last["name"]) == ("operator", "Анна")


def test_it_is_not_told_back_to_where_it_was_written(talk: Shop) -> None:
    talk.update("От 30 000", **in_topic())
    talk.read()
    talk.writes("Дорого")
    talk.work()
    assert talk.said == "Дорого"
    assert not any("30 000" in one["text"] for one in talk.telegram.calls("sendMessage"))


def test_what_is_written_in_the_console_is_told(talk: Shop) -> None:
    conversation = talk.house.chat.find_id(talk.cast.site.id, talk.visitor.visitor_id) or ""
    talk.house.chat.post_from_operator(talk.cast.boris, conversation, Entry(new_id(), "Здравствуйте"))
    talk.work()
    assert talk.said == "Борис: Здравствуйте"


def test_an_update_that_is_read_twice_is_one_message(talk: Shop) -> None:
    talk.update("От 30 000", **in_topic())
    again = list(talk.telegram.updates)
    talk.read()
    talk.telegram.updates = again  # it died before Telegram heard that it was read
    talk.read_to = 0
    talk.read()
    assert talk.log() == [("text", "Сколько стоит?"), ("text", "От 30 000")]


def test_strangers_are_told_how_to_be_known_and_nothing_is_sent(talk: Shop) -> None:
    talk.update("Я свой", who=STRANGER, **in_topic())
    talk.read()
    assert talk.log() == [("text", "Сколько стоит?")]
    assert "nothing was sent" in talk.said
    assert talk.telegram.calls("sendMessage")[-1]["message_thread_id"] == TOPIC


def test_who_was_shut_out_writes_nothing_any_more(talk: Shop) -> None:
    owner = talk.house.operators.find_operator(talk.cast.owner.id, 1) or talk.cast.owner
    talk.house.operators.set_disabled(owner, talk.cast.anna.id, True)
    talk.update("От 30 000", **in_topic())
    talk.read()
    assert "nothing was sent" in talk.said


def test_a_code_works_once_and_not_for_ever(shop: Shop, clock: FakeClock) -> None:
    people = shop.house.telegram.people
    people.offer_code(shop.cast.anna)
    code = getattr(people.find(shop.cast.anna), "code", "")
    shop.link(shop.cast.boris)
    shop.update(f"/link {code}", who=STRANGER, chat=STRANGER)
    shop.read()
    assert getattr(people.find(shop.cast.anna), "user_id", None) == str(STRANGER)
    for said in (f"/link {code}", "/link", "/link x"):
        shop.update(said, who=9, chat=9)
        shop.read()
        assert "Код неверный" in shop.said
    people.offer_code(shop.cast.anna)
    late = getattr(people.find(shop.cast.anna), "code", "")
    clock.forward(minutes=16)
    shop.update(f"/link {late}", who=9, chat=9)
    shop.read()
    assert getattr(people.find(shop.cast.anna), "user_id", None) == str(STRANGER)


def test_edits_go_both_ways(talk: Shop) -> None:
    message = talk.update("От 30 000", **in_topic())
    talk.read()
    talk.update("От 35 000", edit=True, message_id=message, **in_topic())
    talk.read()
    assert talk.log()[1:] == [("text", "От 35 000"), ("edit", "От 35 000")]
    talk.writes("Сколько стоит балкон?", kind="edit", data={"of": 1})
    talk.work()
    (change,) = talk.telegram.calls("editMessageText")
    assert (change["message_id"], change["text"]) == (2, "Сколько стоит балкон?")


def test_what_is_too_old_to_change_is_said(talk: Shop, clock: FakeClock) -> None:
    message = talk.update("От 30 000", **in_topic())
    talk.read()
    clock.forward(hours=2)
    talk.update("От 35 000", edit=True, message_id=message, **in_topic())
    talk.read()
    assert "no longer be changed" in talk.said


def test_notes_stay_inside_and_close_closes(talk: Shop) -> None:
    talk.update("/note@shop_bot должник", **in_topic())
    talk.update("/close", **in_topic())
    talk.read()
    assert ("note", "должник") in talk.log()
    seen = talk.house.chat.sync_visitor(talk.visitor, 0)
    assert "должник" not in json.dumps(seen, ensure_ascii=False)
    assert (seen["status"], talk.said) == ("closed", "Closed.")


@pytest.mark.parametrize(
    ("words", "more", "said"),
    [
        ("/help", {}, "Nothing was sent"),
        ("/note", {}, "Nothing was sent"),
        ("x" * 4001, {}, "too long"),
        ("", {"photo": [{}]}, "Only text"),
    ],
)
def test_what_cannot_go_out_is_said(talk: Shop, words: str, more: dict[str, object], said: str) -> None:
    talk.update(words, **in_topic(), **more)
    talk.read()
    assert said in talk.said
    assert len(talk.log()) == 1


def test_other_topics_joins_and_bots_are_nobodys_business(talk: Shop) -> None:
    before = len(talk.telegram.calls("sendMessage"))
    talk.update("обед?")
    talk.update("обед?", **in_topic(99))
    talk.update("", **in_topic(), new_chat_members=[{"id": 1}])
    talk.update("я бот", **in_topic(), **{"from": {"id": 3, "is_bot": True}})
    talk.telegram.updates.append({"update_id": 900, "poll": {}})
    talk.read()
    assert (len(talk.telegram.calls("sendMessage")), len(talk.log())) == (before, 1)


def test_without_topics_people_reply(shop: Shop) -> None:
    shop.telegram.forums.clear()
    shop.writes("Сколько стоит?")
    shop.work()
    shop.link(shop.cast.anna)
    asked = shop.telegram.calls("sendMessage")[0]
    assert "#VISI · Balconies\nСколько стоит?" in asked["text"]
    shop.update("От 30 000", reply_to_message={"message_id": 1})
    shop.update("обед?")
    shop.read()
    assert shop.log() == [("text", "Сколько стоит?"), ("text", "От 30 000")]


def test_a_bot_that_may_make_no_topics_falls_back_to_replies(shop: Shop) -> None:
    shop.telegram.will_say(200, json.dumps({"ok": True, "result": {"is_forum": True}}))
    shop.telegram.will_say(400, json.dumps({"ok": False, "description": "Bad Request: not enough rights"}))
    shop.writes("Сколько стоит?")
    shop.work()
    assert "message_thread_id" not in shop.telegram.calls("sendMessage")[0]


def test_a_topic_that_somebody_deleted_is_made_anew(talk: Shop) -> None:
    talk.telegram.will_say(400, json.dumps({"ok": False, "description": "Bad Request: message thread not found"}))
    talk.writes("Ау")
    talk.work()
    talk.clock.forward(seconds=5)
    talk.work()
    assert len(talk.telegram.calls("createForumTopic")) == 2
    assert talk.said.endswith("Ау")


def test_telegram_that_is_away_gets_all_of_it_later_in_order(shop: Shop) -> None:
    for _ in range(3):
        shop.telegram.will_say(502, "{}")
    shop.writes("Раз")
    shop.work()
    shop.writes("Два")
    for _ in range(10):
        shop.clock.forward(seconds=5)
        shop.work()
    texts = [one["text"].split("\n")[-1] for one in shop.telegram.calls("sendMessage")]
    assert texts[-2:] == ["Раз", "Два"]


def test_a_bot_that_was_thrown_out_is_shut(talk: Shop) -> None:
    talk.telegram.will_say(403, json.dumps({"ok": False, "description": "Forbidden: bot was kicked"}))
    talk.writes("Ау")
    talk.work()
    with talk.house.storage.read() as tx:
        assert getattr(store.find_target(tx, talk.target_id), "problem", None) == "shut_out"


def test_a_chat_that_joins_late_is_not_told_the_past(shop: Shop) -> None:
    with shop.house.storage.begin() as tx:
        store.update_target(tx, shop.target_id, problem="shut_out")
    shop.writes("Старое")
    shop.work()
    with shop.house.storage.begin() as tx:
        store.update_target(tx, shop.target_id, problem=None)
    shop.writes("Новое")
    shop.work()
    assert len(shop.telegram.calls("sendMessage")) == 1
    assert shop.said.endswith("Новое")


def test_nobody_of_another_account_answers(talk: Shop) -> None:
    rival = seed(talk.house, key="rival", name="Чужие", origins=("https://rival.example",))
    talk.link(rival.anna, STRANGER)
    talk.update("Я чужой", who=STRANGER, **in_topic())
    talk.read()
    assert len(talk.log()) == 1


def test_the_one_who_links_last_has_the_account(shop: Shop) -> None:
    shop.link(shop.cast.anna)
    shop.link(shop.cast.boris)
    people = shop.house.telegram.people
    assert people.find(shop.cast.anna) is None
    assert getattr(people.find(shop.cast.boris), "user_id", None) == str(ANNA)
