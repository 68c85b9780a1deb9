"""What a watched test can find at most."""

import numpy as np
import pytest

from experiments.anytime import GAP_WEIGHTS, gaps_of
from experiments.optimum import Watched
from experiments.simulation import Traffic, watch

SITE = Watched(0.01, 0.5, 300, 28)


def test_exact_chances_are_those_of_drawing() -> None:
    ours = SITE.found(np.expm1(gaps_of(0.5)), np.exp(GAP_WEIGHTS))
    drawn = watch(Traffic(0.01, 2 * 300 * 28, 28, lift=0.5), 4000, np.random.default_rng(1), 0.5, 0.0)[0].mean()
    assert ours == pytest.approx(drawn, abs=0.025)


def test_no_mixture_around_the_oracle_finds_more_and_ours_comes_near() -> None:
    best, bound = SITE.oracle()
    assert best == pytest.approx(0.5)
    for other in (0.25, 0.35, 0.65, 0.9):
        for part in (0.05, 0.3):
            assert SITE.found([0.5, other], [1 - part, part]) < bound
    assert SITE.found(np.expm1(gaps_of(0.5)), np.exp(GAP_WEIGHTS)) > 0.9 * bound
    assert SITE.found(np.expm1(gaps_of(0.3)), np.exp(GAP_WEIGHTS)) > 0.85 * bound
