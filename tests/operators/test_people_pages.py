import re

from flask import Flask

from tests.operators.browser import Browser
from tests.seeding import PASSWORD
from widget_server.operators.model import OperatorDraft
from widget_server.rooms import House
from widget_server.sites.draft import SiteDraft


def add(olga: Browser, **fields: object) -> str:
    """Add a person by the page and return the password that it shows."""
    olga.post("/console/operators/new", **{"name": "Анна", "email": "anna@okna.example", "role": "operator", **fields})
    shown = re.search(r"<code>([^<]+)</code>", olga.page)
    return shown[1] if shown else ""


def anna_of(house: House) -> str:
    owner = house.operators.log_in("olga@okna.example", PASSWORD, "test")
    return next(person.id for person in house.operators.list_people(owner) if person.name == "Анна")


def test_added_person_gets_in_with_the_password_shown_once(olga: Browser, app: Flask) -> None:
    password = add(olga)
    assert len(password) == 19
    anna = Browser(app)
    assert anna.post("/console/login", email="anna@okna.example", password=password).status_code == 302
    assert anna.get("/console/operators").status_code == 403
    assert "Вашей роли это недоступно" in anna.page
    olga.get("/console/operators")
    assert password not in olga.page


def test_bad_person_keeps_what_was_typed(olga: Browser) -> None:
    assert add(olga, name="<b>Анна", email="anna") == ""
    assert "Почта указана не полностью" in olga.page
    assert "&lt;b&gt;Анна" in olga.page


def test_person_gets_sites_of_the_account_only(olga: Browser, house: House) -> None:
    account = house.sites.find_account() or ""
    own = house.sites.create_site(account, SiteDraft("Окна"))
    other = house.operators.open_account("Чужие", OperatorDraft("Ева", "eve@x.example", PASSWORD, "owner"), first=False)
    foreign = house.sites.create_site(other.account_id, SiteDraft("Чужой"))
    add(olga, sites=[own.id, foreign.id])
    olga.get(f"/console/operators/{anna_of(house)}")
    assert re.findall(r'value="(\w{26})" checked', olga.page) == [own.id]
    answer = olga.post(f"/console/operators/{anna_of(house)}", role="marketer", sites=[foreign.id])
    assert answer.status_code == 302
    owner = house.operators.log_in("olga@okna.example", PASSWORD, "test")
    anna = next(person for person in house.operators.list_people(owner) if person.name == "Анна")
    assert (anna.role, anna.site_ids) == ("marketer", frozenset())


def test_people_of_other_accounts_are_not_there(olga: Browser, house: House) -> None:
    stranger = house.operators.open_account(
        "Чужие", OperatorDraft("Ева", "eve@x.example", PASSWORD, "owner"), first=False
    )
    for act in ("", "/password", "/disable", "/enable"):
        assert olga.post(f"/console/operators/{stranger.id}{act}", role="operator").status_code == 404
    assert olga.get(f"/console/operators/{stranger.id}").status_code == 404
    olga.get("/console/operators")
    assert "Ева" not in olga.page


def test_access_is_shut_and_opened(olga: Browser, house: House, app: Flask) -> None:
    password = add(olga)
    anna = Browser(app)
    anna.post("/console/login", email="anna@okna.example", password=password)
    olga.post(f"/console/operators/{anna_of(house)}/disable")
    assert anna.get("/console/me").status_code == 302
    olga.get("/console/operators")
    assert "доступ закрыт" in olga.page
    olga.post(f"/console/operators/{anna_of(house)}/enable")
    assert anna.post("/console/login", email="anna@okna.example", password=password).status_code == 302


def test_new_password_replaces_the_old(olga: Browser, house: House, app: Flask) -> None:
    old = add(olga)
    olga.post(f"/console/operators/{anna_of(house)}/password")
    new = re.search(r"<code>([^<]+)</code>", olga.page)
    assert new is not None
    anna = Browser(app)
    assert anna.post("/console/login", email="anna@okna.example", password=old).status_code == 401
    assert anna.post("/console/login", email="anna@okna.example", password=new[1]).status_code == 302


def test_owner_cannot_shut_themselves_out(olga: Browser, house: House) -> None:
    owner = house.operators.log_in("olga@okna.example", PASSWORD, "test")
    olga.post(f"/console/operators/{owner.id}/disable")
    olga.get("/console/operators")
    assert "Себе доступ закрыть нельзя" in olga.page
    assert olga.post(f"/console/operators/{owner.id}", role="admin").status_code == 409
    assert "единственный владелец" in olga.page


def test_where_only_consoles_ring_nobody_is_asked_where_to_call(olga: Browser) -> None:
    olga.get("/console/me")
    assert "Мой пароль" in olga.page
    assert "Куда приходят звонки" not in olga.page
