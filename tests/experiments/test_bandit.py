"""Shares that follow the results, and an analysis that stays honest about it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments import anytime, score
from experiments.bandit import best_chances, even, top_two_weights
from experiments.model import Counts, Plan, Variant
from experiments.period_labels import Labels
from experiments.periods import analyse_periods

counts = st.lists(
    st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=5
)


def test_chances_and_weights_are_those_of_drawing() -> None:
    x, n = np.array([20, 28, 31, 9]), np.array([1000, 1000, 900, 300])
    random = np.random.default_rng(1)
    drawn = random.beta(x + 1, n - x + 1, (400_000, 4))
    chances = np.bincount(drawn.argmax(axis=1), minlength=4) / 400_000
    np.testing.assert_allclose(best_chances(x, n), chances, atol=0.004)
    expected = np.zeros(4)
    for lead, part in enumerate(chances):
        rest = chances.copy()
        rest[lead] = 0
        expected += part * (0.5 * np.eye(4)[lead] + 0.5 * rest / rest.sum())
    np.testing.assert_allclose(top_two_weights(x, n, floor=0), expected, atol=0.006)


@given(counts)
def test_weights_are_shares_above_the_floor(cells: list[tuple[int, int]]) -> None:
    weights = top_two_weights([x for x, _ in cells], [n for _, n in cells])
    assert sum(weights) == pytest.approx(1, abs=1e-9)
    assert min(weights) >= 0.05 - 1e-4


def test_a_certain_winner_keeps_a_challenger() -> None:
    assert top_two_weights([10, 12, 4000], [10_000, 10_000, 10_000], floor=0.0)[2] == pytest.approx(0.5)
    assert top_two_weights([0, 5000], [10_000, 10_000], floor=0.0) == pytest.approx((0.5, 0.5))
    assert even("ABC") == pytest.approx((1 / 3, 1 / 3, 1 / 3), abs=1e-4)


def labels_of(*rows: tuple[float, float, float]) -> Labels:
    """Conversions of variant and control and the odds, per period; 5,000 visitors each."""
    x1, x0, odds = np.array(rows, dtype=float).T
    share = odds / (1 + odds)
    return Labels(x1, x0, 5000 * share, 5000 * (1 - share), odds)


def test_one_period_is_the_plain_anytime_evidence() -> None:
    for x1, x0, odds in ((41, 24, 1.0), (120, 70, 1.0), (5, 60, 1 / 9), (0, 0, 1.0), (30, 0, 2.0)):
        labels = labels_of((x1, x0, odds))
        assert labels.p_value(0.3) == pytest.approx(float(anytime.p_value(x1, x0, odds)))
        low, high = (float(each) for each in anytime.lift_interval(x1, x0, odds))
        found = labels.lift_interval(0.3, 0.05)
        assert found[0] == pytest.approx(low)
        assert math.isinf(high) if found[1] is None else found[1] == pytest.approx(high)


def test_periods_with_the_same_shares_add_up() -> None:
    parts, whole = labels_of((10, 4, 2), (31, 20, 2)), labels_of((41, 24, 2))
    assert parts.p_value(0.3) == pytest.approx(whole.p_value(0.3))
    assert parts.lift_interval(0.3, 0.05) == pytest.approx(whole.lift_interval(0.3, 0.05))


def bandit(random: np.random.Generator, days: int = 14, visitors: int = 1000) -> tuple[bool, bool]:
    """An A/A bandit while the site's rate doubles: ever called by the periods, at the end by the pooled test."""
    total = np.zeros((2, 2))
    weights, called, periods = even("AB"), False, []
    for day in range(days):
        n = random.multinomial(visitors, weights)
        x = random.binomial(n, 0.02 * (1 + day / (days - 1)))
        total += [x, n]
        periods.append((x, n, weights))
        labels = labels_of(*((x[1], x[0], w[1] / w[0]) for x, _, w in periods))
        called = called or labels.p_value(0.3) < 0.05
        weights = tuple(np.clip(best_chances(total[0], total[1]), 0.05, 0.95))
    return called, bool(score.p_value(total[0][1], total[1][1], total[0][0], total[1][0]) < 0.05)


def test_a_bandit_on_a_growing_site_is_wrong_in_at_most_5_percent() -> None:
    random = np.random.default_rng(3)
    runs = [bandit(random) for _ in range(150)]
    assert np.mean([called for called, _ in runs]) <= 0.05
    assert np.mean([naive for _, naive in runs]) > 0.2  # what throwing the periods together would do


def test_the_difference_over_periods_is_found_and_holds() -> None:
    low, high = labels_of((60, 20, 1.0), (90, 30, 1.0)).difference_interval(0.3, 0.05)
    assert 0 < low < (150 - 50) / 5000 < high
    random, share, rates = np.random.default_rng(4), np.array([0.5, 0.8]), (0.03, 0.03)
    missed = 0
    for _ in range(300):
        n1 = random.binomial(4000, share)
        x1, x0 = random.binomial(n1, rates[0]), random.binomial(4000 - n1, rates[1])
        labels = Labels(*(each.astype(float) for each in (x1, x0, n1, 4000 - n1)), share / (1 - share))
        found = labels.difference_interval(0.3, 0.05)
        missed += not found[0] <= 0 <= found[1]
    assert missed <= 0.05 * 300


def week(share: float, a: tuple[int, int], b: tuple[int, int]) -> Counts:
    return Counts((Variant("A", *a, 1 - share), Variant("B", *b, share)), "order")


def test_a_report_by_period_finds_a_true_lift_and_a_wrong_split() -> None:
    good = [week(0.5, (5000, 100), (5000, 160)), week(0.8, (2000, 40), (8000, 256))]
    report = analyse_periods(good, Plan())
    assert report.verdict.word == "winner"
    assert report.comparisons[0].lift == pytest.approx(0.6)
    low, high = report.comparisons[0].decisive_interval
    assert 0 < low < 0.6
    assert high is not None
    assert high > 0.6
    swapped = [week(0.5, (5000, 100), (5000, 160)), week(0.8, (5000, 100), (5000, 160))]
    assert analyse_periods(swapped, Plan()).verdict.word == "broken"
    with pytest.raises(ValueError, match="anytime plan"):
        analyse_periods(good, Plan("fixed"))


cells = st.integers(0, 900).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@settings(max_examples=40)
@given(st.lists(st.builds(week, st.floats(0.05, 0.95), cells, cells), min_size=1, max_size=4))
def test_always_defined(periods: list[Counts]) -> None:
    found = analyse_periods(periods, Plan()).comparisons[0]
    for value in (
        found.anytime_p_value,
        found.p_value,
        found.shrunk_lift,
        found.chance_to_beat,
        *found.difference_interval,
    ):
        assert math.isfinite(value)
    low, high = found.decisive_interval
    assert (found.adjusted_p_value < 0.05) == (low > 0 or (high is not None and high < 0))
