"""The page Reports as people use it, on either database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import VISITOR_ID, FakeClock
from tests.seeding import Cast
from widget_server.beacon.model import Report, Reported
from widget_server.beacon.store import insert_new
from widget_server.demo.filling import fill
from widget_server.kernel.ids import new_id
from widget_server.reports.jobs import KIND
from widget_server.reports.model import Period, read_period
from widget_server.rooms import House
from widget_server.visitors.model import Context

Enter = Callable[[str], FlaskClient]
TODAY = date(2026, 11, 23)


@pytest.fixture
def owner(house: House, cast: Cast, clock: FakeClock, log_in: Enter) -> FlaskClient:
    site = cast.site
    people = [cast.owner, cast.anna]
    fill(house.settings.database, site, people, clock.now(), daily=12)
    while house.reports.figures.count_due():
        pass
    return log_in("olga@demo.example")


def test_the_answer_stands_first(owner: FlaskClient) -> None:
    page = owner.get("/console/reports?days=90").get_data(as_text=True)
    assert page.index('class="answer__sentence"') < page.index('class="bars"') < page.index('class="heat"')


def test_a_cell_leads_to_its_calls(owner: FlaskClient) -> None:
    page = owner.get("/console/reports/calls?days=90&device=phone&length=long").get_data(as_text=True)
    assert "/console/calls/" in page


@pytest.mark.parametrize(
    "query", ["days=x", "first=2026-13-01&last=1", "first=0001-01-01&last=9999-12-31", "site=nobody", "days=7&days=%00"]
)
def test_an_odd_address_shows_a_page_all_the_same(owner: FlaskClient, query: str) -> None:
    assert owner.get(f"/console/reports?{query}").status_code == 200
    assert owner.get(f"/console/reports/calls?{query}&hour=x&result=x&weekday=9").status_code == 200


def test_a_site_without_calls_says_so(cast: Cast, log_in: Enter) -> None:
    page = log_in("olga@demo.example").get("/console/reports").get_data(as_text=True)
    assert 'class="answer__sentence"' in page
    assert 'id="t-days"' not in page


def test_days_are_counted_once_an_hour(house: House, cast: Cast, clock: FakeClock) -> None:
    for _ in range(3):
        house.reports.jobs.schedule()
    assert house.runners[1].run_due() + house.runners[0].run_due() >= 1
    clock.forward(hours=1)
    house.reports.jobs.schedule()
    assert KIND in house.reports.jobs.handlers()


def test_late_beacons_are_counted_in_the_end(house: House, cast: Cast, clock: FakeClock) -> None:
    yesterday = house.reports.figures.today(cast.site) - timedelta(days=1)
    report(house, cast.site.id, clock.now() - timedelta(days=1))
    house.reports.figures.count_due()
    report(house, cast.site.id, clock.now() - timedelta(days=1))
    clock.forward(days=2)
    house.reports.figures.count_due()
    assert house.reports.figures.count(cast.site, Period(yesterday, yesterday), ("all",)).whole().views == 2


def report(house: House, site_id: str, at: datetime) -> None:
    view = Reported(new_id(), "view", at)
    with house.storage.begin() as tx:
        insert_new(tx, [Report(site_id, VISITOR_ID, at, False, Context(page="https://demo.example/"), (view,))])


def test_the_period_before_is_as_long() -> None:
    assert Period(date(2026, 11, 2), date(2026, 11, 8)).before() == Period(date(2026, 10, 26), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("first", "last", "days", "count"),
    [("2026-11-01", "2026-11-10", "", 10), ("2026-11-10", "2026-11-01", "7", 7), ("", "", "", 30), ("x", "", "90", 90)],
)
def test_what_an_address_asks_for(first: str, last: str, days: str, count: int) -> None:
    assert len(read_period(first, last, days, TODAY)) == count


def test_a_young_site_lacks_no_days(house: House, cast: Cast, clock: FakeClock) -> None:
    report(house, cast.site.id, clock.now() - timedelta(days=5))
    house.reports.figures.count_due()
    today = house.reports.figures.today(cast.site)
    counted = house.reports.figures.count(cast.site, Period(today - timedelta(days=29), today), ("all",))
    assert (counted.missing, counted.whole().views) == (0, 1)


def test_a_busy_day_is_read_as_it_was_counted(
    house: House, cast: Cast, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widget_server.reports.service.LIVE_MOST", 0)
    figures, today = house.reports.figures, house.reports.figures.today(cast.site)
    report(house, cast.site.id, clock.now())
    figures.count_due()
    counted_at = clock.now()
    clock.forward(minutes=4)
    report(house, cast.site.id, clock.now())
    figures.count_due()
    before = figures.count(cast.site, Period(today, today), ("all",))
    assert (before.whole().views, before.as_of) == (1, counted_at)
    clock.forward(minutes=1)
    figures.count_due()
    assert figures.count(cast.site, Period(today, today), ("all",)).whole().views == 2
