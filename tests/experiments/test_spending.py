"""Group-sequential bounds against textbook values, quadrature and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from experiments import spending
from experiments.analysis import analyse
from experiments.model import Counts, Plan, Variant

FAMILIES = ("kim-demets", "obrien-fleming", "pocock")


def test_textbook_obrien_fleming_of_five_looks() -> None:
    found = spending.bounds([0.2, 0.4, 0.6, 0.8, 1.0], 0.05, "obrien-fleming")
    assert found == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=1.2e-4)  # 3.35701 by quadrature


@pytest.mark.parametrize("family", FAMILIES)
def test_second_bound_spends_what_is_allowed_by_quadrature(family: spending.Spending) -> None:
    first, second = spending.bounds([0.3, 0.7], 0.05, family)

    def stops(s: float) -> float:
        edge, deviation = second * 0.7**0.5, 0.4**0.5
        outside = stats.norm.sf((edge - s) / deviation) + stats.norm.cdf((-edge - s) / deviation)
        return float(stats.norm.pdf(s, 0, 0.3**0.5) * outside)

    edge = first * 0.3**0.5
    passed = integrate.quad(stops, -edge, edge, epsabs=1e-14, limit=400)[0]
    wanted = spending.spent(0.7, 0.05, family) - spending.spent(0.3, 0.05, family)
    assert passed == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("times", [[1.0], [0.5, 1.0], [0.05, 0.06, 0.5, 0.9, 1.0], list(np.arange(1, 29) / 28)])
def test_error_over_all_looks(family: spending.Spending, times: list[float]) -> None:
    random, steps = np.random.default_rng(2), np.diff([0, *times])
    motion = (random.normal(size=(60_000, len(times))) * np.sqrt(steps)).cumsum(axis=1) / np.sqrt(times)
    crossed = (np.abs(motion) >= spending.bounds(times, 0.05, family)).any(axis=1).mean()
    assert crossed == pytest.approx(0.05, abs=0.0035)


def test_one_look_is_the_ordinary_test_and_looks_at_one_time_are_one() -> None:
    assert spending.bounds([1.0]) == pytest.approx([1.959964], abs=1e-6)
    assert spending.bounds([0.5, 0.5, 1.0])[-1] == pytest.approx(spending.bounds([0.5, 1.0])[-1])
    assert spending.bounds([0.5, 1.0, 1.2])[-1] == spending.bounds([0.5, 1.0])[-1]


@pytest.mark.parametrize("bad", [[], [0.0, 1.0], [0.6, 0.4], [-0.1]])
def test_impossible_looks_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="fractions"):
        spending.bounds(bad)


@given(st.floats(1e-12, 1))
def test_exchange_is_monotone_and_inverts(p: float) -> None:
    exchange = spending.exchange((0.4, 0.8), (0.05, 0.025))
    repeated = float(exchange.repeated(p))
    assert repeated >= p * (1 - 1e-9)
    assert exchange.ordinary(repeated) == pytest.approx(p, rel=1e-6)


def test_a_planned_look_decides_only_past_its_bound() -> None:
    counts = Counts((Variant("A", 5000, 100), Variant("B", 5000, 132)))
    early = analyse(counts, Plan("group-sequential", fractions=(0.25, 0.5)))
    last = analyse(counts, Plan("group-sequential", fractions=(0.25, 0.5), final=True))
    one_look = analyse(counts, Plan("fixed", final=True))
    assert early.comparisons[0].p_value < 0.05
    assert [early.verdict.word, last.verdict.word] == ["keep_running", "winner"]
    assert early.comparisons[0].decisive_interval[0] < 0 < last.comparisons[0].decisive_interval[0]
    assert last.comparisons[0].adjusted_p_value > one_look.comparisons[0].adjusted_p_value
