"""A worker that dies between its claim and the telephony's answer: nobody is ever rung twice for one attempt."""

from collections import Counter

import pytest

from tests.callbacks.desk import Desk, settings_for_tests
from tests.calls.quiet import QuietTelephony
from tests.cast import FakeClock
from widget_server.callbacks.model import Callback
from widget_server.calls.model import CallStarted
from widget_server.calls.port import DialOrder, ProviderCall, RingOrder
from widget_server.edge.identity import OperatorIdentity
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx


class Killed(BaseException):
    """Ends a worker as SIGKILL does: nothing after it runs."""


class DeadlyTelephony(QuietTelephony):
    """Kills its caller before or after it carried an order out."""

    def __init__(self) -> None:
        self.orders: Counter[tuple[str, str]] = Counter()
        self.deadly: str | None = None

    def ring_operators(self, order: RingOrder) -> None:
        self._order("ring", order.call_id)

    def dial_visitor(self, order: DialOrder) -> None:
        self._order("dial", order.call_id)

    def find(self, call_id: str) -> ProviderCall | None:
        if not self.orders["ring", call_id]:
            return None
        return ProviderCall(call_id, visitor_dialled=bool(self.orders["dial", call_id]), ended=False)

    def _order(self, what: str, call_id: str) -> None:
        if self.deadly == f"before {what}":
            raise Killed
        self.orders[what, call_id] += 1
        if self.deadly == f"after {what}":
            raise Killed


@pytest.fixture
def telephony() -> DeadlyTelephony:
    return DeadlyTelephony()


@pytest.fixture
def desk(storage: Storage, clock: FakeClock, telephony: DeadlyTelephony) -> Desk:
    return Desk(storage, clock, settings_for_tests(operator_ring_seconds=600), lambda _: telephony)


def work_and_die(desk: Desk) -> None:
    with pytest.raises(Killed):
        desk.work()


def revive(desk: Desk, telephony: DeadlyTelephony, clock: FakeClock, callback: Callback) -> Callback:
    telephony.deadly = None
    clock.forward(seconds=61)
    desk.work()
    desk.runner.sweep()
    desk.work()
    return desk.now(callback)


def test_killed_before_the_telephony_heard(
    desk: Desk, telephony: DeadlyTelephony, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop)
    telephony.deadly = "before ring"
    work_and_die(desk)
    found = revive(desk, telephony, clock, callback)
    assert (found.state, found.reason, found.needs_person) == ("unknown", "lost", True)
    assert not telephony.orders


def test_killed_after_the_telephony_heard(
    desk: Desk, telephony: DeadlyTelephony, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop)
    telephony.deadly = "after ring"
    work_and_die(desk)
    assert revive(desk, telephony, clock, callback).state == "ringing"
    assert list(telephony.orders.values()) == [1]


def test_killed_before_the_attempt_was_written(
    desk: Desk, telephony: DeadlyTelephony, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    telephony.deadly = "before commit"

    def die(_tx: Tx, _event: CallStarted) -> None:
        if telephony.deadly:
            raise Killed

    desk.storage.bus.within(CallStarted, die)
    callback = desk.ask(shop)
    work_and_die(desk)
    telephony.deadly = None
    clock.forward(seconds=61)
    desk.operators.sign_of_life(anna.id)
    desk.runner.sweep()
    found = desk.now(callback)
    assert (found.state, found.attempt) == ("ringing", 1)
    assert list(telephony.orders.values()) == [1]


@pytest.mark.parametrize(("when", "state", "dials"), [("before dial", "unknown", 0), ("after dial", "dialing", 1)])
def test_killed_around_the_dial(
    storage: Storage, clock: FakeClock, telephony: DeadlyTelephony, when: str, state: str, dials: int
) -> None:
    desk = Desk(storage, clock, settings_for_tests(visitor_ring_seconds=600), lambda _: telephony)
    shop = desk.open_shop()
    anna = desk.seat(shop, "Анна")
    callback = desk.ask(shop)
    desk.work()
    desk.callbacks.answer(anna, callback.id)
    telephony.deadly = when
    work_and_die(desk)
    found = revive(desk, telephony, clock, callback)
    assert (found.state, found.needs_person) == (state, state == "unknown")
    assert sum(n for (what, _), n in telephony.orders.items() if what == "dial") == dials


def test_a_person_decides_about_the_unknown(
    desk: Desk, telephony: DeadlyTelephony, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop)
    telephony.deadly = "before ring"
    work_and_die(desk)
    revive(desk, telephony, clock, callback)
    desk.callbacks.call_now(anna, callback.id)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("ringing", 2)


def test_an_order_that_was_carried_out_but_raised_is_not_given_again(
    desk: Desk, telephony: DeadlyTelephony, shop: Site, anna: OperatorIdentity, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry_out = telephony.ring_operators

    def time_out(order: RingOrder) -> None:
        carry_out(order)
        raise TimeoutError

    monkeypatch.setattr(telephony, "ring_operators", time_out)
    callback = desk.ask(shop)
    desk.work()
    assert desk.now(callback).state == "ringing"
    assert list(telephony.orders.values()) == [1]
