"""A few of the experiments of ``make verdicts``: what is true is known, and plain enough for chance not to matter."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.verdict_worlds import WORLDS, World
from bench.verdicts import Laboratory, Outcome, Story

NOTHING, REAL = WORLDS[0], WORLDS[-1]
BROKEN = next(world for world in WORLDS if world.lost)
PLAIN = World("a plain winner (+120 %)", 0, (1.2,), ("winner",))
TINY = World("hardly anybody", 0, (0.2,), ("not_enough_traffic",), people=24)


@pytest.fixture
def laboratory(tmp_path: Path) -> Iterator[Laboratory]:
    made = Laboratory(tmp_path, 1)
    yield made
    made.close()


def test_what_is_true_is_said_at_the_end_and_nothing_before(laboratory: Laboratory) -> None:
    """They follow each other on one site."""
    stories = [laboratory.tell(world, metric) for world, metric in ((PLAIN, "answered_call"), (TINY, "tap"))]
    assert [(one.end, one.winner) for one in stories] == [("winner", "B"), ("not_enough_traffic", None)]
    assert not any(one.unsteady for one in stories)


def test_a_broken_split_is_told_whatever_else_is_seen(laboratory: Laboratory) -> None:
    story = laboratory.tell(BROKEN, "tap")
    assert (story.end, story.winner, story.unsteady) == ("broken", None, False)


def test_what_is_judged_can_fail() -> None:
    lucky = Story(NOTHING.name, (), "winner", "B", flipped=False, printed=True)
    real = Story(REAL.name, (), "winner", "B", flipped=False, printed=True)
    assert not Outcome([lucky, real]).holds
    assert lucky.names_wrongly(NOTHING)
    assert not real.names_wrongly(REAL)
