"""Short versions of the promises: ``python -m experiments calibrate`` has the long ones."""

import numpy as np
import pytest

from experiments import anytime
from experiments.analysis import analyse_all
from experiments.calibration import PARTS, Measurement
from experiments.command_calibrate import _line
from experiments.command_line import main
from experiments.model import Counts, Plan, Variant
from experiments.simulation import Traffic, ever_refuted, simulate

LETTERS = "ABCD"


def verdicts(paths: list[np.ndarray], exposed: np.ndarray, plan: Plan) -> np.ndarray:
    """Words for counts of shape (repeats, looks) per arm."""
    shape = paths[0].shape
    columns = [np.broadcast_to(x, shape).ravel().tolist() for x in (*paths, exposed)]
    counts = [
        Counts(tuple(Variant(LETTERS[arm], n, x) for arm, x in enumerate(xs))) for *xs, n in zip(*columns, strict=True)
    ]
    return np.array([report.verdict.word for report in analyse_all(counts, plan)]).reshape(shape)


def walk(arms: int, rate: float, looks: int, repeats: int) -> tuple[list[np.ndarray], np.ndarray]:
    random = np.random.default_rng(7)
    step = 10_000 // looks
    return [random.binomial(step, rate, (repeats, looks)).cumsum(axis=1) for _ in range(arms)], np.arange(
        step, step * looks + 1, step
    )


@pytest.mark.parametrize(("arms", "rate"), [(2, 0.01), (2, 0.03), (4, 0.02)])
def test_printed_verdicts_are_wrong_in_at_most_5_percent_of_watched_tests(arms: int, rate: float) -> None:
    repeats = 80
    paths, exposed = walk(arms, rate, 100, repeats)
    words = verdicts(paths, exposed, Plan("anytime"))
    wrong = np.isin(words, ["winner", "loser"]).any(axis=1).mean()
    assert wrong <= 0.05
    assert (words != "broken").all()


def test_printed_verdicts_of_fixed_plans_are_wrong_in_5_percent() -> None:
    paths, exposed = walk(4, 0.02, 1, 3000)
    words = verdicts(paths, exposed, Plan("fixed", final=True))
    wrong = np.isin(words, ["winner", "loser"]).mean()
    assert 0.015 <= wrong <= 0.05
    assert np.isin(verdicts(paths, exposed, Plan("fixed")), ["keep_running"]).all()


def test_the_table_of_the_simulation_is_the_p_value() -> None:
    paths = simulate(Traffic(0.02, looks=50, lift=0.3, share=0.1), 100, np.random.default_rng(3))
    for lift in (0.0, 0.3):
        p = anytime.p_value(paths.x1, paths.x0, 1 / 9, 0.3, lift)
        np.testing.assert_array_equal(ever_refuted(paths, 1 / 9, 0.3, lift), p < 0.05)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_promises_are_kept_in_short(part: object) -> None:
    rows = list(part(600, np.random.default_rng(5)))
    broken = [
        _line(row) for row in rows if not Measurement(row.group, row.name, row.value, row.low, row.high, 600).kept
    ]
    assert rows
    assert not broken


def test_the_command_prints_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def two_rows(repeats: int, seed: int) -> list[Measurement]:
        return [
            Measurement("A", "fine", 0.04, high=0.05, repeats=repeats),
            Measurement("A", "bad", 0.5, 0.6, None, 10**6),
        ]

    monkeypatch.setattr("experiments.command_calibrate.calibrate", two_rows)
    assert main(["calibrate", "--quick"]) == 1
    said = capsys.readouterr().out
    assert "0.040  at most 0.05     kept    fine" in said
    assert "0.500  at least 0.6     BROKEN  bad" in said
    assert said.endswith("1 promises broken\n")
