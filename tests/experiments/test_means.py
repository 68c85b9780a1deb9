"""Means and ratios: against the values themselves, and their promises counted."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from experiments.command_line import main
from experiments.means import MeanReport, analyse_means
from experiments.model import Plan
from experiments.moments import Estimate, Moments, estimates, moments, poststratified

END = Plan("fixed", final=True)
Values = NDArray[np.float64]


def report(arms: list[Estimate], plan: Plan = END) -> MeanReport:
    return analyse_means(arms, plan, "talk_time")


def test_a_mean_is_welchs_test() -> None:
    random = np.random.default_rng(2)
    one, other = random.exponential(3, 40), random.exponential(2, 25)
    found = report(estimates([moments("A", other), moments("B", one)])).comparisons[0]
    expected = stats.ttest_ind(one, other, equal_var=False)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-9)
    interval = expected.confidence_interval(0.95)
    assert found.difference_interval == pytest.approx((interval.low, interval.high))


def test_the_lift_interval_ends_where_the_test_of_that_lift_is_critical() -> None:
    arms = [Estimate("A", 900, 2.0, 0.01), Estimate("B", 900, 2.5, 0.02)]
    found = report(arms).comparisons[0]
    critical = stats.t.ppf(0.975, (0.03**2) / (0.01**2 / 899 + 0.02**2 / 899))
    for end in found.lift_interval:
        assert end is not None
        ratio = 1 + end
        assert abs(2.5 - ratio * 2.0) / math.sqrt(0.02 + ratio**2 * 0.01) == pytest.approx(critical)


def test_ratio_variance_is_that_of_a_jackknife_over_visitors() -> None:
    random = np.random.default_rng(3)
    calls = random.poisson(2, 3000).astype(float)
    talk = calls * random.gamma(2, 30, 3000)
    found = estimates([moments("A", talk, calls)])[0]
    without = (talk.sum() - talk) / (calls.sum() - calls)
    assert found.value == pytest.approx(talk.sum() / calls.sum())
    assert found.variance == pytest.approx((2999 / 3000) * ((without - without.mean()) ** 2).sum(), rel=0.01)


def test_adjusting_is_regression_on_the_covariate() -> None:
    random = np.random.default_rng(4)
    c = random.normal(10, 3, 800)
    arm = np.arange(800) % 2
    y = 2 * c + arm + random.normal(0, 2, 800) + 5
    a, b = estimates([moments(str(k), y[arm == k], covariate=c[arm == k]) for k in (0, 1)], adjust=True)
    design = np.stack([np.ones(800), arm, c], axis=1)
    assert b.value - a.value == pytest.approx(np.linalg.lstsq(design, y, rcond=None)[0][1])
    plain = estimates([moments("0", y[arm == 0], covariate=c[arm == 0])])[0]
    assert a.variance < 0.2 * plain.variance


def test_a_covariate_that_does_not_vary_changes_nothing() -> None:
    arms = [moments(name, [1, 2, 4], covariate=[7, 7, 7]) for name in "AB"]
    assert estimates(arms, adjust=True) == estimates(arms)


def test_sums_of_groups_are_the_sums_of_all() -> None:
    y, x = np.arange(10.0), np.arange(10.0) + 1
    whole, parts = (
        moments("A", y, x, y * 2),
        moments("A", y[:3], x[:3], y[:3] * 2) + moments("A", y[3:], x[3:], y[3:] * 2),
    )
    assert whole == parts


def test_stratifying_takes_out_chance_differences_between_groups() -> None:
    random = np.random.default_rng(5)
    plain, within = [], []
    for _ in range(300):
        device = random.random(400) < 0.5
        arm, y = random.integers(0, 2, 400), np.where(device, 10.0, 2.0) + random.normal(0, 1, 400)
        groups = {
            str(kind): [moments(str(k), y[(device == kind) & (arm == k)]) for k in (0, 1)] for kind in (True, False)
        }
        whole = estimates([moments(str(k), y[arm == k]) for k in (0, 1)])
        plain.append(whole[1].value - whole[0].value)
        estimate = poststratified(groups)
        within.append((estimate[1].value - estimate[0].value, estimate[1].variance + estimate[0].variance))
    found, variance = np.array(within).T
    assert found.std() < 0.4 * np.std(plain)
    assert variance.mean() == pytest.approx(found.var(), rel=0.25)


def test_small_groups_are_put_together() -> None:
    groups = {"phone": [moments("A", [1, 2, 3]), moments("B", [2, 2, 5])], "tv": [moments("A", [9]), moments("B", [])]}
    together = estimates([moments("A", [1, 2, 3, 9]), moments("B", [2, 2, 5])])
    assert poststratified(groups) == together


def orders(random: np.random.Generator, visitors: int, repeats: int, rate: float = 0.03) -> tuple[Values, ...]:
    """Cumulative sums and squares of order values at 50 looks."""
    sums = []
    for _ in range(repeats):
        value = np.where(random.random(visitors) < rate, random.lognormal(3, 0.8, visitors), 0.0)
        sums.append([each.cumsum()[visitors // 50 - 1 :: visitors // 50] for each in (value, value**2)])
    total, squares = np.array(sums).swapaxes(0, 1)
    return total, squares


def test_watched_means_are_wrong_in_at_most_5_percent() -> None:
    random = np.random.default_rng(6)
    looks = np.arange(200, 10_001, 200)
    wrong = 0
    arms = [orders(random, 10_000, 80) for _ in "AB"]
    for path in range(80):
        for look, n in enumerate(looks.tolist()):
            pair = [Moments(name, n, t[path, look], s[path, look]) for name, (t, s) in zip("AB", arms, strict=True)]
            found = report(estimates(pair), Plan()).comparisons[0]
            low, high = found.anytime_lift_interval
            assert (found.anytime_p_value < 0.05) == (low > 0 or (high is not None and high < 0))
            if found.anytime_p_value < 0.05:
                wrong += 1
                break
    assert wrong / 80 <= 0.05


def test_one_look_is_wrong_in_5_percent_also_for_clustered_ratios() -> None:
    random = np.random.default_rng(7)
    p_values = []
    for _ in range(1500):
        pair = []
        for name in "AB":
            sessions = 1.0 + random.poisson(2, 300)
            calls = random.binomial(sessions.astype(int), random.beta(1, 4, 300)).astype(float)
            pair.append(moments(name, calls, sessions))
        p_values.append(report(estimates(pair)).comparisons[0].p_value)
    assert np.mean(np.array(p_values) < 0.05) == pytest.approx(0.05, abs=0.015)


def test_adjusted_and_plain_ratio_intervals_cover() -> None:
    random, inside = np.random.default_rng(99), np.zeros(2)
    for _ in range(400):
        arms = []
        for name, lift in (("A", 0.0), ("B", 0.2)):
            calls, liking = random.poisson(2, 600).astype(float), random.gamma(4, 25, 600)
            talk = np.where(calls > 0, random.gamma(2 * np.maximum(calls, 1), liking), 0) * (1 + lift)
            arms.append(moments(name, talk, calls, liking))
        for way in (0, 1):
            low, high = report(estimates(arms, adjust=bool(way))).comparisons[0].lift_interval
            inside[way] += low < 0.2 and (high is None or high > 0.2)
    np.testing.assert_allclose(inside / 400, 0.95, atol=0.025)


def test_what_cannot_be_known_is_open() -> None:
    for values in ([], [5.0], [0.0, 0.0, 0.0]):
        found = report(estimates([moments("A", values), moments("B", [1.0, 2.0, 3.0])]))
        assert found.comparisons[0].p_value == 1
        assert found.comparisons[0].lift_interval == (-1.0, None)
        assert found.comparisons[0].lift is None
        assert found.verdict.word == "not_enough_traffic"


def test_impossible_sums_are_refused() -> None:
    with pytest.raises(ValueError, match="too few for a total"):
        Moments("A", 10, 100.0, 5.0)
    with pytest.raises(ValueError, match="means or ratios"):
        estimates([moments("A", [1.0]), moments("B", [1.0], [1.0])])
    with pytest.raises(ValueError, match="the control 'C'"):
        analyse_means(estimates([moments("A", [1.0]), moments("B", [1.0])]), END, "calls_per_visitor", "C")


variances = st.just(0.0) | st.floats(1e-9, 1e6)
estimate = st.builds(Estimate, st.just("x"), st.integers(2, 10**6), st.floats(0, 1e6), variances)


@given(estimate, estimate, st.sampled_from([END, Plan(), Plan("group-sequential", fractions=(0.5,))]))
def test_never_nan_and_consistent(one: Estimate, other: Estimate, plan: Plan) -> None:
    arms = [
        Estimate("A", one.visitors, one.value, one.variance),
        Estimate("B", other.visitors, other.value, other.variance),
    ]
    found = report(arms, plan).comparisons[0]
    for value in (
        found.p_value,
        found.anytime_p_value,
        found.shrunk_lift,
        found.lift_interval[0],
        found.chance_to_beat,
    ):
        assert math.isfinite(value)
    assert found.lift_interval[1] is None or found.lift_interval[1] >= found.lift_interval[0]
    outside = found.lift_interval[0] > 1e-9 or (found.lift_interval[1] is not None and found.lift_interval[1] < -1e-9)
    assert not outside or found.p_value < 0.05 + 1e-6


def test_means_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    random, rows = np.random.default_rng(8), ["experiment,unit,variant,value,base,before"]
    for unit in range(3000):
        calls, liking = int(random.poisson(2)), random.gamma(4, 25)
        for _ in range(calls):
            rows.append(
                f"talk,u{unit},{'AB'[unit % 2]},{(1 + 0.2 * (unit % 2)) * random.gamma(2, liking):.1f},1,{liking:.1f}"
            )
        if not calls:
            rows.append(f"talk,u{unit},{'AB'[unit % 2]},0,0,{liking:.1f}")
    path = tmp_path / "talk.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    assert main(["means", str(path), "--metric", "talk_time", "--plan", "fixed", "--lang", "ru"]) == 0
    assert "talk  winner  «B» приносит больше времени разговора: +" in capsys.readouterr().out
    widths = []
    for text in (rows, [",".join(row.split(",")[:5]) for row in rows]):
        path.write_text("\n".join(text), encoding="utf-8")
        assert main(["means", str(path), "--json", "--plan", "fixed"]) == 0
        low, high = json.loads(capsys.readouterr().out)["comparisons"][0]["lift_interval"]
        assert low > 0
        widths.append(high - low)
    assert widths[0] < 0.9 * widths[1]  # the covariate pays
    path.write_text("experiment,unit,variant,value\ne,1,A,1\ne,1,B,2\n", encoding="utf-8")
    assert main(["means", str(path)]) == 2
    assert "line 3, column 'variant': expected one variant per visitor" in capsys.readouterr().err
    path.write_text("experiment,unit,variant,value\ne,1,A,1\ne,2,B,nan\n", encoding="utf-8")
    assert main(["means", str(path)]) == 2
    assert "line 3, column 'value': expected a number from 0, found 'nan'" in capsys.readouterr().err
    path.write_text("experiment,unit,variant,value\ne,1,A,1\ne,2,B,2\n", encoding="utf-8")
    assert main(["means", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["comparisons"][0]["difference_interval"] is None
