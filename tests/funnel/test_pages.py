"""The pages of leads: who sees what, what a form does, what it says when something is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.funnel.conftest import PHONE, Funnel
from widget_server.funnel.model import Lead

LogIn = Callable[[str], FlaskClient]
PAGES = ("", "/list", "/new", "/today", "/control", "/week", "/stages", "/plan")


@pytest.fixture
def anna(log_in: LogIn, funnel: Funnel) -> FlaskClient:
    return log_in("anna@demo.example")


@pytest.fixture
def olga(log_in: LogIn, funnel: Funnel) -> FlaskClient:
    return log_in("olga@demo.example")


def page(browser: FlaskClient, path: str = "", status: int = 200) -> str:
    answer = browser.get(f"/console/leads{path}")
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def send(browser: FlaskClient, path: str, **fields: Any) -> Any:
    return browser.post(f"/console/leads{path}", data=fields)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_with_nobody_and_with_somebody(olga: FlaskClient, funnel: Funnel, path: str) -> None:
    page(olga, path)
    funnel.chat()
    funnel.call_them(funnel.write(name="Иван"), "need")
    funnel.sell(funnel.write("+79161112233"))
    page(olga, path)


def test_operators_see_their_work_and_no_plans(anna: FlaskClient, funnel: Funnel) -> None:
    for path in ("", "/list", "/today", "/new"):
        page(anna, path)
    for path in ("/control", "/week", "/stages", "/plan"):
        page(anna, path, 403)


def test_marketers_read_and_change_nothing(log_in: LogIn, funnel: Funnel) -> None:
    from tests.seeding import PASSWORD
    from widget_server.operators.model import OperatorDraft

    draft = OperatorDraft("Мария", "maria@demo.example", PASSWORD, "marketer", "ru", frozenset({funnel.site_id}))
    funnel.house.operators.create_operator(funnel.cast.owner.account_id, draft)
    lead, maria = funnel.write(name="Иван"), log_in("maria@demo.example")
    shown = page(maria, f"/{lead.id}")
    assert "Записать контакт" not in shown
    for path in ("", "/control", "/week"):
        page(maria, path)
    for path in (f"/{lead.id}/contact", f"/{lead.id}/move", f"/{lead.id}/close", f"/{lead.id}/orders", "/new"):
        assert send(maria, path, kind="call", stage="need").status_code == 403
    assert funnel.lead().stage == "new"


def test_leads_of_other_sites_are_not_there(anna: FlaskClient, funnel: Funnel) -> None:
    from tests.seeding import seed
    from widget_server.funnel.service import LeadDraft

    foreign = seed(funnel.house, key="other", name="Двери", origins=("https://other.example",))
    theirs = funnel.house.funnel.leads.take_lead(foreign.site.id, LeadDraft(PHONE), "api")
    page(anna, f"/{theirs.id}", 404)
    page(anna, f"?site={foreign.site.id}", 404)
    assert send(anna, f"/{theirs.id}/move", stage="need").status_code == 404
    order = funnel.house.funnel.orders.add(foreign.anna, theirs.id, _order())
    mine = funnel.write("+79161112233")
    assert send(anna, f"/{mine.id}/orders/{order.id}", state="refunded").status_code == 404


def _order() -> Any:
    from widget_server.funnel.order_service import OrderDraft

    return OrderDraft(100, "RUB", "paid")


def test_a_lead_is_written_contacted_moved_and_sold(anna: FlaskClient, funnel: Funnel) -> None:
    added = send(anna, "/new", site=funnel.site_id, name="Иван", phone="8 912 345-67-89", warmth="cold", note="Сосед")
    lead = funnel.lead()
    assert added.location.endswith(lead.id)
    assert (lead.name, lead.warmth, lead.owner_id) == ("Иван", "cold", funnel.cast.anna.id)
    contact = {"kind": "call", "note": "Договорились о замере", "stage": "need", "next_step": "Замер"}
    funnel.clock.forward(minutes=1)
    send(anna, f"/{lead.id}/contact", **contact, next_at="2026-11-24T15:30")
    assert funnel.lead().stage == "need"
    assert funnel.lead().next_at == funnel.clock.at.replace(day=24, hour=12, minute=30)  # 15:30 in Moscow
    send(anna, f"/{lead.id}/orders", amount="12 500,50", currency="RUB", number="A-1", state="paid")
    shown = page(anna, f"/{lead.id}")
    for words in ("Договорились о замере", "продвинул", "12\xa0500,50\xa0₽", "Купил", "Сосед", "8 (912) 345-67-89"):
        assert words in shown


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        ("contact", {"kind": "chat"}, "Выберите один из предложенных"),
        ("contact", {"kind": "call", "next_at": "завтра"}, "нужны день и час"),
        ("contact", {"kind": "call", "next_at": "2026-11-24T15:30"}, "Напишите, что сделать"),
        ("close", {"end": "lost"}, "Заполните"),
        ("orders", {"amount": "много", "currency": "RUB", "state": "paid"}, "нужно число не меньше нуля"),
        ("orders", {"amount": "1", "currency": "ЖЖЖ", "state": "paid"}, "Выберите один из предложенных"),
        ("merge", {"second": "сюда"}, "Такого клиента нет"),
        ("edit", {"phone": "12"}, "Это не полный номер"),
    ],
)
def test_forms_say_what_is_wrong(
    anna: FlaskClient, funnel: Funnel, path: str, fields: dict[str, str], words: str
) -> None:
    answer = send(anna, f"/{funnel.write().id}/{path}", **fields)
    assert answer.status_code in (400, 409)
    assert words in answer.get_data(as_text=True)


def test_the_board_moves_cards_by_their_buttons_and_shows_the_stuck_first(anna: FlaskClient, funnel: Funnel) -> None:
    old = funnel.write(name="Давний")
    funnel.clock.forward(days=2)
    new = funnel.write("+79161112233", name="Новый")
    shown = page(anna)
    assert shown.index("Давний") < shown.index("Новый")
    assert "стоит дольше срока" in shown
    moved = send(anna, f"/{new.id}/move", stage="need", **{"from": "board"})
    assert moved.location.endswith(f"#lead-{new.id}")
    assert {lead.id: lead.stage for lead in funnel.leads()} == {old.id: "new", new.id: "need"}
    assert send(anna, f"/{new.id}/move", stage="nowhere", **{"from": "board"}).status_code == 302


def test_the_list_is_narrowed_and_searched(anna: FlaskClient, funnel: Funnel) -> None:
    funnel.write(name="Иван Петров", note="Балкон")
    funnel.write("+79161112233", name="Мария", warmth="cold")
    wishes = {"find=петров": "Иван", "find=345-67": "Иван", "find=балкон": "Иван", "warmth=cold": "Мария"}
    for query, found in wishes.items():
        shown = page(anna, f"/list?{query}")
        assert found in shown
        assert ("Мария" if found == "Иван" else "Иван") not in shown
    assert "Никого не нашлось" in page(anna, "/list?find=никто")
    page(anna, "/list?page=99999&state=%00&stage=x&find=%25")


def test_a_merge_is_undone_on_the_page(anna: FlaskClient, funnel: Funnel) -> None:
    one, other = funnel.write(name="Иван"), funnel.write("+79161112233", name="Пётр")
    funnel.clock.forward(minutes=1)
    send(anna, f"/{one.id}/merge", second=f"http://localhost/console/leads/{other.id}")
    kept = funnel.lead()
    shown = page(anna, f"/{kept.id}")
    assert "Объединил оператор" in shown
    merge_id = shown.split("/merges/")[1].split("/")[0]
    assert send(anna, f"/{kept.id}/merges/{merge_id}/undo").status_code == 302
    assert len(funnel.leads()) == 2
    gone: Lead = next(lead for lead in (one, other) if lead.id != kept.id)
    page(anna, f"/{gone.id}")


def test_stages_are_the_owners_own(olga: FlaskClient, funnel: Funnel) -> None:
    assert 'value="Обратился"' in page(olga, "/stages")
    lead = funnel.call_them(funnel.write(), "offer")
    fields = {"site": funnel.site_id, "key.0": "new", "name.0": "Обратился", "norm.0": "70", "age_days.0": "2"}
    fields |= {"chain.0": "Позвонить\n\nПерезвонить", "key.1": "", "name.1": "Замер", "norm.1": "40", "age_days.1": "5"}
    assert send(olga, "/stages", **fields).status_code == 302
    first, second = funnel.house.funnel.setup.stages_of(funnel.site_id)
    assert (first.key, first.name, first.chain, first.norm) == ("new", "", ("Позвонить", "Перезвонить"), 0.7)
    assert (second.name, second.age_days) == ("Замер", 5)
    assert "Замер" in page(olga)
    assert page(olga).index(lead.id) < page(olga).index("Замер")  # its stage is gone: it stands in the first
    answer = send(olga, "/stages", **{**fields, "norm.1": "много"})
    assert "нужно целое число от 1 до 100" in answer.get_data(as_text=True)
    assert send(olga, "/stages", site=funnel.site_id).status_code == 400


def test_the_plan_is_saved_and_shown_against_the_facts(olga: FlaskClient, anna: FlaskClient, funnel: Funnel) -> None:
    from dataclasses import asdict

    from widget_server.funnel.stage_model import Benchmarks

    assert "План не задан" in page(olga, "/control")
    fields = {**{name: str(value) for name, value in asdict(Benchmarks()).items()}, "goals.*.contacts": "4"}
    assert send(olga, "/plan", site=funnel.site_id, **fields).status_code == 302
    funnel.call_them(funnel.write(), "need")
    shown = page(olga, "/control")
    assert "Отстают от плана на этот час: " in shown
    assert "из 4" in page(anna, "/today")
    answer = send(olga, "/plan", site=funnel.site_id, **{**fields, "warm_least": "40"})
    assert "меньше нижней границы" in answer.get_data(as_text=True)


def test_the_week_says_who_came_and_bought(olga: FlaskClient, funnel: Funnel) -> None:
    funnel.callback()
    funnel.sell(funnel.lead(), 100_000)
    funnel.write("+79161112233", warmth="cold")
    shown = page(olga, "/week")
    assert "Обратились 2 человека, из них купили 1" in shown
    for words in ("Обратный звонок", "yandex / cpc", "1\xa0000\xa0₽", "пока рано"):
        assert words in shown
    assert "За эту неделю клиентов нет" in page(olga, "/week?week=2026-11-16")
    for odd in ("9999-99-99", "0001-01-01", "x"):
        page(olga, f"/week?week={odd}")


def test_my_day_holds_what_is_due_and_who_waits(anna: FlaskClient, funnel: Funnel) -> None:
    from widget_server.funnel.service import ContactDraft

    lead = funnel.write(name="Иван")
    due = ContactDraft("call", next_step="Выслать смету", next_at=funnel.clock.at.replace(hour=8))
    funnel.house.funnel.leads.add_contact(funnel.cast.anna, lead.id, due)
    funnel.chat()
    missed = funnel.ring("+79167654321")
    funnel.house.calls.on_ended(missed)
    shown = page(anna, "/today")
    for words in ("Выслать смету", "lead-due", "8 (916) 765-43-21", "Посетитель #VISI", "ждёт 0 мин"):
        assert words in shown
