"""Score intervals and p-values against published figures, brute force and exact tests."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from experiments import score

CELLS = [
    (156, 2380, 120, 2400), (9, 41, 3, 40), (4, 510, 0, 500), (0, 500, 4, 510), (52011, 1000000, 51234, 1000000),
    (41, 4750, 24, 4800), (61, 3010, 88, 3000), (7, 10, 10, 10), (10, 10, 7, 10), (30, 3000, 3, 300), (1, 10, 1, 10000),
    (0, 5, 3, 90000), (10, 10, 0, 10), (1, 1, 0, 1), (10, 10, 10, 10),
]  # fmt: skip


def straight(statistic: float, moment: float, variance: float, skewness: bool) -> float:
    """Normal value of a statistic: Wilson and Hilferty's cube root, solved the other way round from the module's."""
    sixth = skewness * min(max(moment / variance**1.5 / 6, -0.1), 0.1)

    def left(z: float) -> float:
        y = z - sixth
        return y + sixth * y**2 + sixth**2 * y**3 / 3 - statistic

    value = optimize.brentq(left, -1e60, 1e60, xtol=1e-13, maxiter=2000)
    return value if value * statistic > 0 else 0.0


def slow_lift_end(x1: int, n1: int, x0: int, n0: int, sign: int, skewness: bool) -> float:
    """End of the interval by searching the ratio whose score statistic is ±1.96 (-1 or inf when none is)."""

    def left(log_ratio: float) -> float:
        ratio, total = math.exp(log_ratio), n1 + n0
        linear = -(n1 * ratio + x1 + n0 + x0 * ratio)
        p = (-linear - math.sqrt(max(linear**2 - 4 * total * ratio * (x1 + x0), 0))) / (2 * total * ratio)
        t = min(ratio * p, 1)
        variance = max(t * (1 - t) / n1 + ratio**2 * p * (1 - p) / n0, 1e-30)
        moment = t * (1 - t) * (1 - 2 * t) / n1**2 - ratio**3 * p * (1 - p) * (1 - 2 * p) / n0**2
        statistic = (x1 / n1 - ratio * x0 / n0) / math.sqrt(variance * total / (total - 1))
        return straight(statistic, moment, variance, skewness) - sign * stats.norm.isf(0.025)

    if (x1 if sign > 0 else x0) == 0 or left(-25) * left(25) > 0:
        return -1.0 if sign > 0 else math.inf
    return math.exp(optimize.brentq(left, -25, 25, xtol=1e-14)) - 1


def slow_difference_end(x1: int, n1: int, x0: int, n0: int, sign: int, skewness: bool) -> float:
    """End of the interval by searching the difference, with rates fitted by searching the likelihood."""

    def fitted(d: float) -> float:
        def score_of(p: float) -> float:
            return x0 / p - (n0 - x0) / (1 - p) + x1 / (p + d) - (n1 - x1) / (1 - p - d)

        low, high = max(0, -d) + 1e-15, min(1, 1 - d) - 1e-15
        if score_of(low) <= 0 or score_of(high) >= 0:
            return low if score_of(low) <= 0 else high
        return optimize.brentq(score_of, low, high, xtol=1e-17)

    def left(d: float) -> float:
        p = fitted(d)
        t, total = p + d, n1 + n0
        variance = max(p * (1 - p) / n0 + t * (1 - t) / n1, 1e-30)
        moment = t * (1 - t) * (1 - 2 * t) / n1**2 - p * (1 - p) * (1 - 2 * p) / n0**2
        statistic = (x1 / n1 - x0 / n0 - d) / math.sqrt(variance * total / (total - 1))
        return straight(statistic, moment, variance, skewness) - sign * stats.norm.isf(0.025)

    seen = x1 / n1 - x0 / n0
    near, far = (seen - 1e-12, -1 + 1e-12) if sign > 0 else (seen + 1e-12, 1 - 1e-12)
    return far if left(near) * left(far) > 0 else optimize.brentq(left, *sorted((near, far)), xtol=1e-14)


@pytest.mark.parametrize("skewness", [True, False])
@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != (10, 10, 10, 10)])
def test_lift_interval_is_where_the_statistic_is_critical(cell: tuple[int, int, int, int], skewness: bool) -> None:
    low, high = score.lift_interval(*cell, skewness=skewness)
    assert low == pytest.approx(slow_lift_end(*cell, 1, skewness), rel=1e-6, abs=1e-7)
    assert high == pytest.approx(slow_lift_end(*cell, -1, skewness), rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("skewness", [True, False])
@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != (10, 10, 10, 10)])
def test_difference_interval_is_where_the_statistic_is_critical(
    cell: tuple[int, int, int, int], skewness: bool
) -> None:
    low, high = score.difference_interval(*cell, skewness=skewness)
    assert low == pytest.approx(slow_difference_end(*cell, 1, skewness), abs=1e-7)
    assert high == pytest.approx(slow_difference_end(*cell, -1, skewness), abs=1e-7)


NEWCOMBE = [
    ((56, 70, 48, 80), (0.0528, 0.3382)), ((9, 10, 3, 10), (0.1700, 0.8406)), ((6, 7, 2, 7), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0326, 0.1933)), ((0, 10, 0, 20), (-0.1658, 0.2844)), ((0, 10, 0, 10), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.7156, 1.0)), ((10, 10, 0, 10), (0.6636, 1.0)),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "published"), NEWCOMBE)
def test_without_skewness_the_published_differences(
    cell: tuple[int, int, int, int], published: tuple[float, float]
) -> None:
    """Miettinen and Nurminen's intervals in the table of Newcombe, Statistics in Medicine 17 (1998) 873, method 6."""
    assert score.difference_interval(*cell, skewness=False) == pytest.approx(published, abs=5.1e-5)


