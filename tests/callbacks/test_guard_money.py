"""At whose cost: each call counted by the owner's prices, told at 50, 80 and 100 %, stopped at the end."""

from collections.abc import Callable

import pytest

from tests.callbacks.desk import Desk
from tests.cast import FakeClock
from widget_server.callbacks.guard.model import AbuseSuspected
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.kernel.ids import new_id
from widget_server.sites.calling import Calling
from widget_server.sites.model import Site

PRICES = Calling(attempt_price=100, minute_price=300, budget=2000)
Talk = Callable[..., None]


@pytest.fixture
def talk(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> Talk:
    """Return a way to have a whole call of so many seconds, each with another number."""
    desk.sites.update_site(shop.id, {"calling": PRICES})
    count = iter(range(100))

    def have(seconds: float) -> None:
        desk.operators.sign_of_life(anna.id)
        n = next(count)
        callback = desk.ask(shop, key=new_id(), phone=f"+7912{n:03}6789", address=f"10.{n}.0.1", visitor_id=new_id())
        desk.work()
        desk.callbacks.answer(anna, callback.id)
        desk.work()
        clock.forward(seconds=2)
        desk.work()
        assert desk.now(callback).state == "connected"
        clock.forward(seconds=seconds)
        desk.callbacks.hang_up(anna, callback.id)

    return have


def spent(desk: Desk, shop: Site) -> int:
    return desk.guard_desk.overview(desk.sites.get_site(shop.id)).spent


def test_each_begun_minute_costs_and_so_does_the_attempt(desk: Desk, shop: Site, talk: Talk) -> None:
    talk(61)
    assert spent(desk, shop) == 100 + 2 * 300


def test_a_call_that_no_operator_took_costs_nothing(
    desk: Desk, shop: Site, anna: OperatorIdentity, talk: Talk, clock: FakeClock
) -> None:
    desk.ask(shop)
    desk.work()
    clock.forward(seconds=31)
    desk.work()
    assert spent(desk, shop) == 0


def test_a_visitor_who_does_not_answer_costs_the_attempt(
    desk: Desk, shop: Site, anna: OperatorIdentity, talk: Talk, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone="8 912 345-67-01")
    desk.work()
    desk.callbacks.answer(anna, callback.id)
    desk.work()
    clock.forward(seconds=31)
    desk.work()
    assert spent(desk, shop) == 100


def test_the_owner_is_told_at_each_mark_and_the_end_stops_everything(desk: Desk, shop: Site, talk: Talk) -> None:
    heard: list[AbuseSuspected] = []
    desk.storage.bus.after(AbuseSuspected, heard.append)
    talk(170)
    assert (spent(desk, shop), [alarm.kind for alarm in heard]) == (1000, ["spend_50"])
    talk(20)
    talk(20)
    assert (spent(desk, shop), [alarm.kind for alarm in heard]) == (1800, ["spend_50", "spend_80", "spend_100"])
    assert heard[-1].figure == 100
    assert desk.guard_desk.is_paused(shop.id)
    with pytest.raises(Conflict, match="callbacks_paused"):
        talk(10)


def test_a_pause_lasts_until_a_person_ends_it_who_grants_the_same_again(
    desk: Desk, shop: Site, talk: Talk, clock: FakeClock
) -> None:
    talk(300)
    talk(20)
    clock.forward(days=1)
    with pytest.raises(Conflict, match="callbacks_paused"):
        talk(10)
    clock.forward(days=-1)
    site = desk.sites.get_site(shop.id)
    desk.guard_desk.resume(site)
    assert desk.guard_desk.overview(site).allowed == 4000
    talk(20)
    assert spent(desk, shop) == 1600 + 400 + 400
    clock.forward(days=1)
    assert (spent(desk, shop), desk.guard_desk.overview(site).allowed) == (0, 2000)


def test_pausing_by_hand_and_resuming_grants_nothing(desk: Desk, shop: Site, talk: Talk) -> None:
    site = desk.sites.get_site(shop.id)
    desk.guard_desk.pause(site)
    with pytest.raises(Conflict, match="callbacks_paused"):
        talk(10)
    desk.guard_desk.resume(site)
    talk(10)
    assert desk.guard_desk.overview(site).allowed == 2000


def test_calls_that_go_on_are_counted_before_they_end(
    desk: Desk, shop: Site, anna: OperatorIdentity, talk: Talk
) -> None:
    for n in range(5):
        desk.ask(shop, key=new_id(), phone=f"+7912{n:03}6789", address=f"10.{n}.0.1", visitor_id=new_id())
    with pytest.raises(Conflict, match="callbacks_paused"):
        desk.ask(shop, key=new_id(), phone="+79129996789", address="10.200.0.1", visitor_id=new_id())
    assert not desk.guard_desk.is_paused(shop.id)


def test_without_a_budget_nothing_stops(desk: Desk, shop: Site, talk: Talk) -> None:
    desk.sites.update_site(shop.id, {"calling": Calling(budget=0)})
    talk(3000)
    assert not desk.guard_desk.is_paused(shop.id)
    assert desk.guard_desk.news_of(frozenset({shop.id})) == []
