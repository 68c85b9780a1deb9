"""The visitor is called first and waits on the line for whoever answers first."""

import pytest

from tests.callbacks.desk import Desk
from tests.cast import VISITOR_ID, FakeClock
from widget_server.calls.model import CallConnected
from widget_server.calls.store import rings
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.sites.model import CallbackRules, Site

BUSY = "8 912 345-67-00"


@pytest.fixture
def shop(desk: Desk) -> Site:
    return desk.open_shop(callback=CallbackRules(first="visitor"))


def waiting(desk: Desk, shop: Site, clock: FakeClock) -> str:
    callback = desk.ask(shop)
    desk.work()
    assert desk.now(callback).state == "dialing"
    clock.forward(seconds=2)
    desk.work()
    assert desk.now(callback).state == "ringing"
    return callback.id


def test_the_visitor_waits_and_the_first_operator_has_them(
    desk: Desk, shop: Site, anna: OperatorIdentity, boris: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[CallConnected] = []
    desk.storage.bus.after(CallConnected, heard.append)
    callback_id = waiting(desk, shop, clock)
    with desk.storage.read() as tx:
        assert rings(tx, desk.callbacks.get_callback(callback_id).call_id) == sorted([anna.id, boris.id])
    talk = desk.callbacks.answer(boris, callback_id)
    assert (talk.state, talk.operator_id, len(heard)) == ("connected", boris.id, 1)
    with pytest.raises(Conflict, match="taken"):
        desk.callbacks.answer(anna, callback_id)
    assert desk.callbacks.hang_up(boris, callback_id).state == "completed"


def test_no_operator_is_bothered_before_the_visitor_is_there(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop)
    desk.work()
    view = desk.views.console_view(desk.now(callback))
    assert (view["first"], view["rings"], view["operator"]) == ("visitor", [], None)
    for act in (desk.callbacks.answer, desk.callbacks.hang_up):
        with pytest.raises(Conflict, match="not_ringing"):
            act(anna, callback.id)


def test_a_busy_line_is_tried_later(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback = desk.ask(shop, phone=BUSY)
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).reason) == ("scheduled", "busy")
    clock.forward(minutes=3)
    desk.operators.sign_of_life(anna.id)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("dialing", 2)


def test_nobody_answers_who_waits(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = waiting(desk, shop, clock)
    clock.forward(seconds=30)
    desk.work()
    missed = desk.callbacks.get_callback(callback_id)
    assert (missed.state, missed.reason, missed.needs_person) == ("missed", "missed", True)


def test_all_refuse_who_waits(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = waiting(desk, shop, clock)
    assert desk.callbacks.hang_up(anna, callback_id).reason == "declined"


def test_the_visitor_cancels_while_they_wait(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = waiting(desk, shop, clock)
    me = VisitorIdentity(shop.id, VISITOR_ID, "ru")
    assert desk.callbacks.cancel(me, callback_id).state == "cancelled"


def test_while_everybody_talks_the_operators_come_first(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    desk.callbacks.answer(anna, waiting(desk, shop, clock))
    second = desk.ask(shop, key="key" + "b" * 23, phone="8 912 345-67-80")
    desk.work()
    view = desk.views.visitor_view(desk.now(second))
    assert (view["state"], view["first"], view["reason"]) == ("ringing", "operator", "all_busy")


def test_who_presses_call_now_is_rung_first(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = waiting(desk, shop, clock)
    clock.forward(seconds=30)
    desk.work()
    desk.callbacks.call_now(anna, callback_id)
    desk.work()
    assert desk.views.visitor_view(desk.callbacks.get_callback(callback_id))["first"] == "operator"
