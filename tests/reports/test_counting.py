"""Every figure equals a count by plain SQL over what was written down as it happened."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.cast import FakeClock
from tests.demo.shop import NOW, demo_site
from tests.seeding import CHEAP
from widget_server.commands.demo import ensure_demo, people_of_demo
from widget_server.demo.filling import fill
from widget_server.house import build
from widget_server.reports.model import DIMENSIONS, Figures, Period
from widget_server.reports.service import Counted
from widget_server.rooms import House
from widget_server.schema import all_tables
from widget_server.settings import load_settings

# Moscow is three hours ahead of UTC all year: the days of the shop by plain SQL.
LOCAL = "date({at}, '+3 hours')"
HOUR = "cast(strftime('%H', {at}, '+3 hours') as integer)"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place: Path = tmp_path_factory.mktemp("month")
    settings = load_settings({}, database_url=f"sqlite:///{place / 'month.db'}", data_dir=str(place))
    house = build(settings, FakeClock(NOW), CHEAP)
    all_tables().create_all(house.storage.engine)
    ensure_demo(house)
    fill(settings.database, demo_site(house), people_of_demo(house), NOW, daily=60)
    while house.reports.figures.count_due():
        pass
    yield house
    house.storage.close()


@pytest.fixture(scope="module")
def counted(month: House) -> Counted:
    today = month.reports.figures.today(demo_site(month))
    period = Period(today - timedelta(days=31), today)
    return month.reports.figures.count(demo_site(month), period, DIMENSIONS)


def by_sql(
    house: House, counted: Counted, what: str, table: str, at: str, where: str = "1=1", by: str = "''"
) -> dict[Any, Any]:
    """Count ``what`` of the period's rows by a plain question."""
    local = LOCAL.format(at=at)
    rows = f"FROM {table} WHERE {local} BETWEEN :first AND :last AND {where}"
    question = f"SELECT {by} AS k, {what} AS n {rows} GROUP BY 1"
    days = {"first": counted.period.first.isoformat(), "last": counted.period.last.isoformat()}
    with house.storage.read() as tx:
        return {row.k: row.n for row in tx.execute(text(question), days)}


def figure(counted: Counted, dimension: Any, name: str) -> dict[str, int]:
    return {key: n for key, one in counted.by_key(dimension).items() if (n := getattr(one, name))}


CALLS = {
    "calls": "1=1",
    "inbound": "direction = 'inbound'",
    "talked": "outcome = 'talked'",
    "missed": "outcome IN ('missed', 'nobody', 'declined', 'late', 'paused', 'lost')",
    "unreached": "outcome IN ('busy', 'no_answer', 'failed', 'operator_left', 'cancelled')",
}
SECONDS = "(julianday(ended_at) - julianday(connected_at)) * 86400"
LENGTHS = {
    "short": f"outcome = 'talked' AND {SECONDS} < 59.999",
    "middle": f"outcome = 'talked' AND {SECONDS} BETWEEN 59.999 AND 180.0005",
    "long": f"outcome = 'talked' AND {SECONDS} > 180.0005",
}


@pytest.mark.parametrize(("name", "where"), [*CALLS.items(), *LENGTHS.items()])
def test_calls(month: House, counted: Counted, name: str, where: str) -> None:
    assert getattr(counted.whole(), name) == by_sql(month, counted, "count(*)", "calls", "started_at", where).get("", 0)
    hours = by_sql(month, counted, "count(*)", "calls", "started_at", where, HOUR.format(at="started_at"))
    assert figure(counted, "hour", name) == {str(hour): n for hour, n in hours.items()}