@pytest.mark.parametrize(
    ("cell", "ratio"),
    [((156, 2380, 120, 2400), (1.04100860734618, 1.6511758140769495)),
     ((41, 4750, 24, 4800), (1.0502809229259353, 2.838050201184119)),
     ((61, 3010, 88, 3000), (0.50100042440685, 0.9525027715658233))],
)  # fmt: skip
def test_without_skewness_the_ratios_of_statsmodels(
    cell: tuple[int, int, int, int], ratio: tuple[float, float]
) -> None:
    """``confint_proportions_2indep(compare="ratio", method="score")`` of statsmodels 0.15.0."""
    assert 1 + np.array(score.lift_interval(*cell, skewness=False)) == pytest.approx(ratio, abs=1e-6)


def test_a_tiny_arm_without_conversions_is_no_news() -> None:
    """A hundredth of a conversion was to be expected there, and none came."""
    assert score.p_value(0, 100, 5, 100_000) > 0.9
    low, high = score.difference_interval(0, 100, 5, 100_000)
    assert low < 0 < high


def tails(n1: int, n0: int, rate: float, lift: float) -> tuple[float, float]:
    """Exact probabilities that the interval lies above and below the true lift: all likely counts, none drawn."""
    x1, x0 = (np.arange(*stats.binom.ppf([1e-10, 1 - 1e-10], n, p)) for n, p in ((n1, rate * (1 + lift)), (n0, rate)))
    a, b = np.meshgrid(x1, x0, indexing="ij")
    weight = np.outer(stats.binom.pmf(x1, n1, rate * (1 + lift)), stats.binom.pmf(x0, n0, rate))
    low, high = score.lift_interval(a, n1, b, n0)
    return float(weight[low > lift + 1e-9].sum()), float(weight[high < lift - 1e-9].sum())


