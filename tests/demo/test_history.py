"""Three months at the demo shop: told anew alike, and taken away again."""

from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from tests.demo.shop import NOW, count_rows, demo_site
from widget_server.commands.demo import ensure_demo, people_of_demo
from widget_server.demo.clearing import clear, is_filled
from widget_server.demo.filling import fill
from widget_server.demo.story import tell
from widget_server.rooms import House


def test_the_same_seed_tells_the_same_story() -> None:
    first, second = (list(tell(Random(7), NOW.date(), ZoneInfo("Europe/Moscow"), days=3, daily=50)) for _ in "ab")
    assert first == second


def test_it_can_be_taken_away(house: House, tmp_path: Path) -> None:
    ensure_demo(house)
    before = count_rows(house)
    fill(house.settings.database, demo_site(house), people_of_demo(house), NOW, daily=8)
    with house.storage.begin() as tx:
        assert is_filled(tx, demo_site(house).id)
        clear(tx, demo_site(house).id)
    assert count_rows(house) == before
