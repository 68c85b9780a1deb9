"""The watched difference of two rates: exact at any counts, and the same decision as the labels."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import anytime, anytime_difference

counts = st.integers(0, 4000)
odds = st.sampled_from([1.0, 0.25, 9.0])
more = st.integers(0, 10**6)


@pytest.mark.parametrize("share", [0.5, 0.1])
@pytest.mark.parametrize("rates", [(0.3, 0.2), (0.05, 0.6), (0.0, 1.0)])
def test_expected_bet_is_at_most_one_at_the_true_difference(share: float, rates: tuple[float, float]) -> None:
    """The mean over all ways that 8 visitors can be assigned and convert: exactly 1, so Ville's inequality holds."""
    one, other = share * rates[0], (1 - share) * rates[1]
    mean = np.zeros(2)
    for x1 in range(9):
        for x0 in range(9 - x1):
            ways = math.comb(8, x1) * math.comb(8 - x1, x0)
            chance = ways * one**x1 * other**x0 * (1 - one - other) ** (8 - x1 - x0)
            bets = anytime_difference.log_evidence(x1, x0, 8, share / (1 - share), 0.3, rates[0] - rates[1])
            mean += chance * np.exp(bets)
    assert mean == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("case", [(41, 24, 5000, 1.0), (3, 0, 900, 0.25), (80, 120, 4000, 9.0)])
def test_at_no_difference_they_are_the_bets_on_the_labels(case: tuple[int, int, int, float]) -> None:
    x1, x0, visitors, share = case
    assert anytime_difference.log_evidence(x1, x0, visitors, share) == pytest.approx(
        anytime.log_evidence(x1, x0, share)
    )


@given(counts, counts, more, odds, st.sampled_from([0.1, 0.3, 1.0]))
def test_never_nan_and_agrees_with_the_p_value(x1: int, x0: int, rest: int, share: float, hoped: float) -> None:
    low, high = anytime_difference.difference_interval(x1, x0, x1 + x0 + rest, share, hoped)
    p = float(anytime.p_value(x1, x0, share, hoped))
    assert -1 <= low <= high <= 1
    assert (p < 0.05) == (low > 0 or high < 0) or abs(p - 0.05) < 1e-9


@given(counts, counts, more, odds)
def test_swapping_the_arms_mirrors(x1: int, x0: int, rest: int, share: float) -> None:
    low, high = anytime_difference.difference_interval(x1, x0, x1 + x0 + rest, share)
    mirrored = anytime_difference.difference_interval(x0, x1, x1 + x0 + rest, 1 / share)
    assert (-mirrored[1], -mirrored[0]) == pytest.approx((float(low), float(high)), rel=1e-6, abs=1e-12)


@given(counts, counts, more)
def test_one_more_conversion_raises_the_interval(x1: int, x0: int, rest: int) -> None:
    visitors = x1 + x0 + rest + 1
    before, after = (anytime_difference.difference_interval(x, x0, visitors) for x in (x1, x1 + 1))
    assert after[0] >= before[0] - 1e-9
    assert after[1] >= before[1] - 1e-9


def test_it_closes_in_on_the_difference() -> None:
    size = 10 ** np.arange(3, 8)
    low, high = anytime_difference.difference_interval(0.03 * size, 0.02 * size, 2 * size)
    assert ((low < 0.01) & (high > 0.01)).all()
    assert (np.diff(high - low) < 0).all()
    assert high[-1] - low[-1] < 0.0007
