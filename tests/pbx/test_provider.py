"""The provider ``asterisk`` on a real PBX: who gets a call, what they hear, how it ends."""

from collections.abc import Iterator

import pytest

from tests.pbx.conftest import eventually
from tests.pbx.legs import BUSY, DEAD, DECLINES, SILENT, Behaviour
from tests.pbx.phones import Phone
from tests.pbx.speak import heard_as
from tests.pbx.stage import Stage
from widget_server.texts import text

TAKES = Behaviour(0.3)
WHISPER = heard_as(text("ru", "calls.whisper.site", site="Окна 0"))
NOTICE = heard_as(text("ru", "calls.recording.notice"))
OURS = "+74951234567"


@pytest.fixture(scope="module")
def theatre() -> Iterator[Stage]:
    with Stage() as made:
        yield made


@pytest.fixture
def stage(theatre: Stage) -> Iterator[Stage]:
    theatre.play()
    yield theatre
    theatre.quiet()


def test_the_first_of_three_has_the_call_and_the_others_stop_ringing(stage: Stage) -> None:
    stage.play(Behaviour(1.5), Behaviour(0.5), SILENT)
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    slow, fast, silent = stage.rung(3)
    assert fast.answered_at is not None
    for leg in (slow, silent):
        assert leg.answered_at is None
        assert leg.cancelled_at is not None
        assert leg.cancelled_at - fast.answered_at < 1
        assert "Call completed elsewhere" in leg.cancel_reason
    assert stage.dial_of(number).heard_only(fast)


@pytest.mark.parametrize("others", [(BUSY, DECLINES), (DEAD, SILENT)], ids=["refuse", "do nothing"])
def test_one_who_answers_is_enough(stage: Stage, others: tuple[Behaviour, Behaviour]) -> None:
    stage.play(*others, Behaviour(0.8))
    assert stage.outcome(stage.ask()) == "talked"


def test_nobody_answers(stage: Stage) -> None:
    stage.play(SILENT, DEAD, SILENT)
    number = stage.ask()
    assert stage.outcome(number) == "missed"
    assert all(leg.silent_at is not None for leg in stage.rung(3) if leg.ringing_at is not None)
    assert stage.dialled(number) == []


@pytest.mark.parametrize(("people", "outcome"), [((BUSY,) * 3, "missed"), ((DECLINES,) * 3, "declined")])
def test_all_refuse(stage: Stage, people: tuple[Behaviour, ...], outcome: str) -> None:
    stage.play(*people)
    assert stage.outcome(stage.ask(), seconds=2) == outcome


def test_no_telephone_is_registered(stage: Stage) -> None:
    assert stage.outcome(stage.ask(site=1), seconds=2) == "missed"


@pytest.mark.parametrize(("ending", "outcome"), [("00", "busy"), ("01", "no_answer"), ("02", "failed"), ("03", "busy")])
def test_the_visitor_is_not_reached(stage: Stage, ending: str, outcome: str) -> None:
    stage.play(TAKES)
    number = stage.ask(ending)
    assert stage.outcome(number) == outcome
    assert stage.rung()[0].hung_up_by == "pbx"
    assert len(stage.dialled(number)) == 1


def test_the_operator_leaves_while_the_visitors_phone_rings(stage: Stage) -> None:
    stage.play(Behaviour(0.2, hang_up_after=1.2), outside=SILENT)
    number = stage.ask()
    assert stage.outcome(number) == "operator_left"
    assert stage.dial_of(number).cancelled_at is not None


def test_the_operator_ends_the_talk(stage: Stage) -> None:
    stage.play(Behaviour(0.2, hang_up_after=3), outside=Behaviour(0.3))
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    assert stage.dial_of(number).hung_up_by == "pbx"


def test_the_operator_hears_who_calls_and_then_that_it_rings(stage: Stage) -> None:
    stage.play(TAKES, outside=Behaviour(2.5, hang_up_after=1.5))
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    visitor = stage.dial_of(number)
    heard = stage.rung()[0].heard
    assert heard[WHISPER] > 30  # of 50 packets
    ringing = sum(heard.values()) - heard[WHISPER] - heard[visitor.tone]
    assert ringing > 30
    assert WHISPER not in visitor.heard


