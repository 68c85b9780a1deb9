"""What the listener makes of what happens on an Asterisk: pure, without one."""

from datetime import timedelta

import pytest

from tests.cast import MONDAY_NOON
from widget_server.calls.providers.asterisk.board import Board
from widget_server.calls.providers.asterisk.model import Arrival, Leg
from widget_server.calls.providers.asterisk.steps import (
    Check,
    Close,
    Ended,
    HangUp,
    LetRing,
    OpenDoor,
    OperatorAnswered,
    OperatorFailed,
    Pick,
    Play,
    Record,
    Seat,
    StopPlaying,
    Take,
    VisitorAnswered,
    VisitorFailed,
)

WORDS, ASKED, NOTICE = ("sound:words",), ("sound:press-1",), ("sound:notice",)
ANNA = Leg("c-anna.0", "c", "anna", WORDS)
BORIS = Leg("c-boris.0", "c", "boris")
MOBILE = Leg("c-vera.0", "c", "vera", WORDS, ASKED)
VISITOR = Leg("c-visitor", "c", None, seated=True)
ANNOUNCED = Leg("c-visitor", "c", None, NOTICE)
LONG_AGO = MONDAY_NOON - timedelta(minutes=1)


def ringing(*legs: Leg) -> Board:
    board = Board()
    for leg in legs:
        board.start(leg)
    return board


def dialling(visitor: Leg = VISITOR, winner: Leg = BORIS) -> Board:
    """Return a board on which ``winner`` has the call and the visitor's phone rings."""
    board = ringing(winner)
    board.answer(winner.channel)
    board.win(winner.channel, waits=False)
    board.start(visitor)
    return board


def test_a_call_that_is_new_is_checked_once() -> None:
    board = Board()
    assert board.start(ANNA) == [Check("c")]
    assert board.start(ANNA) == board.start(BORIS) == []


def test_a_call_that_is_over_is_hung_up() -> None:
    assert ringing(ANNA, BORIS).over("c") == [HangUp(ANNA.channel), HangUp(BORIS.channel), Close("c")]


def test_who_answers_is_asked_for_and_the_others_fall_silent_once_they_have_it() -> None:
    board = ringing(ANNA, BORIS)
    assert board.answer(ANNA.channel) == [OperatorAnswered("c", "anna", ANNA.channel)]
    assert board.win(ANNA.channel, waits=False) == [
        HangUp(BORIS.channel, elsewhere=True),
        Seat("c", ANNA.channel),
        Play(ANNA.channel, "c-anna.0~1", WORDS),
    ]
    assert board.lose(BORIS.channel, 26) == []


def test_an_answer_is_told_once() -> None:
    board = ringing(ANNA)
    board.answer(ANNA.channel)
    assert board.answer(ANNA.channel) == []


def test_who_comes_second_is_hung_up() -> None:
    board = ringing(ANNA, BORIS)
    board.answer(ANNA.channel)
    board.answer(BORIS.channel)
    assert board.refuse(BORIS.channel) == [HangUp(BORIS.channel, elsewhere=True)]
    assert board.lose(BORIS.channel, 16) == []


def test_a_phone_that_begins_to_ring_after_the_answer_is_silenced() -> None:
    board = dialling()
    assert board.start(ANNA) == [HangUp(ANNA.channel, elsewhere=True)]


@pytest.mark.parametrize(
    ("cause", "result"),
    [(17, "busy"), (21, "declined"), (19, "no_answer"), (18, "no_answer"), (0, "failed"), (1, "failed")],
)
def test_why_an_operators_phone_came_to_nothing(cause: int, result: str) -> None:
    assert ringing(ANNA).lose(ANNA.channel, cause) == [OperatorFailed("c", "anna", result)]  # type: ignore[arg-type]


def test_an_operator_has_failed_when_the_last_of_their_phones_has() -> None:
    board = ringing(ANNA, Leg("c-anna.1", "c", "anna"))
    assert board.lose("c-anna.1", 21) == []
    assert board.lose(ANNA.channel, 17) == [OperatorFailed("c", "anna", "busy")]


def test_a_voice_mail_does_not_take_a_call() -> None:
    board = ringing(MOBILE)
    assert board.answer(MOBILE.channel) == [Play(MOBILE.channel, "c-vera.0~1", ASKED)]
    assert board.played("c-vera.0~1", heard=True) == [Play(MOBILE.channel, "c-vera.0~2", ASKED)]
    assert board.press(MOBILE.channel, "5") == []
    assert board.lose(MOBILE.channel, 16) == [OperatorFailed("c", "vera", "no_answer")]


