"""What becomes of calls when the server is killed or Asterisk dies."""

import time
from collections.abc import Iterator

import pytest

from tests.pbx.legs import SILENT, Behaviour
from tests.pbx.stage import Stage
from tests.running import RunningServer

TALK = Behaviour(0.3, hang_up_after=30)
LONG = 40  # seconds that a server may take to come back where many others work


@pytest.fixture(scope="module")
def theatre() -> Iterator[Stage]:
    with Stage(rings=30) as made:
        yield made


@pytest.fixture
def stage(theatre: Stage) -> Iterator[Stage]:
    theatre.play()
    yield theatre
    theatre.quiet()


def restart(server: RunningServer, *, dead_for: float) -> None:
    server.kill()
    time.sleep(dead_for)
    server.start()


def test_who_answers_while_the_server_is_dead_has_the_call(stage: Stage) -> None:
    stage.play(Behaviour(1.5), outside=Behaviour(0.2))
    number = stage.ask()
    stage.rung(3)
    restart(stage.shop.server, dead_for=2)
    stage.end(stage.wait_for(number, "connected", seconds=LONG))
    assert stage.outcome(number) == "talked"
    answered, *others = stage.rung(3)
    assert stage.dialled(number)[0].heard_only(answered)
    assert all(leg.cancelled_at is not None for leg in others)


def test_who_picks_up_while_the_server_is_dead_talks_at_once(stage: Stage) -> None:
    stage.play(Behaviour(0.2), outside=Behaviour(2))
    number = stage.ask()
    stage.dial_of(number)
    restart(stage.shop.server, dead_for=3)
    stage.end(stage.wait_for(number, "connected", seconds=LONG))
    assert stage.outcome(number) == "talked"
    assert stage.dialled(number)[0].heard[stage.rung()[0].tone] > 100  # packets of 20 ms


def test_who_hangs_up_while_the_server_is_dead_is_noticed(stage: Stage) -> None:
    stage.play(Behaviour(0.2, hang_up_after=2.5), outside=SILENT)
    number = stage.ask()
    stage.dial_of(number)
    restart(stage.shop.server, dead_for=3)
    assert stage.outcome(number, LONG) == "operator_left"
    assert stage.dialled(number)[0].cancelled_at is not None


def test_a_caller_who_waits_while_the_server_is_dead_is_answered(stage: Stage) -> None:
    stage.play(Behaviour(1))
    caller = stage.phones.call("+74951234567", "+79120000655", Behaviour(hang_up_after=2))
    stage.rung(3)
    restart(stage.shop.server, dead_for=1)
    assert caller.result(LONG).heard[stage.rung(3)[0].tone] > 50
    assert stage.outcome("+79120000655") == "talked"


@pytest.mark.parametrize(
    ("state", "operator", "outcome"),
    [
        ("ringing", SILENT, "missed"),
        ("dialing", Behaviour(0.2), "operator_left"),
        ("connected", Behaviour(0.2), "talked"),
    ],
)
def test_no_call_outlives_asterisk(stage: Stage, state: str, operator: Behaviour, outcome: str) -> None:
    stage.play(operator, outside=SILENT if state == "dialing" else TALK)
    number = stage.ask()
    stage.wait_for(number, state)
    time.sleep(0.5)
    stage.restart_pbx()
    assert stage.outcome(number, LONG) == outcome
    stage.play(Behaviour(0.2))
    assert stage.outcome(stage.ask()) == "talked"