def test_a_whisper_does_not_keep_a_visitor_waiting(stage: Stage) -> None:
    stage.play(TAKES, outside=Behaviour(0.1, hang_up_after=2))
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    assert stage.dial_of(number).heard[stage.rung()[0].tone] > 80  # of 100 packets
    assert 5 < stage.rung()[0].heard[WHISPER] < 30


def test_a_recorded_talk_is_announced_and_kept(stage: Stage) -> None:
    stage.play(TAKES, outside=Behaviour(0.5, hang_up_after=4))
    stage.set_rules(recorded=True)
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    call = stage.wait_for(number, "ended")
    eventually(lambda: bool(stage.recordings(call)) and stage.recordings(call)[0].stored_at is not None)
    assert 1 <= stage.recordings(call)[0].seconds <= 4
    assert stage.dial_of(number).heard[NOTICE] > 30
    assert NOTICE not in stage.rung()[0].heard
    eventually(lambda: stage.pbx.ask("recordings/stored").strip() == b"[]")


def test_who_presses_zero_is_not_recorded(stage: Stage) -> None:
    stage.play(TAKES, outside=Behaviour(0.5, hang_up_after=3, press="0", press_after=0.3))
    stage.set_rules(recorded=True)
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    assert stage.dial_of(number).heard[NOTICE] < 40
    assert stage.dial_of(number).heard[stage.rung()[0].tone] > 80
    assert stage.pbx.ask("recordings/stored").strip() == b"[]"


def test_the_visitor_is_called_first(stage: Stage) -> None:
    stage.play(Behaviour(1.5), outside=Behaviour(0.3, hang_up_after=5))
    stage.set_rules(visitor_first=True)
    number = stage.ask()
    assert stage.outcome(number) == "talked"
    visitor, operator = stage.dial_of(number), stage.rung()[0]
    assert visitor.answered_at is not None
    assert visitor.answered_at < operator.invited_at
    assert operator.heard[WHISPER] > 30
    assert operator.heard[visitor.tone] > 50
    assert sum(visitor.heard.values()) - visitor.heard[operator.tone] > 30  # that it rings


def test_a_visitor_called_first_does_not_wait_for_ever(stage: Stage) -> None:
    stage.play(SILENT, outside=Behaviour(0.3))
    stage.set_rules(visitor_first=True)
    number = stage.ask()
    assert stage.outcome(number) == "missed"
    assert stage.dial_of(number).hung_up_by == "pbx"


def test_somebody_calls_in(stage: Stage) -> None:
    stage.play(Behaviour(0.8))
    caller = stage.phones.call(OURS, "+79120000155", Behaviour(hang_up_after=3)).result(15)
    assert stage.outcome("+79120000155") == "talked"
    operator = stage.rung()[0]
    assert operator.heard[WHISPER] > 30
    assert caller.heard[operator.tone] > 50
    assert caller.ringing_at is not None


def test_a_caller_gives_up(stage: Stage) -> None:
    stage.phones.call(OURS, "+79120000255", ring_for=1).result(15)
    assert stage.outcome("+79120000255", seconds=2) == "missed"
    assert all(leg.cancelled_at is not None for leg in stage.rung(3))


def test_a_caller_whom_nobody_takes_is_let_go(stage: Stage) -> None:
    stage.play(DECLINES, DECLINES, DECLINES)
    caller = stage.phones.call(OURS, "+79120000355").result(15)
    assert stage.outcome("+79120000355") == "declined"
    assert caller.answered_at is None
    assert caller.status >= 400


def test_a_number_that_is_not_ours_is_refused(stage: Stage) -> None:
    assert stage.phones.call("+74990000000", "+79120000455").result(15).status >= 400
    assert stage.call_of("+79120000455") is None


async def another_phone(stage: Stage, name: str, behaviour: Behaviour) -> Phone:
    phone = Phone(name, stage.pbx.sip, lambda leg: behaviour, password=stage.pbx.passwords[name])
    await phone.register()
    return phone


def test_all_phones_of_an_operator_ring(stage: Stage) -> None:
    other = stage.phones.run(another_phone(stage, "op0-0", Behaviour(0.5)))
    try:
        number = stage.ask()
        assert stage.outcome(number) == "talked"
        assert stage.dial_of(number).heard_only(stage.phones.read(lambda: other.legs[0]))
        assert all(leg.cancelled_at is not None for leg in stage.rung(3))
    finally:
        stage.phones.run(other.register(0))
        stage.phones.read(other.close)
