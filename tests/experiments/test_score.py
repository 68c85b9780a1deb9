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


def slow_lift_end(x1: int, n1: int, x0: int, n0: int, sign: int) -> float:
    """End of the interval by searching the ratio whose score statistic is ±1.96 (-1 or inf when none is)."""

    def left(log_ratio: float) -> float:
        ratio, total = math.exp(log_ratio), n1 + n0
        linear = -(n1 * ratio + x1 + n0 + x0 * ratio)
        p = (-linear - math.sqrt(max(linear**2 - 4 * total * ratio * (x1 + x0), 0))) / (2 * total * ratio)
        t = min(ratio * p, 1)
        variance = (t * (1 - t) / n1 + ratio**2 * p * (1 - p) / n0) * total / (total - 1)
        return (x1 / n1 - ratio * x0 / n0) / math.sqrt(variance or 1e-300) - sign * stats.norm.isf(0.025)

    if left(-25) * left(25) > 0:
        return -1.0 if sign > 0 else math.inf
    return math.exp(optimize.brentq(left, -25, 25, xtol=1e-14)) - 1


def slow_difference_end(x1: int, n1: int, x0: int, n0: int, sign: int) -> float:
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
        variance = (p * (1 - p) / n0 + (p + d) * (1 - p - d) / n1) * (n1 + n0) / (n1 + n0 - 1)
        return (x1 / n1 - x0 / n0 - d) / math.sqrt(max(variance, 1e-300)) - sign * stats.norm.isf(0.025)

    seen = x1 / n1 - x0 / n0
    near, far = (seen - 1e-12, -1 + 1e-12) if sign > 0 else (seen + 1e-12, 1 - 1e-12)
    return far if left(near) * left(far) > 0 else optimize.brentq(left, *sorted((near, far)), xtol=1e-14)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != (10, 10, 10, 10)])
def test_lift_interval_is_where_the_statistic_is_critical(cell: tuple[int, int, int, int]) -> None:
    low, high = score.lift_interval(*cell)
    assert low == pytest.approx(slow_lift_end(*cell, 1), rel=1e-6, abs=1e-7)
    assert high == pytest.approx(slow_lift_end(*cell, -1), rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != (10, 10, 10, 10)])
def test_difference_interval_is_where_the_statistic_is_critical(cell: tuple[int, int, int, int]) -> None:
    low, high = score.difference_interval(*cell)
    assert low == pytest.approx(slow_difference_end(*cell, 1), abs=1e-7)
    assert high == pytest.approx(slow_difference_end(*cell, -1), abs=1e-7)


def test_all_cells_at_once_equal_one_by_one() -> None:
    columns = np.array(CELLS).T
    together = np.array([*score.lift_interval(*columns), *score.difference_interval(*columns)])
    alone = np.array([[*score.lift_interval(*cell), *score.difference_interval(*cell)] for cell in CELLS]).T
    np.testing.assert_allclose(together, alone, rtol=1e-9)


def test_everybody_converted_is_defined() -> None:
    low, high = score.lift_interval(10, 10, 10, 10)
    assert (1 + low) * (1 + high) == pytest.approx(1)
    assert low == pytest.approx(-0.287934, abs=1e-6)


@pytest.mark.parametrize(
    ("cell", "pooled_z"),
    [((156, 2380, 120, 2400), 0.0212), ((9, 41, 3, 40), 0.0672), ((4, 510, 0, 500), 0.0472),
     ((52011, 1000000, 51234, 1000000), 0.0130), ((41, 4750, 24, 4800), 0.0309), ((61, 3010, 88, 3000), 0.0238)],
)  # fmt: skip
def test_p_value_is_the_pooled_z_up_to_its_small_sample_factor(cell: tuple[int, ...], pooled_z: float) -> None:
    assert score.p_value(*cell) == pytest.approx(pooled_z, rel=0.03 if cell[1] < 50 else 0.005)


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
