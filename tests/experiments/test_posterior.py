"""The Bayesian reading: expected losses, and the verdict by a cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from experiments.analysis import analyse
from experiments.model import Counts, Plan, Variant
from experiments.posterior import chance_to_beat, expected_loss, normal_loss

# By mpmath with 30 digits: the integrals of F1 (1 - F0) and F0 (1 - F1).
KNOWN = {
    (156, 2380, 120, 2400): (2.4607723192e-5, 0.0155609191234),
    (9, 41, 3, 40): (0.00120611330431, 0.138526157601),
    (4, 510, 0, 500): (6.44351968408e-5, 0.00783802832433),
    (0, 0, 0, 0): (1 / 6, 1 / 6),
    (0, 10, 5, 12): (0.346045548654, 0.000807453416149),
    (3, 3, 0, 40): (1.45905100405e-7, 0.776190622096),
}


@pytest.mark.parametrize(("cell", "wanted"), KNOWN.items())
def test_expected_losses_known_values(cell: tuple[int, ...], wanted: tuple[float, float]) -> None:
    assert expected_loss(*cell) == pytest.approx(wanted, abs=2e-12)


cells = st.integers(0, 10**6).flatmap(lambda n: st.tuples(st.integers(0, min(n, 5000)), st.just(n)))


@given(cells, cells, st.sampled_from([(1.0, 1.0), (2.0, 98.0), (0.5, 0.5)]))
def test_losses_mirror_and_differ_by_the_difference(
    one: tuple[int, int], other: tuple[int, int], prior: tuple[float, float]
) -> None:
    variant, control = expected_loss(*one, *other, prior)
    means = [(x + prior[0]) / (n + sum(prior)) for x, n in (one, other)]
    assert variant >= 0
    assert control - variant == pytest.approx(means[0] - means[1], abs=1e-12)
    assert expected_loss(*other, *one, prior) == pytest.approx((float(control), float(variant)), abs=1e-9)
    assert chance_to_beat(*other, *one, prior) == pytest.approx(1 - chance_to_beat(*one, *other, prior), abs=1e-8)


def test_drawing_gives_the_same_losses_with_a_prior() -> None:
    random = np.random.default_rng(3)
    one, other = random.beta(2 + 30, 98 + 970, 400_000), random.beta(2 + 20, 98 + 980, 400_000)
    found = expected_loss(30, 1000, 20, 1000, (2.0, 98.0))
    assert found == pytest.approx((np.maximum(other - one, 0).mean(), np.maximum(one - other, 0).mean()), rel=0.03)


def test_normal_losses() -> None:
    assert normal_loss(0.3, 2.0) == pytest.approx(0.3 * special.ndtr(0.15) + 2 * np.exp(-(0.15**2) / 2) / 2.5066282746)


COUNTS = Counts((Variant("A", 2400, 120), Variant("B", 2380, 156)))


def test_a_cost_decides_only_when_it_is_asked_to() -> None:
    assert analyse(COUNTS, Plan()).verdict.word == "keep_running"
    report = analyse(COUNTS, Plan(prior=(2, 38), cost=0.0005))
    assert (report.verdict.word, report.verdict.variant) == ("winner", "B")
    assert "costs less than 5 conversions per 10,000 visitors" in report.verdict.sentence["en"]
    assert "показывайте «B»" in report.verdict.sentence["ru"]
    swapped = Counts((Variant("A", 2380, 156), Variant("B", 2400, 120)))
    assert analyse(swapped, Plan(prior=(2, 38), cost=0.0005)).verdict.word == "loser"
    assert analyse(COUNTS, Plan(final=True, prior=(2, 38), cost=1e-7)).verdict.word == "not_enough_traffic"


def test_a_cost_minds_the_split_and_the_number_of_variants() -> None:
    broken = Counts((Variant("A", 2400, 120), Variant("B", 3380, 256)))
    assert analyse(broken, Plan(cost=0.0005)).verdict.word == "broken"
    three = Counts((*COUNTS.variants, Variant("C", 2390, 130)))
    with pytest.raises(ValueError, match="two variants"):
        analyse(three, Plan(cost=0.0005))
    with pytest.raises(ValueError, match="cost"):
        Plan(cost=1.5)
    with pytest.raises(ValueError, match="prior"):
        Plan(prior=(0.0, 1.0))
