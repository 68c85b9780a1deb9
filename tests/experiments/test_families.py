"""Holm, Benjamini-Hochberg, sample ratios and the Bayesian reading, against other sources."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments.analysis import analyse_all, analyse_metrics
from experiments.model import Counts, Plan, Variant
from experiments.multiplicity import benjamini_hochberg, holm
from experiments.posterior import chance_to_beat
from experiments.sample_ratio import chi_square_p_value, sequential_p_value

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def slow_holm(p: list[float]) -> list[float]:
    adjusted, running = [0.0] * len(p), 0.0
    for rank, index in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        running = max(running, min(1.0, p[index] * (len(p) - rank)))
        adjusted[index] = running
    return adjusted


@given(st.lists(probabilities, min_size=1, max_size=5))
def test_holm_over_many_families_equals_one_by_one(families: list[list[float]]) -> None:
    family = np.repeat(np.arange(len(families)), [len(each) for each in families])
    adjusted, _ = holm(np.concatenate(families), family)
    np.testing.assert_allclose(adjusted, [value for each in families for value in slow_holm(each)])


@given(probabilities)
def test_benjamini_hochberg_equals_scipy(p: list[float]) -> None:
    np.testing.assert_allclose(benjamini_hochberg(p), stats.false_discovery_control(p), atol=1e-12)


@given(st.lists(probabilities, min_size=1, max_size=5))
def test_benjamini_hochberg_over_many_families_equals_one_by_one(families: list[list[float]]) -> None:
    family = np.repeat(np.arange(len(families)), [len(each) for each in families])
    wanted = np.concatenate([stats.false_discovery_control(each) for each in families])
    np.testing.assert_allclose(benjamini_hochberg(np.concatenate(families), family), wanted, atol=1e-12)


def test_holm_of_nothing_is_nothing() -> None:
    assert [each.size for each in (*holm([]), benjamini_hochberg([]))] == [0, 0, 0]


def test_metrics_of_one_experiment_are_corrected_together_wherever_the_pieces_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [Counts((Variant("A", 9000, 100), Variant("B", 9000, 120 + k), Variant("C", 9000, 131))) for k in range(7)]
    families, plan = [0, 0, 0, 1, 2, 2, 2], Plan("fixed", final=True)
    whole = analyse_all(rows, plan, families)
    monkeypatch.setattr("experiments.analysis._PIECE", 2)
    pieces = [analyse_metrics(rows[start:end], plan) for start, end in ((0, 3), (3, 4), (4, 7))]
    for found in (analyse_all(rows, plan, families), [report for piece in pieces for report in piece]):
        assert [report.verdict for report in found] == [report.verdict for report in whole]
        assert [report.comparisons[0].adjusted_p_value for report in found] == pytest.approx(
            [report.comparisons[0].adjusted_p_value for report in whole]
        )
    raw = [each.p_value for report in whole[:3] for each in report.comparisons]
    adjusted = [each.adjusted_p_value for report in whole[:3] for each in report.comparisons]
    assert adjusted == pytest.approx(slow_holm(raw))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [((156, 2380, 120, 2400), 0.9893), ((9, 41, 3, 40), 0.9628), ((4, 510, 0, 500), 0.9675),
     ((52011, 1000000, 51234, 1000000), 0.9935), ((41, 4750, 24, 4800), 0.9843), ((61, 3010, 88, 3000), 0.0120),
     ((0, 0, 0, 0), 0.5)],
)  # fmt: skip
def test_chance_to_beat_known_values(cell: tuple[int, ...], wanted: float) -> None:
    assert chance_to_beat(*cell) == pytest.approx(wanted, abs=5.1e-5)


def closed_sum(x1: int, n1: int, x0: int, n0: int) -> float:
    """Evan Miller's exact sum for P(p1 > p0) with uniform priors."""

    def log_beta(a: float, b: float) -> float:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)

    a0, b0, b1 = x0 + 1, n0 - x0 + 1, n1 - x1 + 1
    return sum(
        math.exp(log_beta(a0 + i, b1 + b0) - math.log(b1 + i) - log_beta(1 + i, b1) - log_beta(a0, b0))
        for i in range(x1 + 1)
    )


@given(st.integers(0, 60), st.integers(0, 5000), st.integers(0, 60), st.integers(0, 5000))
def test_chance_to_beat_equals_the_closed_sum(x1: int, more1: int, x0: int, more0: int) -> None:
    cell = x1, x1 + more1, x0, x0 + more0
    assert chance_to_beat(*cell) == pytest.approx(closed_sum(*cell), abs=1e-8)


def test_sequential_split_is_the_dirichlet_multinomial_bayes_factor() -> None:
    exposed, shares = np.array([300, 260, 440]), np.array([0.3, 0.3, 0.4])
    prior = 100 * shares
    mixture = stats.dirichlet_multinomial.logpmf(exposed, prior, 1000)
    fixed = stats.multinomial.logpmf(exposed, 1000, shares)
    assert sequential_p_value(exposed, shares) == pytest.approx(min(1, math.exp(fixed - mixture)))


def test_chi_square_equals_scipy_for_several_experiments() -> None:
    exposed, shares = [5200, 4800, 300, 260, 440, 0, 0], [0.5, 0.5, 0.3, 0.3, 0.4, 0.9, 0.1]
    found = chi_square_p_value(exposed, shares, [0, 0, 1, 1, 1, 2, 2])
    wanted = [stats.chisquare([5200, 4800]).pvalue, stats.chisquare([300, 260, 440], [300, 300, 400]).pvalue, 1]
    np.testing.assert_allclose(found, wanted)
