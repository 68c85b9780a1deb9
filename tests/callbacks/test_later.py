"""A callback at a chosen time: the visitor's clock, the site's hours, the moment at which it is dialled."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.callbacks.desk import Desk
from tests.cast import FakeClock
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.sites.model import Hours, Site

URALS = ZoneInfo("Asia/Yekaterinburg")
NINE_TO_SIX: Hours = (((9 * 60, 18 * 60),),) * 7
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=ZoneInfo("Europe/Moscow"))


@pytest.fixture
def shop(desk: Desk) -> Site:
    """Open from 9 to 18 in Moscow: from 11 to 20 by the clock of a visitor in Yekaterinburg."""
    made = desk.open_shop(holidays=("2026-11-25",))
    return desk.sites.update_site(made.id, {"hours": NINE_TO_SIX})


def test_asked_for_at_night_dialled_at_ten_by_the_visitors_clock(desk: Desk, shop: Site, clock: FakeClock) -> None:
    clock.at = NIGHT
    anna = desk.seat(shop, "Анна")
    with pytest.raises(Conflict, match="nobody_takes_calls"):
        desk.ask(shop)
    callback = desk.ask(shop, due_at=datetime(2026, 11, 24, 12, 0, tzinfo=URALS))  # 10 in Moscow
    clock.at = datetime(2026, 11, 24, 9, 59, 59, tzinfo=shop.zone)
    desk.operators.sign_of_life(anna.id)
    desk.work()
    assert desk.now(callback).state == "scheduled"
    clock.forward(seconds=1)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("ringing", 1)
    desk.callbacks.answer(anna, callback.id)
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    assert desk.now(callback).state == "connected"


@pytest.mark.parametrize(("day", "hour"), [(24, 10), (24, 20), (25, 15)])
def test_the_server_keeps_to_the_hours_and_holidays_of_the_site(
    desk: Desk, shop: Site, clock: FakeClock, day: int, hour: int
) -> None:
    clock.at = NIGHT
    with pytest.raises(Conflict, match="closed_then"):
        desk.ask(shop, due_at=datetime(2026, 11, day, hour, 0, tzinfo=URALS))


def test_nobody_there_at_its_time_is_a_task(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    clock.at = NIGHT
    callback = desk.ask(shop, due_at=datetime(2026, 11, 24, 12, 0, tzinfo=URALS))
    clock.at = datetime(2026, 11, 24, 12, 0, tzinfo=URALS)
    desk.work()
    left = desk.now(callback)
    assert (left.state, left.reason, left.needs_person) == ("missed", "nobody", True)
