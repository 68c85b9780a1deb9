"""The rules of leasing, whatever visitors do."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import MONDAY_NOON
from widget_server.tracking.pool_model import Lease, Place, choose

HOLD = timedelta(minutes=20)
STEPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1500), st.booleans()), max_size=60)


def play(size: int, steps: list[tuple[int, int, bool]]) -> list[tuple[Lease, list[Place], bool | None]]:
    """Let visitors come by turns: (who, seconds since the last one, whether they call then and are done)."""
    places = {f"n{n}": Place(f"n{n}") for n in range(size)}
    at, last, told = MONDAY_NOON, {}, []
    for who, seconds, calls in steps:
        at += timedelta(seconds=seconds)
        before = list(places.values())
        chosen = choose(before, str(who), last.get(str(who)), at)
        if chosen is None:
            told.append((Lease("-", "s", "-", str(who), at, at), before, None))
            continue
        place, theirs = chosen
        since = place.last.since if theirs and place.last else at
        lease = Lease("l", "s", place.number_id, str(who), since, at if calls else at + HOLD)
        places[place.number_id] = Place(place.number_id, lease)
        last[str(who)] = place.number_id
        told.append((lease, before, theirs))
    return told


@given(st.integers(1, 4), STEPS)
@settings(max_examples=150, deadline=None)
def test_nobody_gets_a_number_that_somebody_holds(size: int, steps: list[tuple[int, int, bool]]) -> None:
    at = MONDAY_NOON
    for (_, seconds, _), (lease, before, theirs) in zip(steps, play(size, steps), strict=True):
        at += timedelta(seconds=seconds)
        held = {one.number_id: one.last for one in before if one.last and one.last.holds(at)}
        if theirs is None:
            assert len(held) == size
            assert lease.visitor_id not in {one.visitor_id for one in held.values()}
        elif theirs:
            assert held[lease.number_id].visitor_id == lease.visitor_id
        else:
            assert lease.number_id not in held
            assert lease.visitor_id not in {one.visitor_id for one in held.values()}


@given(st.integers(1, 4), STEPS)
@settings(max_examples=150, deadline=None)
def test_whoever_comes_back_gets_their_number_while_it_is_free(size: int, steps: list[tuple[int, int, bool]]) -> None:
    at, last = MONDAY_NOON, {}
    for (who, seconds, _), (lease, before, theirs) in zip(steps, play(size, steps), strict=True):
        at += timedelta(seconds=seconds)
        mine = last.get(who)
        free = {one.number_id for one in before if one.last is None or not one.last.holds(at)}
        if theirs is False and mine in free:
            assert lease.number_id == mine
        if theirs is not None:
            last[who] = lease.number_id


@given(st.integers(2, 4), STEPS)
@settings(max_examples=150, deadline=None)
def test_a_newcomer_gets_the_number_given_up_longest_ago(size: int, steps: list[tuple[int, int, bool]]) -> None:
    at, known = MONDAY_NOON, set()
    for (who, seconds, _), (lease, before, theirs) in zip(steps, play(size, steps), strict=True):
        at += timedelta(seconds=seconds)
        if who not in known and theirs is False:
            free = [one for one in before if one.last is None or not one.last.holds(at)]
            chosen = next(one for one in free if one.number_id == lease.number_id)
            assert chosen.free_since() == min(one.free_since() for one in free)
        known.add(who)


def test_a_number_stays_while_its_visitor_talks() -> None:
    talking = Lease("l", "s", "n", "one", MONDAY_NOON, MONDAY_NOON + HOLD, {}, "call")
    later = MONDAY_NOON + timedelta(hours=1)
    assert choose([Place("n", talking)], "two", None, later) is None
    assert choose([Place("n", talking)], "one", None, later) == (Place("n", talking), True)
