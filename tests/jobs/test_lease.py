"""One holder at a time, another soon after it falls silent."""

from tests.cast import FakeClock
from widget_server.jobs.lease import HELD, Lease
from widget_server.storage import Storage


def test_one_holds_it_until_it_stops_renewing(storage: Storage, clock: FakeClock) -> None:
    first, second = (Lease(storage, clock, "telephony", name) for name in ("first", "second"))
    assert (first.hold(), second.hold(), first.hold()) == (True, False, True)
    clock.forward(seconds=HELD.total_seconds() - 1)
    assert (first.hold(), second.hold()) == (True, False)
    clock.forward(seconds=HELD.total_seconds())
    assert (second.hold(), first.hold()) == (True, False)


def test_who_lets_go_need_not_be_waited_for(storage: Storage, clock: FakeClock) -> None:
    first, second = (Lease(storage, clock, "telephony", name) for name in ("first", "second"))
    first.hold()
    second.let_go()
    assert not second.hold()
    first.let_go()
    assert second.hold()


def test_leases_are_told_apart_by_name(storage: Storage, clock: FakeClock) -> None:
    assert Lease(storage, clock, "telephony", "first").hold()
    assert Lease(storage, clock, "mail", "second").hold()
