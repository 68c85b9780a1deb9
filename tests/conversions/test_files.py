"""Clicks are kept where the owner wants it, and files hold what came of them."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import IPHONE, FakeClock
from tests.seeding import Cast, seed
from widget_server.conversions.model import Conversion
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.analytics import Analytics
from widget_server.trials import recorder

LogIn = Callable[[str], FlaskClient]
GCLID, YCLID, CLIENT_ID = "Cj0KCQiA_test-1", "1234567890123456789", "1600000000123456789"
GOOGLE, YANDEX = "/console/conversions/google-ads.csv", "/console/conversions/yandex-metrica.csv"


@pytest.fixture(autouse=True)
def kept(house: House, cast: Cast) -> None:
    house.sites.update_site(cast.site.id, {"analytics": Analytics(clicks="on")})


def click(house: House, cast: Cast, visitor: str, ua: str = IPHONE, **ids: str) -> None:
    site = SiteIdentity(cast.site.id, "demo", cast.site.account_id, "ru", frozenset("*"))
    event = {"id": new_id(), "type": "click", "clicks": ids}
    house.beacon.take(site, {"visitor": visitor, "events": [event]}, ua)


def act(house: House, cast: Cast, visitor: str, metric: str = "callback", source: str | None = None) -> None:
    with house.storage.begin() as tx:
        recorder.on_act(tx, source or new_id(), cast.site.id, visitor, metric, house.clock.now())


def found(house: House, cast: Cast, clock: FakeClock) -> list[Conversion]:
    clock.forward(seconds=1)
    return house.conversions.clicks.conversions(cast.site.id, 7)


def rows(browser: FlaskClient, cast: Cast, address: str) -> list[list[str]]:
    answer = browser.get(f"{address}?site={cast.site.id}")
    assert answer.status_code == 200
    return list(csv.reader(answer.get_data(as_text=True).splitlines()))


def test_what_a_visitor_did_after_a_click_stands_in_both_files(
    log_in: LogIn, house: House, cast: Cast, clock: FakeClock
) -> None:
    click(house, cast, "a" * 26, gclid=GCLID, yclid=YCLID, ym=CLIENT_ID)
    act(house, cast, "a" * 26)
    act(house, cast, "b" * 26)  # came by no click
    clock.forward(seconds=1)
    olga = log_in("olga@demo.example")
    assert rows(olga, cast, GOOGLE) == [
        ["Parameters:TimeZone=+0000"],
        ["Google Click ID", "Conversion Name", "Conversion Time", "Conversion Value", "Conversion Currency"],
        [GCLID, "widget_callback", "2026-11-23 09:00:00", "", ""],
    ]
    assert rows(olga, cast, YANDEX) == [
        ["ClientId", "Yclid", "Target", "DateTime", "Price", "Currency"],
        [CLIENT_ID, YCLID, "widget_callback", "1795424400", "", ""],
    ]
    assert "widget_callback" in olga.get("/console/conversions").get_data(as_text=True)


@pytest.mark.parametrize("clicks", ["off", "consent"])
def test_a_site_that_does_not_ask_keeps_nothing(house: House, cast: Cast, clock: FakeClock, clicks: str) -> None:
    house.sites.update_site(cast.site.id, {"analytics": Analytics(clicks=clicks)})  # type: ignore[arg-type]
    click(house, cast, "a" * 26, gclid=GCLID)
    act(house, cast, "a" * 26)
    assert len(found(house, cast, clock)) == (clicks == "consent")  # the page asks for the consent


@pytest.mark.parametrize("gclid", ["=cmd|' /C calc'!A0", "short", "x" * 201, "-1234567890"])
def test_what_has_not_the_form_of_an_id_is_not_kept(house: House, cast: Cast, clock: FakeClock, gclid: str) -> None:
    click(house, cast, "a" * 26, gclid=gclid)
    act(house, cast, "a" * 26)
    assert found(house, cast, clock) == []


def test_what_was_done_before_the_click_did_not_come_of_it(house: House, cast: Cast, clock: FakeClock) -> None:
    act(house, cast, "a" * 26)
    clock.forward(seconds=1)
    click(house, cast, "a" * 26, gclid=GCLID)
    assert found(house, cast, clock) == []


def test_the_latest_click_counts_and_old_ones_are_forgotten(house: House, cast: Cast, clock: FakeClock) -> None:
    click(house, cast, "a" * 26, gclid=GCLID)
    clock.forward(days=1)
    click(house, cast, "a" * 26, gclid="another-click")
    act(house, cast, "a" * 26)
    assert [one.gclid for one in found(house, cast, clock)] == ["another-click"]
    clock.at += timedelta(days=91)
    click(house, cast, "b" * 26, gclid=GCLID)
    act(house, cast, "a" * 26)
    assert found(house, cast, clock) == []


def test_programs_click_on_nothing(house: House, cast: Cast, clock: FakeClock) -> None:
    click(house, cast, "a" * 26, ua="Googlebot/2.1", gclid=GCLID)
    act(house, cast, "a" * 26)
    assert found(house, cast, clock) == []


def test_files_are_the_accounts_own(log_in: LogIn, house: House, cast: Cast) -> None:
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    olga = log_in("olga@demo.example")
    assert olga.get(f"{GOOGLE}?site={other.site.id}").status_code == 404
    assert olga.get(GOOGLE).status_code == 404
    assert olga.get(f"/console/conversions/nothing.csv?site={cast.site.id}").status_code == 404
    assert log_in("anna@demo.example").get("/console/conversions").status_code == 403