@pytest.mark.parametrize("lift", [-0.3, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("parts", [(1, 1), (9, 1), (1, 9)])
def test_tails_are_balanced_from_3_conversions_on(lift: float, parts: tuple[int, int]) -> None:
    for conversions in (3, 4, 6, 10, 30, 100):
        visitors = round(conversions / min(parts[0] * 0.02 * (1 + lift), parts[1] * 0.02))
        above, below = tails(parts[0] * visitors, parts[1] * visitors, 0.02, lift)
        assert 0.94 <= 1 - above - below <= 0.97
        assert max(above, below) <= (0.028 if conversions > 4 else 0.034)
        assert min(above, below) >= (0.021 if conversions > 4 else 0.017)


def test_all_cells_at_once_equal_one_by_one() -> None:
    columns = np.array(CELLS).T
    together = np.array([*score.lift_interval(*columns), *score.difference_interval(*columns)])
    alone = np.array([[*score.lift_interval(*cell), *score.difference_interval(*cell)] for cell in CELLS]).T
    np.testing.assert_allclose(together, alone, rtol=1e-7)


def test_everybody_converted_is_defined() -> None:
    low, high = score.lift_interval(10, 10, 10, 10)
    assert (1 + low) * (1 + high) == pytest.approx(1)
    assert low == pytest.approx(-0.250786, abs=1e-6)
    assert score.lift_interval(10, 10, 10, 10, skewness=False)[0] == pytest.approx(-0.287934, abs=1e-6)


@pytest.mark.parametrize(
    ("cell", "pooled_z"),
    [((156, 2380, 120, 2400), 0.0212), ((9, 41, 3, 40), 0.0672), ((4, 510, 0, 500), 0.0472),
     ((52011, 1000000, 51234, 1000000), 0.0130), ((41, 4750, 24, 4800), 0.0309), ((61, 3010, 88, 3000), 0.0238)],
)  # fmt: skip
def test_p_value_is_the_pooled_z_up_to_its_small_sample_factor(cell: tuple[int, ...], pooled_z: float) -> None:
    found = score.p_value(*cell, skewness=False)
    assert found == pytest.approx(pooled_z, rel=0.03 if cell[1] < 50 else 0.005)
    assert score.p_value(*cell) == pytest.approx(found, rel=0.02)


@pytest.mark.parametrize("cell", [(9, 41, 3, 40), (20, 60, 9, 60), (14, 30, 5, 30)])
def test_p_value_is_near_boschloo(cell: tuple[int, int, int, int]) -> None:
    x1, n1, x0, n0 = cell
    exact = stats.boschloo_exact([[x1, x0], [n1 - x1, n0 - x0]], n=8).pvalue
    assert score.p_value(*cell) == pytest.approx(exact, abs=0.01)


def test_p_value_is_near_fisher_with_many_conversions_and_less_careful_at_a_zero_cell() -> None:
    fisher = stats.fisher_exact([[156, 2380 - 156], [120, 2400 - 120]]).pvalue
    assert score.p_value(156, 2380, 120, 2400) == pytest.approx(fisher, abs=0.002)
    assert score.p_value(4, 510, 0, 500) < stats.fisher_exact([[4, 506], [0, 500]]).pvalue


@st.composite
def cells(draw: st.DrawFn) -> tuple[int, int, int, int]:
    n1, n0 = draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    return draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0


@given(cells(), st.sampled_from([0.2, 0.05, 0.001]))
def test_never_nan_and_the_truth_seen_is_inside(cell: tuple[int, int, int, int], alpha: float) -> None:
    x1, n1, x0, n0 = cell
    low, high = score.lift_interval(*cell, alpha)
    below, above = score.difference_interval(*cell, alpha)
    assert -1 <= low <= high
    assert -1 <= below <= above <= 1
    assert 0 <= score.p_value(*cell) <= 1
    if n1 and n0:
        assert below - 1e-9 <= x1 / n1 - x0 / n0 <= above + 1e-9
    if n1 and n0 and x0:
        assert (1 + low) * (1 - 1e-9) <= x1 / n1 / (x0 / n0) <= (1 + high) * (1 + 1e-9)


@given(cells())
def test_swapping_the_arms_mirrors_everything(cell: tuple[int, int, int, int]) -> None:
    x1, n1, x0, n0 = cell
    low, high = score.lift_interval(*cell)
    mirrored_low, mirrored_high = score.lift_interval(x0, n0, x1, n1)
    assert score.p_value(*cell) == pytest.approx(score.p_value(x0, n0, x1, n1))
    assert 1 + mirrored_low == pytest.approx(1 / (1 + high), rel=1e-9)
    assert 1 / (1 + mirrored_high) == pytest.approx(1 + low, rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(
        score.difference_interval(*cell), -np.array(score.difference_interval(x0, n0, x1, n1))[::-1], atol=1e-10
    )


@given(cells())
def test_interval_and_p_value_agree(cell: tuple[int, int, int, int]) -> None:
    p = float(score.p_value(*cell))
    for low, high in (score.lift_interval(*cell), score.difference_interval(*cell)):
        if abs(p - 0.05) > 1e-6:
            assert (p < 0.05) == (low > 0 or high < 0)


@given(cells())
def test_one_more_conversion_never_lowers_the_interval(cell: tuple[int, int, int, int]) -> None:
    x1, n1, x0, n0 = cell
    if x1 < n1:
        for interval in (score.lift_interval, score.difference_interval):
            before, after = interval(*cell), interval(x1 + 1, n1, x0, n0)
            assert after[0] >= before[0] - 1e-9
            assert np.isinf(after[1]) or after[1] >= before[1] - 1e-9 * (1 + abs(before[1]))
