"""Short versions of the promises: ``python -m experiments calibrate`` has the long ones."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import anytime
from experiments.analysis import analyse_all
from experiments.calibration import PARTS
from experiments.command_calibrate import line
from experiments.command_line import main
from experiments.measurement import Measurement, Part
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
def test_promises_are_kept_in_short(part: Part) -> None:
    rows = [replace(row, repeats=400) if row.repeats == 1 else row for row in part(400, np.random.default_rng(5))]
    assert rows
    assert not [line(row) for row in rows if not row.kept]


def test_every_printed_interval_of_a_watched_aa_test_is_right_as_often_as_the_verdict() -> None:
    """Lift, difference, decisive and simultaneous: the whole report, at 25 looks, of variants that are the same."""
    paths, exposed = walk(3, 0.03, 25, 120)
    columns = [np.broadcast_to(x, paths[0].shape).ravel().tolist() for x in (*paths, exposed)]
    counts = [
        Counts(tuple(Variant(LETTERS[arm], n, x) for arm, x in enumerate(xs))) for *xs, n in zip(*columns, strict=True)
    ]
    wrong = {"lift_interval": 0.0, "difference_interval": 0.0, "decisive_interval": 0.0, "simultaneous_interval": 0.0}
    reports = analyse_all(counts, Plan())
    for name in wrong:
        ends = [[getattr(each, name) for each in report.comparisons] for report in reports]
        out = [[low > 0 or (high is not None and high < 0) for low, high in own] for own in ends]
        wrong[name] = float(np.array(out).reshape(120, 25, 2).any(axis=1).mean())
    assert max(wrong.values()) <= 0.05
    assert wrong["lift_interval"] == wrong["difference_interval"]


def test_the_command_prints_the_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def two_rows(repeats: int, seed: int) -> list[Measurement]:
        return [
            Measurement("A", "fine", 0.04, high=0.05, repeats=repeats),
            Measurement("A", "bad", 0.5, 0.6, None, 10**6),
        ]

    monkeypatch.setattr("experiments.command_calibrate.calibrate", two_rows)
    assert main(["calibrate", "--quick"]) == 1
    said = capsys.readouterr().out
    assert "0.0400  at most 0.05     kept    fine" in said
    assert "0.5000  at least 0.6     BROKEN  bad" in said
    assert said.endswith("1 promises broken\n")
