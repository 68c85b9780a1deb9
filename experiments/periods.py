"""Comparison when the planned shares change from period to period: inside each period, and valid at any look.

A bandit, a ramp that changes shares, or a restart with other weights: thrown together, such periods can show a
difference that is only time (Simpson's paradox). Here every conversion's label is a coin with the bias that held in
its own period. Shares may depend on all results before the period; the product of likelihood ratios stays a
martingale, so the evidence may be looked at as often as in `experiments.anytime`, and means the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import exp

import numpy as np
from scipy import special

from experiments import multiplicity, sample_ratio, shrinkage
from experiments.analysis import analyse
from experiments.model import Counts, Plan, Report, Variant
from experiments.period_labels import labels_of, log_lift
from experiments.posterior import normal_loss
from experiments.strata import stratify
from experiments.verdict import decide, judge_split


def analyse_periods(periods: Sequence[Counts], plan: Plan) -> Report:
    """Report on an experiment whose shares changed, from the counts of every period by itself.

    Lift and one-look figures are Mantel and Haenszel's over the periods, the verdict rests on the anytime evidence
    of the labels; the split is checked against each period's own shares. With few periods and a small floor the
    price is visible: a bandit sends the visitors where it wins, not where it learns.

    Parameters
    ----------
    periods : sequence of Counts
        Not cumulative; the same variants in the same order, each with its ``share`` in that period.
    plan : Plan
        An ``anytime`` plan.

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        When the plan is another one or the periods have different variants.

    Examples
    --------
    >>> def week(share, a, b):
    ...     return Counts((Variant("A", *a, 1 - share), Variant("B", *b, share)))
    >>> slow, fast = week(0.5, (1000, 10), (1000, 10)), week(0.9, (200, 8), (1800, 72))
    >>> report = analyse_periods([slow, fast], Plan())
    >>> print(f"{report.comparisons[0].lift:.2f} {report.comparisons[0].p_value:.2f} {report.verdict.word}")
    0.00 1.00 keep_running
    """
    if plan.kind != "anytime":
        raise ValueError("shares that change need an anytime plan")
    inside = stratify({str(number): counts for number, counts in enumerate(periods)}, plan.alpha)
    whole = analyse(_together(periods), plan)
    labels = [labels_of(periods, each.variant, each.control) for each in whole.comparisons]
    raw = [each.p_value(plan.hoped_lift) for each in labels]
    adjusted, multiplier = multiplicity.holm(raw)
    level = plan.alpha / np.where(adjusted < plan.alpha, multiplier, len(raw))
    q_values = multiplicity.benjamini_hochberg(raw)
    comparisons = []
    for number, (base, own, stratum) in enumerate(zip(whole.comparisons, labels, inside, strict=True)):
        seen, error = log_lift(stratum.lift, stratum.lift_interval, plan.alpha)
        difference, spread = own.difference()
        always = own.lift_interval(plan.hoped_lift, plan.alpha)
        comparisons.append(
            replace(
                base,
                difference=difference,
                difference_interval=own.difference_interval(plan.hoped_lift, plan.alpha),
                lift=stratum.lift,
                lift_interval=always,
                p_value=stratum.p_value,
                exact_p_value=None,
                anytime_p_value=raw[number],
                anytime_lift_interval=always,
                chance_to_beat=float(special.ndtr(seen / error)) if error else 0.5,
                expected_loss=normal_loss(-(difference or 0.0), spread),
                control_expected_loss=normal_loss(difference or 0.0, spread),
                shrunk_lift=shrinkage.shrunk_normal(seen, error, plan.prior_sd) if error else 0.0,
                adjusted_p_value=float(adjusted[number]),
                q_value=float(q_values[number]),
                decisive_interval=own.lift_interval(plan.hoped_lift, float(level[number])),
                simultaneous_interval=own.lift_interval(plan.hoped_lift, plan.alpha / len(raw)),
            )
        )
    split = judge_split(_split(periods))
    verdict = decide(whole.metric, plan, whole.variants, comparisons, split)
    return replace(whole, comparisons=tuple(comparisons), sample_ratio=split, verdict=verdict)


def _together(periods: Sequence[Counts]) -> Counts:
    """All periods as one; the planned share of a variant is the part of the visitors that its shares add up to."""
    columns = list(zip(*(counts.variants for counts in periods), strict=True))
    sizes = [sum(each.exposed for each in counts.variants) + 1e-9 for counts in periods]
    wholes = [sum(each.share for each in counts.variants) for counts in periods]
    parts = [
        sum(size * each.share / whole for size, each, whole in zip(sizes, column, wholes, strict=True))
        for column in columns
    ]
    variants = tuple(
        Variant(column[0].name, sum(each.exposed for each in column), sum(each.converted for each in column), part)
        for column, part in zip(columns, parts, strict=True)
    )
    return replace(periods[0], variants=variants)


def _split(periods: Sequence[Counts]) -> float:
    """Sequential p-value of "every period split by its own shares": the periods' Bayes factors multiplied."""
    logs = 0.0
    for counts in periods:
        shares = np.array([each.share for each in counts.variants])
        exposed = [each.exposed for each in counts.variants]
        logs += float(sample_ratio.log_evidence(exposed, shares / shares.sum())[0])
    return exp(-max(logs, 0.0))
