"""How long an experiment must run, said before it starts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from widget_server.trials import analysis, crossed
from widget_server.trials.model import LONGEST_ADVISED_DAYS, LONGEST_DAYS, SHORTEST_DAYS, Draft

HISTORY = timedelta(days=28)
LEAST_HISTORY = timedelta(days=7)
LEAST_PEOPLE = 200
LEAST_CONVERSIONS = 5


@dataclass(frozen=True)
class Usual:
    """A site's own figures; None where it has not run long enough to tell."""

    daily_visitors: float | None
    baseline: float | None


@dataclass(frozen=True)
class TrialPlan:
    """What the experiment needs.

    ``missing`` names the figures that the marketer must give. ``warnings``: ``too_long`` (more than eight weeks),
    ``underpowered`` (it is planned to end before it can know).
    """

    daily_visitors: float | None
    baseline: float | None
    from_site: bool
    missing: tuple[str, ...]
    visitors: int | None
    days_needed: int | None
    advised_days: int
    smallest_lift: float | None
    warnings: tuple[str, ...]


def usual_from(people: int, converted: int, first_view: datetime | None, now: datetime) -> Usual:
    """Return the figures of the last weeks, as far as they can be trusted.

    >>> at = datetime(2026, 11, 22)
    >>> usual_from(2800, 56, at - timedelta(days=28), at), usual_from(2800, 3, at - timedelta(days=2), at)
    (Usual(daily_visitors=100.0, baseline=0.02), Usual(daily_visitors=None, baseline=None))
    """
    if first_view is None or now - first_view < LEAST_HISTORY:
        return Usual(None, None)
    enough = people >= LEAST_PEOPLE and converted >= LEAST_CONVERSIONS
    return Usual(people / ((now - first_view) / timedelta(days=1)), min(converted / people, 0.99) if enough else None)


def make_plan(draft: Draft, usual: Usual) -> TrialPlan:
    """Return what the draft needs, from what the marketer says, else from the site's own figures."""
    daily = draft.daily_visitors or usual.daily_visitors
    baseline = draft.baseline or usual.baseline
    missing = tuple(n for n, value in (("daily_visitors", daily), ("baseline", baseline)) if not value)
    from_site = not missing and draft.daily_visitors is None and draft.baseline is None
    if not daily or not baseline:
        return TrialPlan(daily, baseline, from_site, missing, None, None, 2 * SHORTEST_DAYS, None, ())
    comparisons, share = _compared(draft)
    per_variant = analysis.visitors_per_variant(baseline, draft.hoped_lift, comparisons)
    days = None if per_variant is None else ceil(per_variant / (daily * share))
    visitors = None if days is None else ceil(days * daily * draft.coverage)
    seen = analysis.smallest_lift(baseline, daily * share * draft.planned_days, comparisons)
    return TrialPlan(
        daily, baseline, from_site, missing, visitors, days, _advised(days), seen, _warnings(days, draft.planned_days)
    )


def _compared(draft: Draft) -> tuple[int, float]:
    """Return how many comparisons are made and which part of the visitors the smaller side of one has.

    Of a crossed test each change is compared on its own, half of all visitors against the other half.
    """
    if crossed.levels(draft):
        return 1, draft.coverage / 2
    return len(draft.variants) - 1, min(variant.weight for variant in draft.variants) * draft.coverage


def _advised(days: int | None) -> int:
    """Return whole weeks, two at least: one week may be an odd one."""
    weeks = ceil((days or LONGEST_DAYS) / 7)
    return min(max(weeks * 7, 2 * SHORTEST_DAYS), LONGEST_ADVISED_DAYS)


def _warnings(days: int | None, planned: int) -> tuple[str, ...]:
    if days is None:
        return ("impossible",)
    long = ("too_long",) if days > LONGEST_ADVISED_DAYS else ()
    return (*long, "underpowered") if days > planned else long
