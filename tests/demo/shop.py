"""The demo shop in tests."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from widget_server.rooms import House
from widget_server.schema import all_tables
from widget_server.sites.model import DEMO_KEY, Site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def demo_site(house: House) -> Site:
    site = house.sites.find_by_key(DEMO_KEY)
    assert site is not None
    return site


def count_rows(house: House) -> dict[str, int]:
    with house.storage.read() as tx:
        tables = all_tables().sorted_tables
        return {one.name: int(tx.execute(select(func.count()).select_from(one)).scalar_one()) for one in tables}
