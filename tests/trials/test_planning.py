from dataclasses import replace

import pytest

from tests.trials.conftest import DRAFT, Lab
from widget_server.kernel.ids import new_id
from widget_server.trials.planning import Usual, make_plan

BUSY = Usual(daily_visitors=6000, baseline=0.02)
SMALL = Usual(daily_visitors=100, baseline=0.01)


def test_a_busy_site_knows_in_a_week_and_is_told_to_run_two() -> None:
    plan = make_plan(DRAFT, BUSY)
    assert (plan.days_needed, plan.advised_days, plan.warnings, plan.from_site) == (8, 14, (), True)


def test_a_small_site_is_told_that_it_cannot_test_words() -> None:
    plan = make_plan(DRAFT, SMALL)
    assert plan.days_needed is not None
    assert plan.days_needed > 800
    assert plan.warnings == ("too_long", "underpowered")
    assert plan.advised_days == 56
    assert plan.smallest_lift is not None
    assert plan.smallest_lift > 1


def test_the_smallest_share_decides_and_every_comparison_costs() -> None:
    first, second = DRAFT.variants
    uneven = replace(DRAFT, variants=(replace(first, weight=0.9), replace(second, weight=0.1)))
    assert (make_plan(uneven, BUSY).days_needed or 0) >= 5 * (make_plan(DRAFT, BUSY).days_needed or 0) - 5


def test_what_the_marketer_says_goes_first_and_what_is_missing_is_asked() -> None:
    assert make_plan(DRAFT, Usual(None, None)).missing == ("daily_visitors", "baseline")
    said = replace(DRAFT, daily_visitors=6000.0, baseline=0.02)
    assert make_plan(said, SMALL).days_needed == 8


@pytest.mark.parametrize("baseline", [0.9, 0.99])
def test_a_hope_above_everybody_is_impossible(baseline: float) -> None:
    assert make_plan(replace(DRAFT, baseline=baseline), BUSY).warnings == ("impossible",)


def test_the_plan_comes_from_the_sites_own_figures(lab: Lab) -> None:
    for day in range(10):
        for number in range(30):
            visitor = new_id()
            lab.report(visitor, {"id": new_id(), "type": "view"})
            if number == 0:
                lab.act(visitor)
        lab.clock.forward(days=1)
        plan = lab.trials.plan(lab.marketer, lab.site.id, DRAFT)
        assert ("daily_visitors" in plan.missing) == (day < 6)
    assert plan.daily_visitors == pytest.approx(30)
    assert plan.baseline == pytest.approx(1 / 30)


def test_a_warning_is_kept_in_the_log_when_it_is_started_all_the_same(lab: Lab) -> None:
    experiment = lab.start(daily_visitors=50.0, baseline=0.01)
    assert lab.trials.log_of(experiment)[-1].detail == {"warnings": ["too_long", "underpowered"]}
