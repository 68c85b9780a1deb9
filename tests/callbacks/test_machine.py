"""The state machine against its table."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from widget_server.callbacks.model import Callback, IllegalMove, State

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
STATES: tuple[State, ...] = get_args(State)
MOVES = {
    "ring": ({"scheduled", "queued"}, "ringing"),
    "dial_first": ({"scheduled", "queued"}, "dialing"),
    "wait": ({"dialing"}, "ringing"),
    "take": ({"ringing"}, "dialing"),
    "connect": ({"dialing"}, "connected"),
    "complete": ({"connected"}, "completed"),
    "miss": ({"ringing"}, "missed"),
    "fail": ({"dialing"}, "unreachable"),
    "try_later": ({"dialing"}, "scheduled"),
    "lose": ({"ringing", "dialing"}, "unknown"),
    "call_again": ({"scheduled", "missed", "unreachable", "unknown"}, "queued"),
    "hurry": ({"scheduled"}, "queued"),
    "cancel": (set(STATES) - {"connected", "completed", "cancelled"}, "cancelled"),
    "close_task": ({"missed", "unreachable", "unknown"}, None),
    "reopen_task": ({"missed", "unreachable", "unknown"}, None),
}
ARGS = {
    "ring": ("call",),
    "dial_first": ("call",),
    "take": ("anna",),
    "miss": ("missed",),
    "fail": ("busy",),
    "try_later": ("busy", AT),
}


def callback(state: State) -> Callback:
    return Callback("c", "site", "visitor", "k", "hash", "+79123456789", state, AT, None, AT, "consent")


@pytest.mark.parametrize("move", MOVES)
def test_every_move_from_every_state(move: str) -> None:
    allowed, target = MOVES[move]
    for state in STATES:
        act = getattr(callback(state), move)
        if state in allowed:
            assert act(*ARGS.get(move, ()), AT).state == (target or state)
        else:
            with pytest.raises(IllegalMove):
                act(*ARGS.get(move, ()), AT)


@pytest.mark.parametrize("move", ["miss", "fail", "lose"])
def test_what_went_wrong_asks_for_a_person(move: str) -> None:
    state: State = "dialing" if move == "fail" else "ringing"
    moved = getattr(callback(state), move)(*ARGS.get(move, ()), AT)
    assert moved.needs_person
    assert moved.reason
    assert not moved.call_again(AT).needs_person
    assert not moved.close_task(AT).needs_person


def test_each_ring_is_a_new_attempt_with_its_own_call() -> None:
    first = callback("queued").ring("call-1", AT)
    second = first.miss("missed", AT).call_again(AT).ring("call-2", AT)
    assert [(first.attempt, first.call_id), (second.attempt, second.call_id)] == [(1, "call-1"), (2, "call-2")]


@pytest.mark.parametrize(
    ("outcome", "state"), [("busy", "scheduled"), ("no_answer", "scheduled"), ("failed", "unreachable")]
)
def test_only_who_may_be_reached_later_is_tried_later(outcome: str, state: str) -> None:
    moved = callback("dialing").after_call(outcome, AT, retry_at=AT)
    assert (moved.state, moved.reason, moved.needs_person) == (state, outcome, state == "unreachable")


def test_a_talk_meanwhile_settles_another_attempt_but_no_booking() -> None:
    retry = callback("queued").ring("call", AT).take("anna", AT).try_later("busy", AT, AT)
    assert (retry.meet(AT).state, retry.meet(AT).reason) == ("completed", "other_call")
    with pytest.raises(IllegalMove):
        callback("scheduled").meet(AT)
