"""The pages of numbers, and the calls that came in over the console's HTTP."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.callbacks.test_http import Ear
from tests.tracking.conftest import CALLER, MAIN, Switch, work
from widget_server.tracking.model import Source

LogIn = Callable[[str], FlaskClient]
LINE = "+74951110001"


@pytest.fixture
def olga(log_in: LogIn, switch: Switch) -> FlaskClient:
    return log_in("olga@demo.example")


def send(browser: FlaskClient, url: str, **fields: Any) -> Any:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/console/numbers").get_data(as_text=True))
    assert token
    return browser.post(url, data={"csrf_token": token[1], **fields})


def page(browser: FlaskClient, url: str = "/console/numbers") -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_number_is_added_changed_and_removed(olga: FlaskClient, switch: Switch) -> None:
    site = {"site": switch.cast.site.id, "number": "8 495 111-00-01"}
    added = send(olga, "/console/numbers/new", **site, use="channel", utm_source="yandex, ya", utm_medium="cpc")
    assert added.status_code == 302
    (number,) = [one for one in switch.house.tracking.numbers.numbers_of([site["site"]]) if one.use == "channel"]
    assert (number.e164, number.source) == (LINE, Source(utm_source=("yandex", "ya"), utm_medium=("cpc",)))
    assert "utm_source: yandex, ya · utm_medium: cpc" in page(olga)
    address = f"/console/numbers/{number.id}"
    assert 'value="yandex, ya"' in page(olga, address)
    assert send(olga, address, use="pool", number_text="+7 495 111-00-01").status_code == 302
    changed = switch.house.tracking.numbers.numbers_of([site["site"]])[-1]
    assert (changed.id, changed.use, changed.source, changed.text) == (number.id, "pool", None, "+7 495 111-00-01")
    assert send(olga, f"{address}/remove").status_code == 302
    assert "111-00-01" not in page(olga)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": "12", "use": "pool"}, "Это не полный номер"),
        ({"number": LINE, "use": "channel"}, "Укажите, откуда приходят посетители"),
        ({"number": LINE, "use": "shown"}, "Выберите один из предложенных"),
        ({"number": MAIN, "use": "pool"}, "видят все посетители сайта «Окна Плюс»"),
        ({"number": LINE, "use": "pool", "department": "gone"}, "Выберите один из предложенных"),
    ],
)
def test_the_form_says_what_is_wrong(olga: FlaskClient, switch: Switch, fields: dict[str, str], words: str) -> None:
    answer = send(olga, "/console/numbers/new", site=switch.cast.site.id, **fields)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_rules_are_saved_or_refused(olga: FlaskClient, switch: Switch) -> None:
    rules = {"site": switch.cast.site.id, "hold_minutes": "5", "match_minutes": "0", "target_seconds": "90"}
    assert send(olga, "/console/numbers/rules", **rules).status_code == 302
    assert switch.house.tracking.numbers.rules_of(rules["site"]).target_seconds == 90
    answer = send(olga, "/console/numbers/rules", **{**rules, "hold_minutes": "много"})
    assert "нужно целое число от 1 до 1440" in answer.get_data(as_text=True)


def test_a_small_pool_is_told_with_advice(olga: FlaskClient, switch: Switch) -> None:
    assert "Пула нет" in page(olga)
    switch.own("pool", LINE)
    assert "Номеров хватает" in page(olga)
    for n in range(30):
        switch.house.tracking.pool.hold(switch.cast.site.id, f"visitor{n:02}".replace("0", "a").ljust(26, "b"), {})
    shown = page(olga)
    assert "Номеров в пуле мало" in shown
    assert "нужно номеров: 10" in shown  # 30 visitors an hour, 20 minutes each


def test_what_came_in_stands_below(olga: FlaskClient, switch: Switch) -> None:
    switch.own("channel", LINE, source=Source(direct=True))
    switch.talk(LINE)
    shown = page(olga)
    for words in ("зашедшие напрямую", "8 (912) 345-67-89", "неизвестен", "новый клиент", "Поговорили"):
        assert words in shown
    assert "1 <span" in shown  # one call in thirty days


def test_a_call_is_played_where_the_telephony_is_simulated(olga: FlaskClient, switch: Switch) -> None:
    (main, *_) = switch.house.tracking.numbers.numbers_of([switch.cast.site.id])
    assert send(olga, f"/console/numbers/{main.id}/play").status_code == 302
    work(switch.house)
    assert len(switch.house.tracking.views.list_active([switch.cast.site.id])) == 1


def test_operators_do_not_see_the_page_and_others_numbers_are_not_there(log_in: LogIn, switch: Switch) -> None:
    anna = log_in("anna@demo.example")
    assert anna.get("/console/numbers").status_code == 403
    olga = log_in("olga@demo.example")
    assert olga.get("/console/numbers?site=" + "a" * 26).status_code == 404
    assert olga.get("/console/numbers/" + "a" * 26).status_code == 404


def test_consoles_ring_one_answers_and_the_others_are_told(log_in: LogIn, switch: Switch) -> None:
    anna, boris = log_in("anna@demo.example"), log_in("boris@demo.example")
    ear = Ear(switch.house.push)
    call_id = switch.ring(MAIN)
    (ringing,) = anna.get("/console/api/inbox").json["calls"]
    assert (ringing["state"], ringing["phone"], ringing["number"]) == ("ringing", CALLER, {"text": "8 800 555-35-35"})
    assert sorted(ringing["rings"]) == sorted([switch.cast.anna.id, switch.cast.boris.id])
    answered = anna.post(f"/console/api/calls/{call_id}/answer").json["call"]
    assert (answered["state"], answered["operator"]["name"]) == ("connected", "Анна")
    late = boris.post(f"/console/api/calls/{call_id}/answer")
    assert (late.status_code, late.json["error"]["message"]) == (409, "Звонок уже принят: Анна.")
    assert anna.post(f"/console/api/calls/{call_id}/hangup").json["call"]["state"] == "completed"
    told = [data["call"]["state"] for _, data in ear.heard if "call" in data]
    assert told[0] == "ringing"
    assert told[-1] == "completed"
    assert anna.get("/console/api/inbox").json["calls"] == []


def test_a_missed_call_stands_on_the_page_of_calls(log_in: LogIn, switch: Switch) -> None:
    call_id = switch.ring(MAIN)
    switch.house.calls.on_ended(call_id)
    anna = log_in("anna@demo.example")
    shown = page(anna, "/console/calls")
    assert f'action="/console/calls/{call_id}/call-now"' in shown
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    for what, left in (("call-now", 1), ("done", 0)):
        anna.post(f"/console/calls/{call_id}/{what}", data={"csrf_token": token[1]})
        tasks = switch.house.tracking.views.list_tasks([switch.cast.site.id])
        assert len(tasks) == left


def test_a_hidden_caller_stands_in_the_log_of_calls(log_in: LogIn, switch: Switch) -> None:
    call_id = switch.ring(MAIN, "anonymous")
    anna = log_in("anna@demo.example")
    for address in ("/console/calls", f"/console/calls/{call_id}"):
        assert "Номер скрыт" in page(anna, address)


def test_the_experiments_form_says_what_a_test_of_numbers_can_tell(olga: FlaskClient, switch: Switch) -> None:
    first, second = switch.own("variant", LINE, "+74951110002")
    main = switch.cast.site.numbers[0]
    form = {"site": switch.cast.site.id, "name": "Номера", "metric": "tap", "levers": ["number"], "hoped_lift": "30"}
    form |= {"planned_weeks": "2", "variants.a.name": "A", "variants.b.name": "B", "coverage": "100"}

    def said(a: str, b: str) -> str:
        numbers = {"variants.a.number": a, "variants.b.number": b}
        return " ".join(olga.post("/console/api/experiments/plan", json=form | numbers).json["more"])

    assert "звонок считается тому, чей номер набрали" in said(first.id, second.id)
    assert "один и тот же номер в разной записи" in said("", main.id)
    assert "входящие звонки вариантам не засчитать" in said("", first.id)
    answer = send(olga, "/console/experiments/new", **form, **{"variants.b.number": first.id}, then="start")
    assert "номер для теста нужен каждому варианту свой" in answer.get_data(as_text=True)
    both = {"variants.a.number": first.id, "variants.b.number": second.id}
    assert send(olga, "/console/experiments/new", **form, **both, then="start").status_code == 302
    assert "у каждого варианта свой" in page(olga, f"/console/experiments/{_only(switch)}")
    assert "Номера: вариант A" in page(olga)


def _only(switch: Switch) -> str:
    (found,) = switch.house.trials.running(switch.cast.site.id)
    with switch.house.storage.read() as tx:
        from widget_server.trials.store import list_experiments

        return next(one.id for one in list_experiments(tx, [switch.cast.site.id]) if one.key == found["key"])
