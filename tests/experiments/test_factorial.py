"""Crossed factors, against statsmodels' GLM where it was run once."""

from itertools import product

import numpy as np
import pytest

from experiments.factorial import Cell, interactions, main_effects
from experiments.model import Plan

FACTORS = ["text", "number", "place"]
CONVERTED = [55, 63, 66, 47, 53, 60, 77, 72, 77, 61, 124, 121]
CELLS = [Cell(levels, 3000, x) for levels, x in zip(product("ab", "xyz", "12"), CONVERTED, strict=True)]


def test_interactions_equal_glm() -> None:
    found = {each.factors: each.p_value for each in interactions(FACTORS, CELLS)}
    assert found == {
        ("text", "number"): pytest.approx(0.0003568994891933278, rel=1e-6),
        ("text", "place"): pytest.approx(0.6204464189893103, rel=1e-6),
        ("number", "place"): pytest.approx(0.12448453076451065, rel=1e-6),
    }


def test_main_effects_use_all_visitors() -> None:
    reports = main_effects(FACTORS, CELLS, Plan("fixed", final=True), "order")
    assert [sum(each.exposed for each in report.variants) for report in reports.values()] == [36_000] * 3
    assert [each.converted for each in reports["text"].variants] == [344, 532]
    assert reports["text"].verdict.variant == "b"
    assert reports["place"].verdict.word == "no_difference"


def test_shares_of_independent_factors_are_kept() -> None:
    cells = [Cell((a, b), int(10_000 * s * t), int(200 * s * t), s * t)
             for (a, s), (b, t) in product([("a", 0.8), ("b", 0.2)], [("x", 0.5), ("y", 0.5)])]  # fmt: skip
    report = main_effects(["one", "two"], cells, Plan())["one"]
    assert [each.share for each in report.variants] == pytest.approx([0.8, 0.2])
    assert report.sample_ratio.ok


def test_factors_are_wrong_in_five_percent_and_their_interactions_too() -> None:
    random = np.random.default_rng(6)
    low, winners = 0, 0
    for _ in range(200):
        cells = [Cell(levels, 2000, int(random.binomial(2000, 0.03))) for levels in product("ab", "xy")]
        low += interactions(["one", "two"], cells)[0].p_value < 0.05
        reports = main_effects(["one", "two"], cells, Plan("fixed", final=True))
        winners += sum(report.verdict.word in ("winner", "loser") for report in reports.values())
    assert low / 200 == pytest.approx(0.05, abs=0.045)
    assert winners / 400 == pytest.approx(0.05, abs=0.03)


def test_empty_cells_have_an_answer() -> None:
    cells = [Cell(levels, n, x) for levels, n, x in zip(product("ab", "xy"), [0, 5, 5, 5], [0, 0, 5, 0], strict=True)]
    assert 0 <= interactions(["one", "two"], cells)[0].p_value <= 1


@pytest.mark.parametrize(
    ("cells", "message"),
    [([], "a level for each"), ([Cell(("a",), 1, 0)], "a level for each"),
     ([Cell(("a", "x"), 1, 0), Cell(("b", "y"), 1, 0)], "every combination"),
     ([Cell(("a", "x"), 1, 0)] * 2, "every combination"),
     ([Cell(levels, 9, 0, s) for levels, s in zip(product("ab", "xy"), [3, 1, 1, 3], strict=True)], "product")],
)  # fmt: skip
def test_designs_that_mix_up_factors_are_refused(cells: list[Cell], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        main_effects(["one", "two"], cells, Plan())
