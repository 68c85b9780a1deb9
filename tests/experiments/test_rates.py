"""Intervals of one rate against scipy, of two against statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.rates import clopper_pearson, newcombe, wilson

CASES = [(0, 1), (1, 1), (0, 500), (3, 40), (24, 4800), (500, 500), (51234, 1_000_000)]


@pytest.mark.parametrize(("function", "method"), [(wilson, "wilson"), (clopper_pearson, "exact")])
@pytest.mark.parametrize("case", CASES)
def test_agrees_with_scipy(function: object, method: str, case: tuple[int, int]) -> None:
    wanted = stats.binomtest(*case).proportion_ci(0.95, method)
    assert function(*case) == (pytest.approx(wanted.low, abs=1e-12), pytest.approx(wanted.high, abs=1e-12))


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_stays_inside_zero_and_one_and_holds_the_rate(x: int, more: int) -> None:
    for low, high in (wilson(x, x + more), clopper_pearson(x, x + more)):
        assert 0 <= low <= high <= 1
        assert x + more == 0 or low <= x / (x + more) + 1e-12 <= high + 2e-12


def test_nobody_exposed_says_nothing() -> None:
    np.testing.assert_array_equal(wilson([0, 1], [0, 2])[0][0], 0)
    assert (wilson(0, 0), clopper_pearson(0, 0)) == ((0, 1), (0, 1))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [((156, 2380, 120, 2400), (0.0023079602127205525, 0.028887719020411422)),
     ((9, 41, 3, 40), (-0.014181807497209986, 0.3000259176665184)),
     ((7, 10, 10, 10), (-0.6032218525388546, 0.03759243457905076)),
     ((0, 10, 0, 12), (-0.24249400665524096, 0.27753279986288926)), ((0, 0, 3, 9), (-1.0, 1.0))],
)  # fmt: skip
def test_newcombe_equals_statsmodels(cell: tuple[int, int, int, int], wanted: tuple[float, float]) -> None:
    """``confint_proportions_2indep(compare="diff", method="newcomb")`` of statsmodels 0.15.0."""
    assert newcombe(*cell) == pytest.approx(wanted, abs=1e-12)
