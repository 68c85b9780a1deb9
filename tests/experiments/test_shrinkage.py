"""The shrunk lift against direct integration, and its shape."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from experiments.shrinkage import shrunk_lift

counts = st.integers(0, 10**6)


@pytest.mark.parametrize(("x1", "x0", "odds", "sd"), [(30, 20, 1.0, 0.15), (3, 0, 1.0, 0.35), (300, 2000, 0.1, 0.07)])
def test_equals_direct_integration(x1: int, x0: int, odds: float, sd: float) -> None:
    def density(rho: float) -> float:
        share = odds * np.exp(rho) / (1 + odds * np.exp(rho))
        return float(stats.binom.pmf(x1, x1 + x0, share) * stats.t.pdf(rho / sd * 3**0.5, 3))

    median = float(np.log1p(shrunk_lift(x1, x0, odds, sd)))
    below, above = (integrate.quad(density, *ends, limit=400)[0] for ends in ((-9, median), (median, 9)))
    assert below / (below + above) == pytest.approx(0.5, abs=0.01)


@given(counts, counts)
def test_lies_between_nothing_and_what_was_seen_and_mirrors(x1: int, x0: int) -> None:
    log_lift = float(np.log1p(shrunk_lift(x1, x0)))
    assert np.isfinite(log_lift)
    assert log_lift == pytest.approx(-np.log1p(shrunk_lift(x0, x1)), abs=1e-6)
    if x1 and x0:
        assert abs(log_lift) <= abs(np.log(x1 / x0)) + 0.001


def test_winners_are_less_exaggerated() -> None:
    """Where true lifts are as the prior says, the shrunk lift of those that look best is right on average."""
    random = np.random.default_rng(4)
    truth = 0.15 * random.standard_t(3, 20_000) / 3**0.5
    x1 = random.binomial(200, 1 / (1 + np.exp(-truth)))
    x0 = 200 - x1
    best = x1 > 1.3 * x0
    shrunk = np.log1p(shrunk_lift(x1[best], x0[best])).mean()
    raw = np.log(x1[best] / x0[best]).mean()
    assert shrunk == pytest.approx(truth[best].mean(), abs=0.02)
    assert raw > truth[best].mean() + 0.1
