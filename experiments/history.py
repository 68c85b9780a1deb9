"""A verdict over all looks of an experiment: once final, final."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from experiments.analysis import analyse_all
from experiments.model import Counts, Plan, Report

FINAL_WORDS = ("winner", "loser", "no_difference")

Review = Callable[[int, int, Report], Report]
Settled = tuple[int, Report]


def _as_it_is(number: int, look: int, report: Report) -> Report:
    return report


def follow(
    histories: Sequence[Sequence[Counts]], plan: Plan, visitors: int | None = None, review: Review = _as_it_is
) -> list[Settled]:
    """Report on experiments whose cumulative counts are known at several looks.

    Parameters
    ----------
    histories : sequence of sequences of Counts
        For every experiment its cumulative counts, look by look.
    plan : Plan
        ``final`` speaks of the last look.
    visitors : int, optional
        Planned visitors of an experiment, for a group-sequential or fixed plan; the last look is the end without it.
    review : callable, optional
        ``review(number, look, report)`` gives the report of an experiment's look back, with another verdict when
        something speaks against the one it has (`experiments.paradox.reviewed`).

    Returns
    -------
    list of (int, Report)
        For every experiment the look that settled it (from 0) and the report of that look: the first that may
        decide and does, unless the split was uneven at any look; otherwise the last.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> looks = [Counts((Variant("A", n, n // 100), Variant("B", n, n // 50))) for n in (1000, 5000, 9000)]
    >>> [(look, report.verdict.word) for look, report in follow([looks], Plan())]
    [(1, 'winner')]
    """
    return [own[0] for own in follow_metrics([[history] for history in histories], plan, visitors, review)]


def follow_metrics(
    histories: Sequence[Sequence[Sequence[Counts]]],
    plan: Plan,
    visitors: int | None = None,
    review: Review = _as_it_is,
) -> list[list[Settled]]:
    """`follow` for experiments on several metrics, any of which may decide, corrected for all of them together.

    Parameters
    ----------
    histories : sequence of sequences of sequences of Counts
        By experiment, metric and look; the metrics count the same visitors.
    plan, visitors, review
        As in `follow`.

    Returns
    -------
    list of list of (int, Report)
        By experiment and metric.
    """
    asked: dict[Plan, list[tuple[int, int]]] = {}
    for number, metrics in enumerate(histories):
        for look, each in planned(metrics[0], plan, visitors):
            asked.setdefault(each, []).append((number, look))
    found: list[list[dict[int, Report]]] = [[{} for _ in metrics] for metrics in histories]
    for each, places in asked.items():
        columns = [(number, look, metric) for number, look in places for metric in range(len(histories[number]))]
        families = [k for k, (number, _) in enumerate(places) for _ in histories[number]]
        counts = [histories[number][metric][look] for number, look, metric in columns]
        for (number, look, metric), report in zip(columns, analyse_all(counts, each, families), strict=True):
            found[number][metric][look] = report
    return [[settled(reports, partial(review, number)) for reports in own] for number, own in enumerate(found)]


def settled(
    reports: dict[int, Report], review: Callable[[int, Report], Report] = lambda look, report: report
) -> Settled:
    """The report that stands, of the reports by look so far, and its look."""
    for look, report in reports.items():
        if report.verdict.word == "broken":
            return look, report
    for look, report in reports.items():
        if report.verdict.word in FINAL_WORDS:
            reviewed = review(look, report)
            if reviewed.verdict.word in (*FINAL_WORDS, "broken"):
                return look, reviewed
    last = max(reports)
    return last, review(last, reports[last])


def planned(history: Sequence[Counts], plan: Plan, visitors: int | None = None) -> list[tuple[int, Plan]]:
    """Looks at which a test may be read, and the plan as it stands there."""
    seen, last = [sum(variant.exposed for variant in counts.variants) for counts in history], len(history) - 1
    if plan.kind == "anytime":
        return [(look, replace(plan, final=plan.final and look == last)) for look in range(last + 1)]
    if plan.kind == "fixed":
        return [(last, replace(plan, final=plan.final and seen[last] >= (visitors or 0)))]
    looks, end = [], visitors or max(seen[last], 1)
    for look in range(last + 1):
        fractions = tuple(max(each / end, 1e-6) for each in seen[: look + 1])
        over = fractions[-1] >= 1
        looks.append((look, replace(plan, fractions=fractions, final=over or (plan.final and look == last))))
        if over:  # the plan is over: later visitors decide nothing
            break
    return looks