def test_who_presses_one_has_the_call_and_hears_the_whisper() -> None:
    board = ringing(MOBILE)
    board.answer(MOBILE.channel)
    assert board.press(MOBILE.channel, "1") == [
        StopPlaying("c-vera.0~1"),
        OperatorAnswered("c", "vera", MOBILE.channel),
    ]
    assert board.press(MOBILE.channel, "1") == []
    assert Play(MOBILE.channel, "c-vera.0~2", WORDS) in board.win(MOBILE.channel, waits=False)


def test_a_prompt_that_cannot_be_played_is_not_played_for_ever() -> None:
    board = ringing(MOBILE)
    board.answer(MOBILE.channel)
    assert board.played("c-vera.0~1", heard=False) == []


def test_a_visitor_who_answers_breaks_the_whisper_off() -> None:
    board = dialling(winner=ANNA)
    assert board.answer(VISITOR.channel) == [VisitorAnswered("c"), StopPlaying("c-anna.0~1")]
    assert board.played("c-anna.0~1", heard=True) == []


@pytest.mark.parametrize(
    ("cause", "result"), [(17, "busy"), (21, "busy"), (19, "no_answer"), (20, "no_answer"), (1, "failed")]
)
def test_why_the_visitor_was_not_reached(cause: int, result: str) -> None:
    expected = [VisitorFailed("c", result), HangUp(BORIS.channel)]  # type: ignore[arg-type]
    assert dialling().lose(VISITOR.channel, cause) == expected


@pytest.mark.parametrize("leaves", [BORIS, VISITOR])
def test_when_one_hangs_up_nobody_stays(leaves: Leg) -> None:
    board = dialling()
    board.answer(VISITOR.channel)
    stays = VISITOR if leaves is BORIS else BORIS
    assert board.lose(leaves.channel, 16) == [Ended("c"), HangUp(stays.channel)]
    assert board.lose(stays.channel, 16) == []


def test_a_recorded_talk_is_announced_first() -> None:
    board = ringing(BORIS)
    board.answer(BORIS.channel)
    board.win(BORIS.channel, waits=False)
    assert board.start(ANNOUNCED) == [LetRing(BORIS.channel)]
    assert board.answer(ANNOUNCED.channel) == [VisitorAnswered("c"), Play(ANNOUNCED.channel, "c-visitor~1", NOTICE)]
    assert board.played("c-visitor~1", heard=True) == [Seat("c", ANNOUNCED.channel), Record("c")]


@pytest.mark.parametrize("how", ["zero", "not heard"])
def test_it_is_not_recorded(how: str) -> None:
    board = dialling(ANNOUNCED)
    board.answer(ANNOUNCED.channel)
    after = board.press(ANNOUNCED.channel, "0") if how == "zero" else board.played("c-visitor~1", heard=False)
    assert [step for step in after if not isinstance(step, StopPlaying)] == [Seat("c", ANNOUNCED.channel)]


def test_a_visitor_called_first_hears_that_it_rings_until_the_whisper_is_over() -> None:
    board = Board()
    board.start(Leg("c-visitor", "c", None))
    assert board.answer("c-visitor") == [VisitorAnswered("c"), LetRing("c-visitor")]
    board.start(ANNA)
    board.answer(ANNA.channel)
    assert board.win(ANNA.channel, waits=True)[-1] == Play(ANNA.channel, "c-anna.0~1", WORDS)
    assert board.played("c-anna.0~1", heard=True) == [Seat("c", "c-visitor")]


def test_somebody_who_calls_in_is_answered_when_an_operator_is() -> None:
    board = Board()
    assert board.start(Arrival("7.1", "+74951234567", "")) == [Take("7.1", "+74951234567", "")]
    assert board.taken("7.1", "c") == [OpenDoor("c", "7.1"), LetRing("7.1"), Check("c")]
    assert board.taken("7.1", "c") == []
    board.start(BORIS)
    board.answer(BORIS.channel)
    assert board.win(BORIS.channel, waits=True) == [Seat("c", BORIS.channel), Pick("7.1"), Seat("c", "7.1")]
    assert board.is_inbound("7.1")


def test_a_caller_who_gives_up_ends_the_call() -> None:
    board = Board()
    board.taken("7.1", "c")
    board.start(BORIS)
    assert board.lose("7.1", 0) == [Ended("c"), HangUp(BORIS.channel)]


def test_a_caller_whom_nobody_takes_is_refused() -> None:
    assert Board().taken("7.1", None) == [HangUp("7.1")]
