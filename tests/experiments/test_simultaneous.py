"""Intervals that hold together, against integrals and counts."""

import numpy as np
import pytest
from scipy import stats

from experiments import score
from experiments.analysis import analyse
from experiments.model import Counts, Plan, Variant
from experiments.rates import normal_quantile
from experiments.simultaneous import dunnett_alpha


@pytest.mark.parametrize("sizes", [(100, 100, 100), (900, 100, 400), (10, 900, 10), (50, 50)])
def test_equals_the_multivariate_normal(sizes: tuple[int, ...]) -> None:
    n0, n1 = 100, np.array(sizes)
    level = dunnett_alpha(n1, np.full(n1.size, n0), np.zeros(n1.size, dtype=int))
    c = float(normal_quantile(level)[0])
    loading = np.sqrt(n1 / (n1 + n0))
    covariance = np.outer(loading, loading)
    np.fill_diagonal(covariance, 1)
    normal = stats.multivariate_normal(np.zeros(n1.size), covariance, seed=1)
    assert normal.cdf(np.full(n1.size, c), lower_limit=np.full(n1.size, -c)) == pytest.approx(0.95, abs=2e-4)


def test_an_only_comparison_loses_nothing_and_families_do_not_mix() -> None:
    level = dunnett_alpha([100, 200, 300], [100, 100, 100], np.array([4, 7, 7]))
    assert level[0] == pytest.approx(0.05)
    assert 0.025 < level[1] == level[2] < 0.05


def test_intervals_of_four_variants_hold_together() -> None:
    random = np.random.default_rng(9)
    x = random.binomial(8000, 0.02, (4000, 4))
    level = dunnett_alpha(np.full(3, 8000), np.full(3, 8000), np.zeros(3, dtype=int))[0]
    low, high = score.lift_interval(x[:, 1:], 8000, x[:, :1], 8000, level)
    assert ((low < 0) & (high > 0)).all(axis=1).mean() == pytest.approx(0.95, abs=0.011)


@pytest.mark.parametrize("plan", [Plan(), Plan("fixed", final=True), Plan("group-sequential", fractions=(0.4, 0.8))])
def test_reports_have_them(plan: Plan) -> None:
    report = analyse(Counts((Variant("A", 5000, 90), Variant("B", 5000, 99), Variant("C", 5000, 140))), plan)
    for each in report.comparisons:
        low, high = each.simultaneous_interval
        single = each.anytime_lift_interval if plan.kind == "anytime" else each.lift_interval
        assert low < single[0]
        assert high is not None
        assert single[1] is not None
        assert high > single[1]
    two = analyse(Counts((Variant("A", 5000, 90), Variant("B", 5000, 99))), plan).comparisons[0]
    assert two.simultaneous_interval == two.decisive_interval
