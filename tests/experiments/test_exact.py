"""Exact tests against scipy's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from experiments import exact

TABLES = [(9, 41, 3, 40), (7, 10, 10, 10), (0, 10, 0, 12), (1, 25, 9, 30), (12, 60, 20, 55)]


def scipy_table(x1: int, n1: int, x0: int, n0: int) -> list[list[int]]:
    return [[x1, x0], [n1 - x1, n0 - x0]]


@pytest.mark.parametrize("cell", TABLES)
def test_boschloo_and_barnard_equal_scipy(cell: tuple[int, int, int, int]) -> None:
    table = scipy_table(*cell)
    assert exact.boschloo(*cell) == pytest.approx(stats.boschloo_exact(table, n=64).pvalue, abs=1e-6)
    assert exact.barnard(*cell) == pytest.approx(stats.barnard_exact(table, n=64).pvalue, abs=1e-6)


cells = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, min(n, 80)), st.just(n)))


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5))
def test_many_fisher_tests_equal_scipy_one_by_one(pairs: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    columns = np.array([(*one, *other) for one, other in pairs]).T
    wanted = [stats.fisher_exact(scipy_table(*one, *other)).pvalue for one, other in pairs]
    np.testing.assert_allclose(exact.fisher(*columns), wanted, rtol=1e-6, atol=1e-12)


def test_swapping_the_arms_changes_nothing() -> None:
    for x1, n1, x0, n0 in TABLES:
        assert exact.boschloo(x1, n1, x0, n0) == pytest.approx(exact.boschloo(x0, n0, x1, n1), abs=1e-9)
        assert exact.fisher(x1, n1, x0, n0) == pytest.approx(exact.fisher(x0, n0, x1, n1))


def test_too_many_outcomes_are_refused() -> None:
    with pytest.raises(ValueError, match="outcomes"):
        exact.boschloo(3, 2000, 9, 2000)
    with pytest.raises(ValueError, match="outcomes"):
        exact.barnard(0, 0, 1, 5)
