"""Comparison inside groups, against statsmodels where it was run once."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.model import Counts, Plan, Variant
from experiments.segments import always_same, by_segment
from experiments.strata import stratify

TABLES = {"phone": (12, 1000, 9, 1200), "tablet": (45, 900, 30, 1000), "desktop": (3, 300, 0, 310)}


def groups(tables: dict[str, tuple[int, int, int, int]]) -> dict[str, Counts]:
    return {name: Counts((Variant("A", n0, x0), Variant("B", n1, x1))) for name, (x1, n1, x0, n0) in tables.items()}


def test_equals_statsmodels() -> None:
    found = stratify(groups(TABLES))[0]
    assert found.lift == pytest.approx(1.7350691096110575 - 1)
    assert found.p_value == pytest.approx(0.00590221136363378)
    assert found.same_everywhere == pytest.approx(0.4, abs=0.05)  # 0.399 by Breslow and Day, for odds
    assert found.lift_interval is not None
    assert found.lift_interval[0] < 0.735 < found.lift_interval[1]
    assert not found.reversed


def test_one_group_is_the_plain_comparison() -> None:
    found = stratify(groups({"all": (120, 2400, 100, 2400)}))[0]
    assert found.lift == found.pooled_lift == pytest.approx(0.2)
    assert found.same_everywhere == 1


def test_sameness_has_its_error_and_finds_differences() -> None:
    random = np.random.default_rng(8)
    false = 0
    for _ in range(500):
        x = random.binomial(3000, [[0.01, 0.013], [0.03, 0.039], [0.02, 0.026]])
        false += (
            stratify(groups({str(i): (b, 3000, a, 3000) for i, (a, b) in enumerate(x.tolist())}))[0].same_everywhere
            < 0.05
        )
    assert false / 500 == pytest.approx(0.05, abs=0.025)
    assert stratify(groups({"phone": (90, 3000, 30, 3000), "desktop": (30, 3000, 90, 3000)}))[0].same_everywhere < 1e-6


def test_chance_flips_of_a_sign_are_no_paradox() -> None:
    assert not stratify(groups({"phone": (10, 1000, 11, 1000), "desktop": (20, 900, 21, 1000)}))[0].reversed


def test_a_watched_comparison_inside_the_groups_has_a_wider_interval_and_rarely_finds_differences() -> None:
    fair = groups({"phone": (90, 3000, 60, 3000), "desktop": (45, 3000, 30, 3000)})
    [once], [watched] = (by_segment({"device": fair}, plan) for plan in (Plan("fixed", final=True), Plan()))
    assert once.inside.lift == watched.inside.lift
    assert once.inside.lift_interval is not None
    assert watched.inside.lift_interval is not None
    assert watched.inside.lift_interval[0] < once.inside.lift_interval[0]
    assert watched.inside.lift_interval[1] > once.inside.lift_interval[1]
    random, called = np.random.default_rng(9), 0
    for _ in range(100):
        looks = random.binomial(300, [[0.01, 0.015], [0.03, 0.045], [0.02, 0.03]], (20, 3, 2)).cumsum(axis=0)
        cells = [[(int(b), 0, int(a), 0, 1.0) for a, b in look] for look in looks]
        called += any(always_same(rows) < 0.05 for rows in cells)
    assert called <= 5
    assert always_same([(90, 0, 30, 0, 1.0), (30, 0, 90, 0, 1.0)]) < 1e-6


def test_different_variants_are_refused() -> None:
    other = Counts((Variant("A", 10, 1), Variant("C", 10, 1)))
    with pytest.raises(ValueError, match="the same variants"):
        stratify({**groups(TABLES), "tv": other})


cells = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.dictionaries(st.text(max_size=3), st.tuples(cells, cells), min_size=1, max_size=5))
def test_always_defined(tables: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> None:
    found = stratify(groups({name: (*one, *other) for name, (one, other) in tables.items()}))[0]
    assert 0 <= found.p_value <= 1
    assert 0 <= found.same_everywhere <= 1
    for value in (found.lift, found.pooled_lift, *(found.lift_interval or ())):
        assert value is None or math.isfinite(value)
