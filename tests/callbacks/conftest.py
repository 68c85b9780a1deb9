import pytest

from tests.callbacks.desk import Desk, settings_for_tests
from tests.cast import FakeClock
from widget_server.edge.identity import OperatorIdentity
from widget_server.sites.model import Site
from widget_server.storage import Storage


@pytest.fixture
def desk(storage: Storage, clock: FakeClock) -> Desk:
    return Desk(storage, clock, settings_for_tests())


@pytest.fixture
def shop(desk: Desk) -> Site:
    return desk.open_shop()


@pytest.fixture
def anna(desk: Desk, shop: Site) -> OperatorIdentity:
    return desk.seat(shop, "Анна")


@pytest.fixture
def boris(desk: Desk, shop: Site) -> OperatorIdentity:
    return desk.seat(shop, "Борис")
