"""Busy or not picked up: again after the site's pauses, in opening hours, and never when it is not wanted any more."""

from datetime import timedelta

import pytest

from tests.callbacks.desk import Desk
from tests.cast import VISITOR_ID, FakeClock
from widget_server.callbacks.model import Callback, CallbackNeedsPerson
from widget_server.calls.model import CallConnected
from widget_server.calls.port import InboundCall
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.sites.model import CallbackRules, Site

BUSY, SILENT = "8 912 345-67-00", "8 912 345-67-01"


@pytest.fixture
def me(shop: Site) -> VisitorIdentity:
    return VisitorIdentity(shop.id, VISITOR_ID, "ru")


def let_it_fail(desk: Desk, anna: OperatorIdentity, callback: Callback, clock: FakeClock) -> Callback:
    """Let an operator answer and the visitor's line be busy."""
    desk.operators.sign_of_life(anna.id)
    desk.work()
    assert desk.callbacks.answer(anna, callback.id).state == "dialing"
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    return desk.now(callback)


def test_twice_again_and_then_it_is_for_a_person(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[CallbackNeedsPerson] = []
    desk.storage.bus.after(CallbackNeedsPerson, heard.append)
    callback = desk.ask(shop, phone=BUSY)
    for attempt, pause in ((1, 3), (2, 10)):
        tried = let_it_fail(desk, anna, callback, clock)
        assert (tried.state, tried.reason, tried.attempt) == ("scheduled", "busy", attempt)
        assert tried.due_at == clock.now() + timedelta(minutes=pause)
        clock.forward(minutes=pause, seconds=-1)
        desk.work()
        assert desk.now(callback).state == "scheduled"
        assert heard == []
        clock.forward(seconds=1)
    last = let_it_fail(desk, anna, callback, clock)
    assert (last.state, last.attempt, last.needs_person) == ("unreachable", 3, True)
    assert [event.at for event in heard] == [clock.now()]


def test_not_when_the_site_is_closed_then(desk: Desk, clock: FakeClock) -> None:
    until_a_minute_past_noon = (((0, 12 * 60 + 2),),) * 7
    shop = desk.open_shop()
    desk.sites.update_site(shop.id, {"hours": until_a_minute_past_noon})
    anna = desk.seat(shop, "Анна")
    assert let_it_fail(desk, anna, desk.ask(shop, phone=BUSY), clock).state == "unreachable"


def test_not_after_the_visitor_cancelled(
    desk: Desk, shop: Site, anna: OperatorIdentity, me: VisitorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone=BUSY)
    let_it_fail(desk, anna, callback, clock)
    assert desk.callbacks.cancel(me, callback.id).state == "cancelled"
    clock.forward(minutes=3)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("cancelled", 1)


def test_not_after_they_talked_in_another_call(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone=BUSY)
    let_it_fail(desk, anna, callback, clock)
    with desk.storage.begin() as tx:
        inbound = InboundCall("leg-1", "+78005553535", callback.phone)
        call = desk.calls.start_inbound(tx, shop.id, None, inbound, [anna.id])
    heard: list[CallConnected] = []
    desk.storage.bus.after(CallConnected, heard.append)
    desk.calls.on_operator_answered(call.id, anna.id)
    met = desk.now(callback)
    assert (met.state, met.reason, len(heard)) == ("completed", "other_call", 1)
    clock.forward(minutes=3)
    desk.work()
    assert desk.now(callback) == met


def test_the_visitor_may_have_it_now(
    desk: Desk, shop: Site, anna: OperatorIdentity, me: VisitorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone=BUSY)
    let_it_fail(desk, anna, callback, clock)
    clock.forward(minutes=1)
    desk.operators.sign_of_life(anna.id)
    assert desk.callbacks.hurry(me, callback.id).state == "queued"
    assert desk.callbacks.hurry(me, callback.id).state == "queued"
    tried = let_it_fail(desk, anna, callback, clock)
    assert (tried.attempt, tried.due_at) == (2, clock.now() + timedelta(minutes=10))
    clock.forward(minutes=3)
    desk.work()  # the job of the attempt that was brought forward finds it done
    assert desk.now(callback) == tried


def test_nobody_to_call_now_leaves_it_as_it_was(
    desk: Desk, shop: Site, anna: OperatorIdentity, me: VisitorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone=BUSY)
    tried = let_it_fail(desk, anna, callback, clock)
    clock.forward(seconds=60)
    with pytest.raises(Conflict, match="nobody_takes_calls"):
        desk.callbacks.hurry(me, callback.id)
    assert desk.now(callback) == tried


def test_an_operator_may_call_earlier(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback = desk.ask(shop, phone=SILENT)
    desk.work()
    desk.callbacks.answer(anna, callback.id)
    desk.work()
    clock.forward(seconds=30)
    desk.work()
    assert desk.now(callback).reason == "no_answer"
    desk.callbacks.call_now(anna, callback.id)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("ringing", 2)
    clock.forward(minutes=3)
    desk.work()
    assert desk.now(callback).attempt == 2


def test_a_second_request_for_the_number_says_that_one_waits(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    let_it_fail(desk, anna, desk.ask(shop, phone=BUSY), clock)
    with pytest.raises(Conflict, match="already_booked"):
        desk.ask(shop, key="key" + "b" * 23, phone=BUSY)


def test_after_an_outage_a_retry_is_for_a_person(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, phone=BUSY)
    let_it_fail(desk, anna, callback, clock)
    clock.forward(minutes=9)
    desk.operators.sign_of_life(anna.id)
    desk.work()
    late = desk.now(callback)
    assert (late.state, late.reason, late.needs_person) == ("missed", "late", True)


def test_a_site_may_have_none(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    desk.sites.update_site(shop.id, {"callback": CallbackRules(retry_seconds=())})
    assert let_it_fail(desk, anna, desk.ask(shop, phone=BUSY), clock).needs_person
