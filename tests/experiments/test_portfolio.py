"""What several experiments brought together lies in its interval as often as is promised."""

import numpy as np

from experiments import score
from experiments.portfolio import together, total

EXPERIMENTS, REPETITIONS, VISITORS = 12, 1500, 3000


def test_the_sum_of_all_experiments_is_in_its_interval() -> None:
    rng = np.random.default_rng(20261123)
    controls = rng.uniform(0.01, 0.06, EXPERIMENTS)
    lifts = np.exp(rng.normal(0, 0.15, EXPERIMENTS))
    truth = float((VISITORS * controls * (lifts - 1)).sum())
    x0 = rng.binomial(VISITORS, controls, (REPETITIONS, EXPERIMENTS))
    x1 = rng.binomial(VISITORS, controls * lifts, (REPETITIONS, EXPERIMENTS))
    ends = score.difference_interval(x1, np.int64(VISITORS), x0, np.int64(VISITORS))
    low, high = (VISITORS * np.asarray(end) for end in ends)
    sums = [total(list(zip(x1[i] - x0[i], low[i], high[i], strict=True))) for i in range(REPETITIONS)]
    inside = sum(one[1] <= truth <= one[2] for one in sums) / REPETITIONS
    assert 0.94 <= inside <= 0.965


def test_winners_alone_promise_too_much() -> None:
    """The reason why all of them are added up: nothing is behind any of these."""
    rng = np.random.default_rng(7)
    x0, x1 = rng.binomial(VISITORS, 0.03, (2, 4000))
    seen = x1 - x0
    won = score.p_value(x1, np.int64(VISITORS), x0, np.int64(VISITORS)) < 0.05
    assert seen[won & (seen > 0)].mean() > 20
    assert abs(seen.mean()) < 1


def test_many_experiments_are_surer_than_one_by_one() -> None:
    one = (10.0, -10.0, 30.0)
    seen, low, high = total([one] * 16)
    assert (seen, round(low), round(high)) == (160.0, 80, 240)
    assert together([one] * 16) == (160.0, -160.0, 480.0)
