"""A verdict over all looks of an experiment: once final, final."""

from collections.abc import Sequence
from dataclasses import replace

from experiments.analysis import analyse, analyse_all
from experiments.model import Counts, Plan, Report

FINAL_WORDS = ("winner", "loser", "no_difference")


def follow(histories: Sequence[Sequence[Counts]], plan: Plan, visitors: int | None = None) -> list[tuple[int, Report]]:
    """Report on experiments whose cumulative counts are known at several looks.

    Parameters
    ----------
    histories : sequence of sequences of Counts
        For every experiment its cumulative counts, look by look.
    plan : Plan
        ``final`` speaks of the last look.
    visitors : int, optional
        Planned visitors of an experiment, for a group-sequential plan; the last look is the end without it.

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
    if plan.kind == "group-sequential":
        return [settled(_planned_looks(history, plan, visitors)) for history in histories]
    if plan.kind == "fixed":
        return [(len(history) - 1, report) for history, report in zip(histories, _at_end(histories, plan), strict=True)]
    reports = iter(analyse_all([counts for history in histories for counts in history], replace(plan, final=False)))
    watched = [[next(reports) for _ in history] for history in histories]
    if plan.final:
        for looks, last in zip(watched, _at_end(histories, plan), strict=True):
            looks[-1] = last
    return [settled(looks) for looks in watched]


def settled(reports: Sequence[Report]) -> tuple[int, Report]:
    """The report that stands, of the reports of all looks so far, and its number."""
    for number, report in enumerate(reports):
        if report.verdict.word == "broken":
            return number, report
    for number, report in enumerate(reports):
        if report.verdict.word in FINAL_WORDS:
            return number, report
    return len(reports) - 1, reports[-1]


def _at_end(histories: Sequence[Sequence[Counts]], plan: Plan) -> list[Report]:
    return analyse_all([history[-1] for history in histories], plan)


def _planned_looks(history: Sequence[Counts], plan: Plan, visitors: int | None) -> list[Report]:
    seen = [sum(variant.exposed for variant in counts.variants) for counts in history]
    planned = visitors or max(seen[-1], 1)
    reports = []
    for number, counts in enumerate(history):
        fractions = tuple(max(each / planned, 1e-6) for each in seen[: number + 1])
        ended = number == len(history) - 1 and (plan.final or fractions[-1] >= 1)
        reports.append(analyse(counts, replace(plan, fractions=fractions, final=ended)))
        if fractions[-1] >= 1:  # the plan is over: later visitors decide nothing
            break
    return reports
