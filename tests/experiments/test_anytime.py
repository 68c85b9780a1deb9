"""The label e-process: its arithmetic, its shape, and that it is a martingale."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments import anytime

counts = st.integers(0, 10**5)
odds = st.sampled_from([1.0, 0.25, 9.0])
MULTIPLES = [1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4]
WEIGHTS = [0.004, 0.005, 0.008, 0.012, 0.025, 0.066, 0.62, 0.24, 0.02]


def slow_bet(x1: int, x0: int, share_odds: float, hoped: float, lift: float) -> float:
    """Bet on a higher lift, from the likelihoods of the labels as they are written in a textbook."""
    null = share_odds * (1 + lift) / (1 + share_odds * (1 + lift))
    total = 0.0
    for multiple, weight in zip(MULTIPLES, WEIGHTS, strict=True):
        raised = share_odds * (1 + lift) * (1 + hoped) ** multiple
        other = raised / (1 + raised)
        total += weight * (other / null) ** x1 * ((1 - other) / (1 - null)) ** x0
    return total


@pytest.mark.parametrize("case", [(41, 24, 1.0, 0.3, 0.0), (3, 0, 0.25, 0.2, 0.5), (80, 120, 9.0, 0.5, -0.4)])
def test_bets_are_mixtures_of_likelihood_ratios(case: tuple[int, int, float, float, float]) -> None:
    x1, x0, share_odds, hoped, lift = case
    higher, lower = anytime.log_evidence(*case)
    assert higher == pytest.approx(math.log(slow_bet(*case)))
    assert lower == pytest.approx(math.log(slow_bet(x0, x1, 1 / share_odds, hoped, 1 / (1 + lift) - 1)))


@pytest.mark.parametrize("share", [0.5, 0.1])
def test_expected_bet_is_one_under_the_null(share: float) -> None:
    """The mean over all ways that 12 labels can fall: exactly 1, so Ville's inequality holds."""
    x = np.arange(13)
    chance = np.array([math.comb(12, int(k)) * share**k * (1 - share) ** (12 - k) for k in x])
    for bet in anytime.log_evidence(x, 12 - x, share / (1 - share), 0.3):
        assert (chance * np.exp(bet)).sum() == pytest.approx(1)


@given(counts, counts, odds, st.sampled_from([0.1, 0.3, 1.0]))
def test_never_nan_and_agrees_with_the_p_value(x1: int, x0: int, share: float, hoped: float) -> None:
    p, (low, high) = anytime.p_value(x1, x0, share, hoped), anytime.lift_interval(x1, x0, share, hoped)
    assert 0 <= p <= 1
    assert -1 <= low <= high
    assert (p < 0.05) == (low > 0 or high < 0) or abs(p - 0.05) < 1e-9


@given(counts, counts, odds)
def test_swapping_the_arms_mirrors(x1: int, x0: int, share: float) -> None:
    low, high = anytime.lift_interval(x1, x0, share)
    mirrored_low, mirrored_high = anytime.lift_interval(x0, x1, 1 / share)
    assert anytime.p_value(x1, x0, share) == pytest.approx(anytime.p_value(x0, x1, 1 / share), rel=1e-6)
    assert 1 + mirrored_low == pytest.approx(1 / (1 + high), rel=1e-8)
    assert 1 / (1 + mirrored_high) == pytest.approx(1 + low, rel=1e-8, abs=1e-12)


@given(counts, counts)
def test_one_more_conversion_raises_the_interval(x1: int, x0: int) -> None:
    before, after = anytime.lift_interval(x1, x0), anytime.lift_interval(x1 + 1, x0)
    assert after[0] >= before[0] - 1e-9
    assert np.isinf(after[1]) or after[1] >= before[1] - 1e-9 * (1 + abs(before[1]))


def test_wider_at_higher_confidence_and_closing_in_with_data() -> None:
    low, high = anytime.lift_interval(100, 100, alpha=[0.2, 0.05, 0.01])
    assert (np.diff(low) < 0).all()
    assert (np.diff(high) > 0).all()
    widths = np.subtract(*anytime.lift_interval(10 ** np.arange(2, 7), 10 ** np.arange(2, 7))[::-1])
    assert (np.diff(widths) < 0).all()
    assert widths[-1] < 0.02


def test_hoped_lift_must_be_above_zero() -> None:
    with pytest.raises(ValueError, match="hoped_lift"):
        anytime.p_value(1, 1, 1.0, 0.0)
