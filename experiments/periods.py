"""Comparison when the planned shares change from period to period: inside each period, and valid at any look.

A bandit, a ramp that changes shares, or a restart with other weights: thrown together, such periods can show a
difference that is only time (Simpson's paradox). Here every conversion's label is a coin with the bias that held in
its own period. Shares may depend on all results before the period; the product of likelihood ratios stays a
martingale, so the evidence may be looked at as often as in `experiments.anytime`, and means the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, log

import numpy as np
from scipy import special

from experiments import multiplicity, sample_ratio, shrinkage
from experiments.analysis import analyse
from experiments.anytime import FAR, GAP_WEIGHTS, gaps_of
from experiments.model import Comparison, Counts, Interval, Plan, Report, Variant
from experiments.roots import Floats, decreasing_root
from experiments.strata import stratify
from experiments.verdict import decide, judge_split


@dataclass(frozen=True)
class Labels:
    """First conversions of variant and control in every period, and the odds of the variant there."""

    x1: Floats
    x0: Floats
    odds: Floats

    def bet(self, hoped_lift: float, center: Floats, *, higher: bool = True) -> tuple[Floats, Floats]:
        """Log of the bet that the log lift is above ``center`` (or the negative of it below), and its slope."""
        gaps, growth = gaps_of(hoped_lift), np.expm1(gaps_of(hoped_lift))
        x, logs = (self.x1, np.log(self.odds)) if higher else (self.x0, -np.log(self.odds))
        share = special.expit(np.asarray(center, dtype=float)[..., None] + logs)[..., None]
        total = (self.x1 + self.x0)[:, None]
        terms = GAP_WEIGHTS + (x[:, None] * gaps - total * np.log1p(share * growth)).sum(axis=-2)
        slopes = -(total * share * (1 - share) * growth / (1 + share * growth)).sum(axis=-2)
        top = terms.max(axis=-1, keepdims=True)
        parts = np.exp(terms - top)
        whole = parts.sum(axis=-1)
        return top[..., 0] + np.log(whole), (parts * slopes).sum(axis=-1) / whole

    def p_value(self, hoped_lift: float, lift: float = 0.0) -> float:
        """Two-sided, for any number of looks.

        Examples
        --------
        >>> labels = Labels(np.array([20.0, 90.0]), np.array([20.0, 10.0]), np.array([1.0, 9.0]))
        >>> labels.p_value(0.3)  # 110 to 30, and nothing but the shares
        1.0
        """
        center = np.array([np.log1p(lift)])
        best = max(self.bet(hoped_lift, way * center, higher=way > 0)[0][0] for way in (1, -1))
        return min(1.0, 2 * exp(-max(float(best), 0.0)))

    def lift_interval(self, hoped_lift: float, alpha: float) -> tuple[float, float | None]:
        """Confidence sequence of a lift that is the same in all periods."""
        low, high = (self._lowest(hoped_lift, log(2 / alpha), higher=way) for way in (True, False))
        return (exp(low) - 1 if low > -FAR else -1.0), (exp(-high) - 1 if high > -FAR else None)

    def _lowest(self, hoped_lift: float, needed: float, *, higher: bool) -> float:
        def left(center: Floats) -> tuple[Floats, Floats]:
            value, slope = self.bet(hoped_lift, center, higher=higher)
            return value - needed, slope

        edge = np.full(1, FAR)
        if left(-edge)[0][0] <= 0:
            return -FAR
        return float(decreasing_root(left, -edge, edge, np.zeros(1))[0])


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
    labels = [_labels(periods, each.variant, each.control) for each in whole.comparisons]
    raw = [each.p_value(plan.hoped_lift) for each in labels]
    adjusted, multiplier = multiplicity.holm(raw)
    level = plan.alpha / np.where(adjusted < plan.alpha, multiplier, len(raw))
    comparisons = []
    for number, (base, own, stratum) in enumerate(zip(whole.comparisons, labels, inside, strict=True)):
        low, high = stratum.lift_interval or (-1.0, None)
        seen, error = _log_lift(stratum.lift, stratum.lift_interval, plan.alpha)
        difference, interval = _difference(periods, base, plan.alpha)
        comparisons.append(
            replace(
                base,
                difference=difference,
                difference_interval=interval,
                lift=stratum.lift,
                lift_interval=(low, high),
                p_value=stratum.p_value,
                anytime_p_value=raw[number],
                anytime_lift_interval=own.lift_interval(plan.hoped_lift, plan.alpha),
                chance_to_beat=float(special.ndtr(seen / error)) if error else 0.5,
                shrunk_lift=shrinkage.shrunk_normal(seen, error, plan.prior_sd) if error else 0.0,
                adjusted_p_value=float(adjusted[number]),
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


def _labels(periods: Sequence[Counts], variant: str, control: str) -> Labels:
    rows = [{each.name: each for each in counts.variants} for counts in periods]
    x1, x0 = (np.array([row[name].converted for row in rows], dtype=float) for name in (variant, control))
    return Labels(x1, x0, np.array([row[variant].share / row[control].share for row in rows]))


def _log_lift(lift: float | None, interval: Interval | None, alpha: float) -> tuple[float, float]:
    """Stratified log lift and its standard error, read off its interval; 0 and 0 where there is none."""
    if lift is None or interval is None:
        return 0.0, 0.0
    return float(np.log1p(lift)), float(np.log1p(interval[1]) - np.log1p(lift)) / float(-special.ndtri(alpha / 2))


def _difference(periods: Sequence[Counts], base: Comparison, alpha: float) -> tuple[float | None, Interval]:
    """Mantel and Haenszel's weighted difference of the rates, with a normal interval."""
    rows = [{each.name: each for each in counts.variants} for counts in periods]
    pairs = [(row[base.variant], row[base.control]) for row in rows]
    pairs = [(one, other) for one, other in pairs if one.exposed and other.exposed]
    if not pairs:
        return None, (-1.0, 1.0)
    x1, n1, x0, n0 = np.array([(a.converted, a.exposed, b.converted, b.exposed) for a, b in pairs], dtype=float).T
    weight = n1 * n0 / (n1 + n0)
    weight /= weight.sum()
    middle = float(weight @ (x1 / n1 - x0 / n0))
    rates = [((x + 0.5) / (n + 1), n) for x, n in ((x1, n1), (x0, n0))]
    variance = float(weight**2 @ sum(p * (1 - p) / n for p, n in rates))
    half = float(-special.ndtri(alpha / 2)) * variance**0.5
    return middle, (max(middle - half, -1.0), min(middle + half, 1.0))


def _split(periods: Sequence[Counts]) -> float:
    """Sequential p-value of "every period split by its own shares": the periods' Bayes factors multiplied."""
    logs = 0.0
    for counts in periods:
        shares = np.array([each.share for each in counts.variants])
        exposed = [each.exposed for each in counts.variants]
        logs += float(sample_ratio.log_evidence(exposed, shares / shares.sum())[0])
    return exp(-max(logs, 0.0))
