"""How a listener goes on where another one stopped: pure, without an Asterisk."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.calls.test_asterisk_talk import ANNA, BORIS, LONG_AGO, MOBILE, VISITOR
from tests.cast import MONDAY_NOON
from widget_server.calls.model import Call
from widget_server.calls.providers.asterisk.board import Board
from widget_server.calls.providers.asterisk.model import Bridge, Leg, door
from widget_server.calls.providers.asterisk.steps import (
    Ended,
    HangUp,
    OperatorAnswered,
    Play,
    Seat,
    Step,
    VisitorAnswered,
    VisitorFailed,
)

RINGING = Call("c", "site", None, None, "callback", "+79123456789", None, "ringing", LONG_AGO)
DIALLING = replace(RINGING, state="dialing", operator_id="boris", answered_at=LONG_AGO)
TALKING = replace(DIALLING, state="connected", connected_at=LONG_AGO)
WAITING = replace(RINGING, first="visitor", visitor_answered_at=LONG_AGO)
RUNG, DIALLED = Bridge("c", "anna,boris", ()), Bridge(door("c"), "c-visitor", ())
UP = replace(BORIS, up=True)
SEATED = Bridge("c", "anna,boris", (BORIS.channel,))
JOINED = Bridge("c", "anna,boris", (BORIS.channel, VISITOR.channel))


def taken_over(call: Call, *legs: Leg, bridges: tuple[Bridge, ...] = (RUNG,)) -> list[Step]:
    return Board().take_over(legs, bridges, [call], MONDAY_NOON)


def test_it_goes_on_ringing() -> None:
    assert taken_over(RINGING, ANNA, BORIS) == []


def test_who_answered_meanwhile_has_the_call() -> None:
    assert taken_over(RINGING, ANNA, UP) == [OperatorAnswered("c", "boris", BORIS.channel)]


def test_who_must_press_a_key_is_asked_again() -> None:
    mobile = replace(MOBILE, up=True)
    assert taken_over(RINGING, mobile) == [Play(MOBILE.channel, "c-vera.0~1", MOBILE.prompt)]


def test_nobody_rings_any_more() -> None:
    assert taken_over(RINGING) == [Ended("c")]


def test_an_order_that_is_still_being_given_is_waited_for() -> None:
    assert taken_over(replace(RINGING, started_at=MONDAY_NOON - timedelta(seconds=1))) == []
    assert taken_over(RINGING, bridges=()) == []


def test_the_others_are_silenced_if_that_was_left_undone() -> None:
    assert taken_over(DIALLING, ANNA, UP) == [HangUp(ANNA.channel, elsewhere=True), Seat("c", BORIS.channel)]


def test_the_operator_left_meanwhile() -> None:
    assert taken_over(DIALLING, VISITOR, bridges=(RUNG, DIALLED)) == [Ended("c"), HangUp(VISITOR.channel)]


def test_the_visitor_left_and_nobody_knows_why() -> None:
    steps = taken_over(DIALLING, UP, bridges=(SEATED, DIALLED))
    assert steps == [VisitorFailed("c", "lost"), HangUp(BORIS.channel)]


def test_the_visitor_answered_meanwhile() -> None:
    visitor = replace(VISITOR, up=True)
    assert taken_over(DIALLING, UP, visitor, bridges=(JOINED, DIALLED)) == [VisitorAnswered("c")]


def test_a_talk_goes_on() -> None:
    assert taken_over(TALKING, UP, replace(VISITOR, up=True), bridges=(JOINED, DIALLED)) == []


@pytest.mark.parametrize("left", [(), (UP,), (replace(VISITOR, up=True),)])
def test_a_talk_ended_meanwhile(left: tuple[Leg, ...]) -> None:
    assert taken_over(TALKING, *left, bridges=()) == [Ended("c"), *(HangUp(leg.channel) for leg in left)]


def test_a_visitor_who_waits_is_joined_if_that_was_left_undone() -> None:
    waits = Leg("c-visitor", "c", None, up=True)
    call = replace(TALKING, first="visitor", visitor_answered_at=LONG_AGO)
    assert taken_over(call, UP, waits, bridges=(SEATED, DIALLED)) == [Seat("c", "c-visitor")]


def test_a_visitor_who_waited_gave_up_meanwhile() -> None:
    assert taken_over(WAITING, ANNA, bridges=(RUNG, DIALLED)) == [Ended("c"), HangUp(ANNA.channel)]


def test_what_belongs_to_a_call_that_is_over_is_hung_up() -> None:
    assert Board().take_over([ANNA, VISITOR], [], [], MONDAY_NOON) == [HangUp(ANNA.channel), HangUp(VISITOR.channel)]


def test_an_asterisk_that_was_restarted_ends_what_we_remember() -> None:
    board = Board()
    board.start(ANNA)
    assert board.take_over([], [], [RINGING], MONDAY_NOON) == [Ended("c")]
