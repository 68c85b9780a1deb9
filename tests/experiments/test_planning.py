"""Sizes of tests against published figures, and the words about them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.advice import advise
from experiments.planning import LEVERS, size, smallest_lift, visitors_per_arm


@pytest.mark.parametrize(
    ("baseline", "wanted"),
    [(0.005, [327922, 85862, 39885, 15599, 4673]), (0.01, [163095, 42693, 19827, 7750, 2319]),
     (0.02, [80682, 21109, 9798, 3826, 1141]), (0.03, [53211, 13914, 6455, 2518, 749])],
)  # fmt: skip
def test_visitors_per_arm_known_values(baseline: float, wanted: list[int]) -> None:
    assert visitors_per_arm(baseline, [0.1, 0.2, 0.3, 0.5, 1.0]) == pytest.approx(wanted, abs=1)


@given(st.floats(0.001, 0.1), st.floats(0.02, 1))
def test_smallest_lift_inverts_the_size(baseline: float, lift: float) -> None:
    found = smallest_lift(baseline, float(visitors_per_arm(baseline, lift)))
    assert found == pytest.approx(lift, rel=0.02)


@pytest.mark.parametrize("bad", [{"baseline": 0.0}, {"baseline": 0.9}, {"lift": 0.0}, {"arms": 1}, {"daily": 0}])
def test_impossible_plans_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected"):
        size(**{"baseline": 0.02, "lift": 0.5, "daily": 100, **bad})


def test_whole_weeks_and_at_least_two() -> None:
    assert size(0.03, 1.0, daily=5000).days == 14
    assert size(0.02, 0.5, daily=300, kind="fixed").days == 28


def test_more_variants_and_more_looks_cost_more() -> None:
    fixed, anytime, three = (size(0.02, 0.5, kind=kind, arms=arms).visitors_per_arm
                             for kind, arms in (("fixed", 2), ("anytime", 2), ("fixed", 3)))  # fmt: skip
    assert fixed < three < anytime


def test_a_small_site_is_told_that_it_cannot_test_a_text() -> None:
    plan = size(0.01, LEVERS["text"], daily=300)
    assert plan.feasible is False
    english = advise(plan)["en"].replace("\u202f", " ")
    assert english.startswith("With your traffic you cannot find a lift of 20 %: it takes 462 days, and")
    assert "In that time you can find +62 % or more. Test something bigger" in english
    assert "не увидеть: это займёт 462\u202fдня" in advise(plan)["ru"]


def test_without_traffic_only_the_need_is_told() -> None:
    plan = size(0.02, 0.2, kind="fixed")
    assert (plan.days, plan.feasible) == (None, None)
    assert (
        advise(plan)["en"].replace("\u202f", " ")
        == "21,109 visitors (422 conversions) for each of 2 variants find a lift of 20 %."
    )
    assert "нужно по 21\u202f109 посетителей (422 конверсии) на каждый из 2 вариантов" in advise(plan)["ru"]
