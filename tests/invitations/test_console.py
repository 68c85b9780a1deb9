"""The marketer's pages of invitations, and what a page is given of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import IPHONE, FakeClock
from tests.seeding import Cast, seed
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

LogIn = Callable[[str], FlaskClient]
FORM = {"title": "Цены", "words_ru": "Подсказать цену?", "leads": "chat", "visitor": "any", "hours": "any"}
LIST = "/console/invitations"


@pytest.fixture
def olga(log_in: LogIn, cast: Cast) -> FlaskClient:
    return log_in("olga@demo.example")


def send(browser: FlaskClient, cast: Cast, url: str = f"{LIST}/new", **fields: Any) -> Any:
    return browser.post(url, data={**FORM, "site": cast.site.id, "is_on": "1", "seconds": "20", **fields})


def page(browser: FlaskClient, url: str = LIST) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get("/w/v1/site/demo").data)
    return found


def test_a_site_without_rules_loads_nothing_more(client: FlaskClient, cast: Cast) -> None:
    said = document(client)
    assert (said["settings"]["invitation"], said["extras"]) == (None, False)


def test_a_rule_reaches_the_page_as_it_was_written(olga: FlaskClient, cast: Cast, client: FlaskClient) -> None:
    fields = {"paths": "/prices\n/catalog/*", "utm_source": "Yandex, ya", "referrer": "https://www.google.com/"}
    assert send(olga, cast, person="Анна", on_exit="1", hours="open", needs_people="1", **fields).status_code == 302
    said = document(client)
    (rule,) = said["settings"]["invitation"]
    assert said["extras"] is True
    assert rule.pop("id")
    source = {"utm_source": ["yandex", "ya"], "referrer": ["google.com"]}
    assert rule == {
        "leads": "chat",
        "words": {"ru": "Подсказать цену?"},
        "name": "Анна",
        "seconds": 20,
        "exit": True,
        "path": ["/prices", "/catalog/*"],
        "source": source,
        "hours": "open",
        "online": True,
    }
    assert "20 секунд на странице · перед уходом · /prices, /catalog/*" in page(olga)


def test_a_rule_is_changed_switched_off_and_removed(
    olga: FlaskClient, cast: Cast, house: House, client: FlaskClient
) -> None:
    send(olga, cast)
    (rule,) = house.sites.get_site(cast.site.id).invitations.rules
    address = f"{LIST}/{rule.id}"
    assert "Подсказать цену?" in page(olga, f"{address}?site={cast.site.id}")
    assert send(olga, cast, address, title="Цены вечером", is_on="").status_code == 302
    (changed,) = house.sites.get_site(cast.site.id).invitations.rules
    assert (changed.id, changed.title, changed.is_on) == (rule.id, "Цены вечером", False)
    assert document(client)["extras"] is False
    assert olga.post(f"{address}/remove", data={"site": cast.site.id}).status_code == 302
    assert house.sites.get_site(cast.site.id).invitations.rules == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Название"),
        ({"words_ru": ""}, "Текст по-русски"),
        ({"words_ru": "я" * 141}, "140"),
        ({"seconds": ""}, "Укажите, когда показать"),
        ({"seconds": "", "pages": "1"}, "Укажите, когда показать"),
        ({"seconds": "soon"}, "Секунд на странице"),
        ({"scroll": "101"}, "Прокручено"),
        ({"leads": "telepathy"}, "Выберите один из предложенных"),
        ({"paths": "prices"}, "каждая начинается с /"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(
    olga: FlaskClient, cast: Cast, fields: dict[str, str], words: str
) -> None:
    answer = send(olga, cast, **fields)
    assert answer.status_code == 400
    assert words in answer.get_data(as_text=True)


def test_caps_are_kept_and_bad_ones_refused(olga: FlaskClient, cast: Cast, client: FlaskClient) -> None:
    caps = {"site": cast.site.id, "per_day": "2", "per_week": "5"}
    assert olga.post(f"{LIST}/caps", data=caps).status_code == 302
    assert document(client)["invitations"] == {"per_day": 2, "per_week": 5}
    assert olga.post(f"{LIST}/caps", data=caps | {"per_week": "1"}).status_code == 400


def test_what_came_of_it_counts_people_once(olga: FlaskClient, cast: Cast, house: House, clock: FakeClock) -> None:
    send(olga, cast)
    (rule,) = house.sites.get_site(cast.site.id).invitations.rules
    site = SiteIdentity(cast.site.id, "demo", cast.site.account_id, "ru", frozenset("*"))
    for visitor, *types in (
        ("a" * 26, "invited", "invited", "invite_taken"),
        ("b" * 26, "invited", "invite_closed"),
        ("c" * 26, "invited"),
        ("d" * 26, "invited"),
    ):
        events = [{"id": new_id(), "type": kind, "rule": rule.id} for kind in types]
        house.beacon.take(site, {"visitor": visitor, "events": [*events, {"id": new_id(), "type": "invited"}]}, IPHONE)
    events = [{"id": new_id(), "type": "invited", "rule": rule.id}]
    house.beacon.take(site, {"visitor": "e" * 26, "events": events}, "Googlebot/2.1")
    clock.forward(seconds=1)
    outcome = house.invitations.outcomes(house.sites.get_site(cast.site.id))
    assert set(outcome) == {rule.id}
    assert (outcome[rule.id].shown, outcome[rule.id].taken, outcome[rule.id].closed) == (4, 1, 1)
    assert "25\xa0%" in page(olga)


def test_another_accounts_rules_are_not_there(olga: FlaskClient, cast: Cast, house: House) -> None:
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    assert olga.get(f"{LIST}?site={other.site.id}").status_code == 404
    assert send(olga, cast, site=other.site.id).status_code == 404
    assert olga.get(f"{LIST}/nothing?site={cast.site.id}").status_code == 404


def test_an_operator_who_only_answers_is_turned_away(log_in: LogIn, cast: Cast) -> None:
    assert log_in("anna@demo.example").get(LIST).status_code == 403
