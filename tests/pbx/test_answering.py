"""Operators who answer at a mobile, what each side sees of the other, and second thoughts, on a real PBX."""

from collections.abc import Iterator

import pytest

from tests.pbx.conftest import eventually
from tests.pbx.legs import BUSY, SILENT, Behaviour
from tests.pbx.stage import Stage

MOBILE = "+79031112255"  # of the operator whose seat is op0-2
VOICE_MAIL = Behaviour(0.3)
PRESSES_ONE = Behaviour(0.3, press="1", press_after=0.6)
TAKES = Behaviour(0.3)


@pytest.fixture(scope="module")
def theatre() -> Iterator[Stage]:
    with Stage(rings=6, mobiles={"op0-2": MOBILE}) as made:
        yield made


@pytest.fixture
def stage(theatre: Stage) -> Iterator[Stage]:
    theatre.play()
    theatre.at[MOBILE] = SILENT
    yield theatre
    theatre.quiet()


def test_a_voice_mail_does_not_win(stage: Stage) -> None:
    stage.play(Behaviour(2), SILENT)
    stage.at[MOBILE] = VOICE_MAIL
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    mobile, visitor = stage.dial_of(MOBILE), stage.dial_of(number)
    assert mobile.hung_up_by == "pbx"
    assert visitor.heard_only(stage.rung(2)[0])
    assert visitor.tone not in mobile.heard


def test_only_a_voice_mail_answers_nobody(stage: Stage) -> None:
    stage.play(BUSY, BUSY)
    stage.at[MOBILE] = VOICE_MAIL
    number = stage.ask()
    assert stage.outcome(number) == "missed"
    assert stage.dialled(number) == []


def test_who_presses_one_on_a_mobile_has_the_call(stage: Stage) -> None:
    stage.at[MOBILE] = PRESSES_ONE
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    assert stage.dial_of(number).heard_only(stage.dial_of(MOBILE))
    assert all(leg.cancelled_at is not None for leg in stage.rung(2))


def test_operators_see_the_visitors_number_and_visitors_never_an_operators(stage: Stage) -> None:
    stage.play(TAKES)
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    visitor = stage.dial_of(number)
    assert stage.rung()[0].caller == number
    assert "op0" not in visitor.caller + visitor.caller_name
    assert visitor.reinvites == 0


def test_a_busy_visitor_is_called_again(stage: Stage) -> None:
    stage.play(TAKES)
    stage.set_rules(again_after=(2,))
    number = stage.ask("44")
    stage.at[number] = BUSY
    eventually(lambda: [leg.status for leg in stage.dialled(number)] == [486])
    del stage.at[number]
    eventually(lambda: [leg.status for leg in stage.dialled(number)] == [486, 200], 10)
    assert stage.outcome(number) == "talked"


def test_a_visitor_who_thinks_better_of_it_silences_all(stage: Stage) -> None:
    visitor, callback_id = stage.shop.ask("+79121234455")
    stage.rung(2)
    visitor.ask("POST", f"/w/v1/callbacks/{callback_id}/cancel?site=shop0", {})
    eventually(lambda: all(leg.cancelled_at is not None for leg in stage.rung(2)), 1)
    assert stage.outcome("+79121234455") == "cancelled"
    assert stage.dialled("+79121234455") == []
