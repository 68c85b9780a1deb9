"""``make bench-reports`` in small: counted days against a plain count, and what the pages read."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bench.reports_crowd import DAYS, Crowd, fill
from bench.reports_sides import Bare, Pages, disagreements, readings
from tests.seeding import Cast, house_on, seed
from widget_server.rooms import House


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Cast, Crowd]]:
    house = house_on(tmp_path_factory.mktemp("busy"))
    cast = seed(house)
    crowd = Crowd(house.clock.now() - timedelta(days=DAYS), events=100_000, calls=10_000, experiments=80)
    fill(house, cast, crowd)
    while house.reports.figures.count_due():
        pass
    yield house, cast, crowd
    house.storage.close()


def test_counted_days_are_what_happened(busy: tuple[House, Cast, Crowd]) -> None:
    house, cast, _ = busy
    assert disagreements(house, cast.site) == []


def test_no_report_reads_all_that_happened(busy: tuple[House, Cast, Crowd], monkeypatch: pytest.MonkeyPatch) -> None:
    house, cast, crowd = busy
    monkeypatch.setattr("widget_server.reports.service.LIVE_MOST", 0)  # the site is large, however small this test is
    pages, bare = Pages(house), Bare(house, cast.site, crowd)
    for asked in (*bare.questions(), bare.of_experiment(0), bare.of_experiment(79)):
        with readings(house) as statements:
            pages.get(asked.path)
        assert statements.asked
        assert statements.bad(asked.reads) == (), asked.name


def test_the_proof_sees_a_scan(busy: tuple[House, Cast, Crowd]) -> None:
    house, _, _ = busy
    with readings(house) as statements, house.storage.read() as tx:
        tx.connection.exec_driver_sql("SELECT count(*) FROM beacon_events WHERE page = 'x'").scalar()
    assert [one.how for one in statements.bad(("beacon_events",))] == ["all of beacon_events"]
