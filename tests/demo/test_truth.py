"""The truth behind the demo shop's three months is known, so the reports can be judged."""

from collections.abc import Iterator

import pytest

from tests.cast import FakeClock
from tests.demo.shop import NOW, count_rows, demo_site
from tests.seeding import CHEAP
from widget_server.commands.demo import ensure_demo, people_of_demo
from widget_server.demo.filling import fill
from widget_server.demo.story import TRIALS
from widget_server.house import build
from widget_server.rooms import House
from widget_server.schema import all_tables
from widget_server.settings import load_settings
from widget_server.trials import store as trial_store


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    place = tmp_path_factory.mktemp("demo")
    settings = load_settings({}, database_url=f"sqlite:///{place / 'demo.db'}", data_dir=str(place))
    house = build(settings, FakeClock(NOW), CHEAP)
    all_tables().create_all(house.storage.engine)
    ensure_demo(house)
    fill(settings.database, demo_site(house), people_of_demo(house), NOW)
    yield house
    house.storage.close()


@pytest.mark.parametrize(
    ("name", "word"),
    [("words", "winner"), ("nothing", "not_enough_traffic"), ("split", "broken"), ("small", "not_enough_traffic")],
)
def test_each_experiment_gets_the_verdict_that_is_true(filled: House, name: str, word: str) -> None:
    with filled.storage.read() as tx:
        found = {one.key: one for one in trial_store.list_experiments(tx, [demo_site(filled).id])}
    lever = next(trial.lever for trial in TRIALS if trial.name == name)
    assert filled.trials.report(found[f"{lever}-{name}"]).verdict == word


def test_every_screen_has_something_to_show(filled: House) -> None:
    rows = count_rows(filled)
    empty = {name for name in ("calls", "callbacks", "conversations", "leads", "orders", "exposures") if not rows[name]}
    assert empty == set()


def test_nobody_is_told_of_what_never_happened(filled: House) -> None:
    assert count_rows(filled)["jobs"] == 0