def test_calls_by_device_operator_number_and_acquaintance(month: House, counted: Counted) -> None:
    facts = "calls JOIN call_facts ON call_facts.call_id = calls.id"
    device = "coalesce(json_extract(context, '$.device'), '')"
    assert figure(counted, "device", "calls") == by_sql(month, counted, "count(*)", facts, "started_at", by=device)
    known = "CASE WHEN known THEN 'known' ELSE 'new' END"
    assert figure(counted, "known", "calls") == by_sql(month, counted, "count(*)", facts, "started_at", by=known)
    taken = by_sql(month, counted, "count(*)", "calls", "started_at", "operator_id IS NOT NULL", "operator_id")
    assert figure(counted, "operator", "calls") == taken
    dialled = "calls JOIN inbound_calls ON inbound_calls.call_id = calls.id"
    assert figure(counted, "number", "calls") == by_sql(
        month, counted, "count(*)", dialled, "started_at", by="number_id"
    )


def test_traffic(month: House, counted: Counted) -> None:
    mine = "type = 'view' AND NOT is_bot"
    assert counted.whole().views == by_sql(month, counted, "count(*)", "beacon_events", "at", mine)[""]
    people = f"count(DISTINCT visitor_id || {LOCAL.format(at='at')})"
    assert counted.whole().visitors == by_sql(month, counted, people, "beacon_events", "at", mine)[""]
    taps = by_sql(month, counted, "count(*)", "beacon_events", "at", "type = 'tap' AND NOT is_bot")[""]
    assert counted.whole().taps == taps
    path = "rtrim(replace(page, 'https://', ''), '/')"
    assert figure(counted, "page", "views") == by_sql(month, counted, "count(*)", "beacon_events", "at", mine, path)


def test_chats_and_callbacks(month: House, counted: Counted) -> None:
    assert counted.whole().chats == by_sql(month, counted, "count(*)", "conversations", "created_at")[""]
    device = "coalesce(json_extract(context, '$.device'), '')"
    asked = by_sql(month, counted, "count(*)", "callbacks", "requested_at", by=device)
    assert figure(counted, "device", "callbacks") == asked


def test_the_days_are_those_of_the_site(month: House, counted: Counted) -> None:
    days = by_sql(month, counted, "count(*)", "calls", "started_at", by=LOCAL.format(at="started_at"))
    assert {day.isoformat(): one.calls for day, one in counted.days().items() if one.calls} == days


def test_a_figure_leads_to_its_very_calls(month: House, counted: Counted) -> None:
    site, finder = demo_site(month), month.reports.calls
    for wishes in ({"hour": "11"}, {"device": "phone"}, {"known": "new"}, {"source": "vk / social"}):
        ((dimension, key),) = wishes.items()
        figure = counted.by_key(dimension)[key].calls  # type: ignore[arg-type]  # a dimension
        assert month.reports.figures.count_calls(site, counted.period, wishes) == figure
        assert len(finder.find(site, counted.period, wishes, 10_000)) == figure
        assert len(finder.find(site, counted.period, wishes, 5)) == min(5, figure)


@pytest.mark.parametrize(
    "wishes",
    [
        {"hour": "11", "weekday": "1"},
        {"weekday": "6"},
        {"result": "missed"},
        {"length": "long"},
        {"direction": "callback"},
        {"page": "demo.example"},
        {},
    ],
)
def test_the_calls_behind_a_figure_are_as_many(month: House, counted: Counted, wishes: dict[str, str]) -> None:
    site = demo_site(month)
    found = month.reports.calls.find(site, counted.period, wishes, 10_000)
    assert month.reports.figures.count_calls(site, counted.period, wishes) == len(found)


def test_two_wishes_at_once_have_no_figure(month: House, counted: Counted) -> None:
    site, wishes = demo_site(month), {"device": "phone", "known": "new"}
    assert month.reports.figures.count_calls(site, counted.period, wishes) is None
    assert month.reports.calls.find(site, counted.period, wishes, 5)


def test_nothing_is_counted_before_it_was_counted_once(house: House) -> None:
    ensure_demo(house)
    site = demo_site(house)
    today = house.reports.figures.today(site)
    counted = house.reports.figures.count(site, Period(today - timedelta(days=9), today), ("all",))
    assert (counted.whole(), counted.missing) == (Figures(), 7)
