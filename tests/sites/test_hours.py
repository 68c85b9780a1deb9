from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import MONDAY_NOON
from widget_server.sites.draft import DEFAULT_HOURS
from widget_server.sites.model import Site, is_open
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


def test_holiday_is_closed(sites: SiteService, shop: Site) -> None:
    closed = sites.update_site(shop.id, {"holidays": ("2026-11-23",)})
    assert not is_open(closed, MONDAY_NOON)


def test_summer_time_moves_with_the_country(sites: SiteService, shop: Site) -> None:
    berlin = sites.update_site(shop.id, {"timezone": "Europe/Berlin", "hours": DEFAULT_HOURS})
    winter, summer = datetime(2026, 10, 26, 7, 30, tzinfo=UTC), datetime(2026, 10, 23, 7, 30, tzinfo=UTC)
    assert not is_open(berlin, winter)
    assert is_open(berlin, summer)


def test_round_the_clock(sites: SiteService, shop: Site) -> None:
    always = sites.update_site(shop.id, {"hours": (((0, 1440),),) * 7})
    assert all(is_open(always, MONDAY_NOON + timedelta(hours=n)) for n in range(0, 24 * 7, 5))
