from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import MONDAY_NOON
from widget_server.sites.draft import DEFAULT_HOURS
from widget_server.sites.model import Site, is_open, next_openings, slot_is_open
from widget_server.sites.service import SiteService

MOSCOW = timedelta(hours=3)


def at(day: int, clock: str) -> datetime:
    hours, minutes = clock.split(":")
    return datetime(2026, 11, day, int(hours), int(minutes), tzinfo=UTC) - MOSCOW


@pytest.mark.parametrize(
    ("day", "hour", "is_it"),
    [(23, "08:59", False), (23, "09:00", True), (23, "20:59", True), (23, "21:00", False),
     (28, "10:00", True), (28, "18:00", False), (29, "12:00", False)],
)  # fmt: skip
def test_hours_are_local_and_half_open(shop: Site, day: int, hour: str, is_it: bool) -> None:
    assert is_open(shop, at(day, hour)) is is_it
    assert slot_is_open(shop, at(day, hour)) is is_it


def test_holiday_is_closed(sites: SiteService, shop: Site) -> None:
    closed = sites.update_site(shop.id, {"holidays": ("2026-11-23",)})
    assert not is_open(closed, MONDAY_NOON)
    assert next_openings(closed, MONDAY_NOON, 2)[0][0] == at(24, "09:00")


def test_next_openings_begin_now_and_skip_sunday(shop: Site) -> None:
    spans = next_openings(shop, MONDAY_NOON, 7)
    assert spans[0] == (MONDAY_NOON, at(23, "21:00"))
    assert [opens.astimezone(UTC).day for opens, _ in spans] == [23, 24, 25, 26, 27, 28]


def test_summer_time_moves_with_the_country(sites: SiteService, shop: Site) -> None:
    berlin = sites.update_site(shop.id, {"timezone": "Europe/Berlin", "hours": DEFAULT_HOURS})
    winter, summer = datetime(2026, 10, 26, 7, 30, tzinfo=UTC), datetime(2026, 10, 23, 7, 30, tzinfo=UTC)
    assert not is_open(berlin, winter)
    assert is_open(berlin, summer)
    assert [opens.hour for opens, _ in next_openings(berlin, summer - timedelta(hours=2), 4)] == [7, 8, 8]


def test_round_the_clock(sites: SiteService, shop: Site) -> None:
    always = sites.update_site(shop.id, {"hours": (((0, 1440),),) * 7})
    assert all(is_open(always, MONDAY_NOON + timedelta(hours=n)) for n in range(0, 24 * 7, 5))
