"""The pool on a database: leases, their history, figures."""

import threading
from collections.abc import Callable

from tests.cast import OTHER_ID, VISITOR_ID
from tests.tracking.conftest import MAIN, Switch
from widget_server.kernel.ids import new_id
from widget_server.tracking.model import TrackedNumber, TrackingRules
from widget_server.tracking.pool_store import list_leases

Pool = Callable[[int], list[TrackedNumber]]


def hold(switch: Switch, visitor_id: str = VISITOR_ID, **variants: str) -> str | None:
    held = switch.house.tracking.pool.hold(switch.cast.site.id, visitor_id, variants)
    return None if held is None else held.number.e164


def test_a_visitor_keeps_their_number_and_the_history_says_so(switch: Switch, pool: Pool) -> None:
    pool(2)
    mine = hold(switch, cta="a")
    switch.clock.forward(minutes=19)
    assert hold(switch, number="b") == mine
    assert hold(switch, OTHER_ID) not in (None, mine)
    with switch.house.storage.read() as tx:
        first, second = list_leases(tx, switch.cast.site.id)
    assert (first.visitor_id, first.variants) == (VISITOR_ID, {"cta": "a", "number": "b"})
    assert first.until - first.since == switch.house.tracking.numbers.rules_of(switch.cast.site.id).hold * 1.95
    assert second.visitor_id == OTHER_ID


def test_an_exhausted_pool_is_counted_and_told(switch: Switch, pool: Pool) -> None:
    pool(1)
    assert hold(switch) is not None
    assert [hold(switch, new_id()) for _ in range(3)] == [None] * 3
    figures = switch.house.tracking.pool.figures(switch.cast.site.id)
    assert (figures.size, figures.held_now, figures.peak_held, figures.exhausted) == (1, 1, 1, 3)
    assert (figures.peak_visitors, figures.utilisation, figures.is_short) == (4, 1.0, True)
    switch.clock.forward(minutes=20)
    assert hold(switch, OTHER_ID) is not None


def test_peaks_are_of_the_last_week_only(switch: Switch, pool: Pool) -> None:
    pool(2)
    for visitor_id in (VISITOR_ID, OTHER_ID, new_id()):
        hold(switch, visitor_id)
    switch.clock.forward(days=8)
    hold(switch)
    figures = switch.house.tracking.pool.figures(switch.cast.site.id)
    assert (figures.peak_visitors, figures.peak_held, figures.exhausted, figures.is_short) == (1, 1, 0, False)


def test_a_call_frees_the_number_when_it_is_over(switch: Switch, pool: Pool) -> None:
    pool(1)
    mine = hold(switch)
    assert mine is not None
    call_id = switch.ring(mine)
    switch.clock.forward(minutes=25)  # longer than the hold: they wait on the line
    assert hold(switch, OTHER_ID) is None
    switch.house.calls.on_ended(call_id)
    assert hold(switch, OTHER_ID) == mine


def test_the_hold_is_the_sites(switch: Switch, pool: Pool) -> None:
    pool(1)
    switch.house.tracking.numbers.set_rules(switch.cast.site.id, TrackingRules(hold_minutes=3))
    hold(switch)
    switch.clock.forward(minutes=3)
    assert hold(switch, OTHER_ID) is not None


def test_without_a_pool_there_is_nothing_to_hold_or_to_miss(switch: Switch) -> None:
    assert hold(switch) is None
    assert switch.house.tracking.pool.figures(switch.cast.site.id).exhausted == 0
    assert switch.cast.site.numbers[0].e164 == MAIN


def test_visitors_who_come_at_once_never_share_a_number(switch: Switch, pool: Pool) -> None:
    pool(4)
    got: list[str | None] = []
    threads = [threading.Thread(target=lambda: got.append(hold(switch, new_id()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [one for one in got if one is not None]
    assert (len(numbers), len(set(numbers)), got.count(None)) == (4, 4, 4)
