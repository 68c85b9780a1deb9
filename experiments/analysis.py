"""The seam of the package: counts and a plan in, a report out."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments import verdict
from experiments.evidence import Evidence, Integers, arms_of, gather
from experiments.model import Comparison, Counts, OpenInterval, Plan, Report, VariantReport
from experiments.rates import Bounds

_PIECE = 4000  # experiments computed at once: as fast as all of them, in bounded memory


def analyse(counts: Counts, plan: Plan) -> Report:
    """Report on one experiment at one look.

    Parameters
    ----------
    counts : Counts
        Exposed and converted visitors per variant so far.
    plan : Plan
        How the experiment may be decided.

    Returns
    -------
    Report
        Never NaN: what is undefined is None.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> counts = Counts((Variant("A", 4800, 96), Variant("B", 4750, 190)), "answered_call")
    >>> report = analyse(counts, Plan())
    >>> report.verdict.word, report.verdict.variant
    ('winner', 'B')
    >>> print(report.verdict.sentence["en"].replace("\\u202f", " "))
    “B” brings more answered calls: +100 % (38 % to 188 %).
    """
    return analyse_all([counts], plan)[0]


def analyse_all(experiments: Sequence[Counts], plan: Plan, families: Sequence[int] | None = None) -> list[Report]:
    """Reports on many experiments that share a plan, computed together.

    Parameters
    ----------
    experiments : sequence of Counts
    plan : Plan
    families : sequence of int, optional
        For every experiment a number; neighbours with the same one are corrected together (`analyse_metrics`).

    Returns
    -------
    list of Report

    Examples
    --------
    >>> analyse_all([], Plan())
    []
    """
    numbers = np.arange(len(experiments)) if families is None else np.asarray(families, dtype=int)
    ends = np.flatnonzero(np.diff(numbers, append=-1)) + 1
    found: list[Report] = []
    while len(found) < len(experiments):
        start = len(found)
        place = int(np.searchsorted(ends, start + _PIECE))
        end = int(ends[min(place, ends.size - 1)])
        found += _together(experiments[start:end], plan, numbers[start:end] - numbers[start])
    return found


def analyse_metrics(metrics: Sequence[Counts], plan: Plan) -> list[Report]:
    """Reports on several metrics of one experiment, any of which may decide: corrected for all of them together.

    Adjusted p-values (Holm), decisive and simultaneous intervals count every variant on every metric, so that *some*
    wrong verdict among all metrics has the probability ``plan.alpha``. A metric that must only not fall is no metric
    to decide by: make it a guardrail (`experiments.guardrails`).

    Parameters
    ----------
    metrics : sequence of Counts
        Of the same visitors: conversions of several kinds.
    plan : Plan

    Returns
    -------
    list of Report
        One per metric.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> calls = Counts((Variant("A", 9000, 100), Variant("B", 9000, 136)), "answered_call")
    >>> chats = Counts((Variant("A", 9000, 300), Variant("B", 9000, 305)), "chat")
    >>> final = Plan("fixed", final=True)
    >>> alone, together = analyse(calls, final), analyse_metrics([calls, chats], final)[0]
    >>> [round(each.comparisons[0].adjusted_p_value, 3) for each in (alone, together)]
    [0.018, 0.037]
    """
    return analyse_all(metrics, plan, [0] * len(metrics))


def _together(experiments: Sequence[Counts], plan: Plan, families: Integers) -> list[Report]:
    figures = gather(arms_of(experiments), plan, families)
    variants, comparisons = _variants(experiments, figures), _comparisons(experiments, figures)
    reports = []
    for number, counts in enumerate(experiments):
        split = verdict.judge_split(float(figures.split[number]))
        word = verdict.decide(counts.metric, plan, variants[number], comparisons[number], split)
        reports.append(
            Report(counts.metric, plan.basis, tuple(variants[number]), tuple(comparisons[number]), split, word)
        )
    return reports


def _variants(experiments: Sequence[Counts], figures: Evidence) -> list[list[VariantReport]]:
    shares, lows, highs = (each.tolist() for each in (figures.arms.share, *figures.rate_interval))
    rows = iter(zip(shares, lows, highs, strict=True))
    return [
        [
            VariantReport(
                each.name,
                each.exposed,
                each.converted,
                share,
                each.converted / each.exposed if each.exposed else None,
                (low, high),
            )
            for each, (share, low, high) in zip(counts.variants, rows, strict=False)
        ]
        for counts in experiments
    ]


def _comparisons(experiments: Sequence[Counts], figures: Evidence) -> list[list[Comparison]]:
    names = [variant.name for counts in experiments for variant in counts.variants]
    one, control = figures.arms.pairs
    difference, lift = _effects(figures)
    columns = zip(
        one.tolist(),
        control.tolist(),
        figures.arms.experiment[one].tolist(),
        difference,
        _pairs(figures.difference_interval),
        lift,
        _open(figures.lift_interval),
        figures.p_value.tolist(),
        _finite(figures.exact_p_value),
        figures.anytime_p_value.tolist(),
        _open(figures.anytime_lift_interval),
        figures.chance_to_beat.tolist(),
        figures.expected_loss[0].tolist(),
        figures.expected_loss[1].tolist(),
        figures.shrunk_lift.tolist(),
        figures.adjusted_p_value.tolist(),
        figures.q_value.tolist(),
        _open(figures.decisive_interval),
        _open(figures.simultaneous_interval),
        strict=True,
    )
    found: list[list[Comparison]] = [[] for _ in experiments]
    for variant, base, experiment, *values in columns:
        found[experiment].append(Comparison(names[variant], names[base], *values))
    return found


def _effects(figures: Evidence) -> tuple[list[float | None], list[float | None]]:
    """Observed differences and lifts, None where they are undefined."""
    arms, (one, control) = figures.arms, figures.arms.pairs
    with np.errstate(all="ignore"):
        rate = arms.converted / arms.exposed
        difference, lift = rate[one] - rate[control], rate[one] / rate[control] - 1
    return _finite(difference), _finite(lift)


def _finite(values: Any) -> list[float | None]:
    return [value if ok else None for value, ok in zip(values.tolist(), np.isfinite(values), strict=True)]


def _pairs(bounds: Bounds) -> list[tuple[float, float]]:
    return list(zip(bounds[0].tolist(), bounds[1].tolist(), strict=True))


def _open(bounds: Bounds) -> list[OpenInterval]:
    return list(zip(bounds[0].tolist(), _finite(bounds[1]), strict=True))
