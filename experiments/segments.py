"""Does the effect differ between groups of visitors? Corrected for asking about many groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log, log1p

import numpy as np
from scipy import special

from experiments import anytime, multiplicity, score
from experiments.model import Counts, Note, OpenInterval, Plan
from experiments.rates import normal_quantile
from experiments.strata import Stratified, stratify
from experiments.wording import percent, quoted, span

SPREAD = 15.0  # conversions that a group's lift is thought to be worth before it is seen
REVERSED_TEXT = {
    "en": "Simpson's paradox by {by}: thrown together {name} changes by {pooled}, inside the groups by {inside}. The "
    "groups got different shares of the variants: trust the figure inside the groups, and find out why.",
    "ru": "Парадокс Симпсона по признаку {by}: в сумме {name} даёт {pooled}, а внутри групп {inside}. Варианты "
    "достались группам в разных долях: верьте цифре внутри групп и найдите причину.",
}
DIFFERS_TEXT = {
    "en": "The effect of {name} is not the same everywhere ({by}): {most}.",
    "ru": "Эффект {name} не везде одинаков ({by}): {most}.",
}


@dataclass(frozen=True)
class Part:
    """A variant against the control in one group of visitors.

    ``lift_interval`` holds together with those of all groups of its dimension; ``adjusted_p_value`` (Holm) counts
    all groups of all dimensions.
    """

    value: str
    exposed: int
    converted: int
    control_exposed: int
    control_converted: int
    lift: float | None
    lift_interval: OpenInterval
    adjusted_p_value: float


@dataclass(frozen=True)
class Segment:
    """A variant against the control by one dimension.

    ``inside`` compares inside the groups (`experiments.strata`). While the plan may be watched its interval holds at
    any look (asymptotically: a normal mixture, as in `experiments.means`), and so does ``adjusted_sameness``, Holm's
    p-value, over all dimensions and variants, of "the lift is the same in all groups".
    """

    dimension: str
    inside: Stratified
    adjusted_sameness: float
    parts: tuple[Part, ...]


def by_segment(dimensions: Mapping[str, Mapping[str, Counts]], plan: Plan) -> list[Segment]:
    """Compare inside the groups of several dimensions.

    Parameters
    ----------
    dimensions : mapping of str to mapping of str to Counts
        For ``device``, ``weekday``, ...: counts of every group, with the same variants in the same order.
    plan : Plan
        While it may be watched, the parts have anytime figures, at its end those of one look.

    Returns
    -------
    list of Segment
        One per dimension and variant. 10 groups of equal effect show a difference in 5 % of the tests, not in 40 %.

    Raises
    ------
    ValueError
        When the groups of a dimension have different variants.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> groups = {"phone": Counts((Variant("A", 9000, 90), Variant("B", 9000, 190))),
    ...           "desktop": Counts((Variant("A", 9000, 95), Variant("B", 9000, 97)))}
    >>> found = by_segment({"device": groups}, Plan("fixed", final=True))[0]
    >>> [round(part.adjusted_p_value, 3) for part in found.parts], found.adjusted_sameness < 0.001
    ([0.0, 0.885], True)
    """
    inside = [(name, groups, each) for name, groups in dimensions.items() for each in stratify(groups, plan.alpha)]
    if not inside:
        return []
    cells = [_cells(groups, each) for _, groups, each in inside]
    once = [each.same_everywhere for _, _, each in inside]
    sameness = multiplicity.holm(once if plan.basis == "fixed" else [always_same(rows) for rows in cells])[0]
    sizes = [len(rows) for rows in cells]
    x1, n1, x0, n0, odds = np.array([row for rows in cells for row in rows], dtype=float).T
    level = plan.alpha / np.repeat(sizes, sizes)
    if plan.basis == "fixed":
        p_values, bounds = score.p_value(x1, n1, x0, n0), score.lift_interval(x1, n1, x0, n0, level)
    else:
        p_values = anytime.p_value(x1, x0, odds, plan.hoped_lift)
        bounds = anytime.lift_interval(x1, x0, odds, plan.hoped_lift, level)
    adjusted = multiplicity.holm(p_values)[0].tolist()
    ends = [(low, high if np.isfinite(high) else None) for low, high in zip(*(b.tolist() for b in bounds), strict=True)]
    found, at = [], 0
    for (name, groups, each), same, rows in zip(inside, sameness.tolist(), cells, strict=True):
        parts = [
            Part(value, int(b), int(a), int(d), int(c), a / b / (c / d) - 1 if b and c else None, *figures)
            for value, (a, b, c, d, _), figures in zip(
                groups, rows, zip(ends[at:], adjusted[at:], strict=True), strict=False
            )
        ]
        at += len(rows)
        found.append(Segment(name, each if plan.basis == "fixed" else _watched(each, plan), same, tuple(parts)))
    return found


def _watched(inside: Stratified, plan: Plan) -> Stratified:
    """With an interval of the lift that holds at any look."""
    if inside.lift is None or inside.lift_interval is None:
        return inside
    middle = log1p(inside.lift)
    error = (log1p(inside.lift_interval[1]) - middle) / float(normal_quantile(plan.alpha))
    spread = (error / log1p(plan.hoped_lift)) ** 2
    half = error * ((1 + spread) * (2 * log(1 / plan.alpha) + log1p(1 / spread))) ** 0.5 if error > 0 else 0.0
    return replace(inside, lift_interval=(exp(middle - half) - 1, exp(min(middle + half, 600.0)) - 1))


def always_same(rows: Sequence[Sequence[float]]) -> float:
    """P-value of "the lift is the same in all groups" that holds at any number of looks.

    The labels of the conversions, as in `experiments.anytime`: a Beta-binomial in every group, spread around the
    planned split, against the best that one common lift can do. Divided by the likelihood at *any* common lift the bet
    would be a martingale, by the largest it is less (universal inference; Wasserman, Ramdas and Balakrishnan, PNAS 117
    (2020) 16880).

    Examples
    --------
    >>> groups = [(190, 9000, 90, 9000, 1.0), (97, 9000, 95, 9000, 1.0)]
    >>> print(f"{always_same(groups):.4f} {always_same(groups[:1]):.1f}")
    0.0327 1.0
    """
    x1, _, x0, _, odds = np.array(rows, dtype=float).T
    share = odds / (1 + odds)
    one, other = SPREAD * share, SPREAD * (1 - share)
    bets = float((special.betaln(x1 + one, x0 + other) - special.betaln(one, other)).sum())
    low, high = np.log(1e-9), np.log(1e9)
    for _ in range(80):  # the best common log lift: the score falls
        middle = (low + high) / 2
        part = special.expit(middle + np.log(odds))
        low, high = (middle, high) if (x1 - (x1 + x0) * part).sum() > 0 else (low, middle)
    best = float((special.xlogy(x1, part) + special.xlog1py(x0, -part)).sum())
    return min(1.0, float(np.exp(best - bets)))


def _cells(groups: Mapping[str, Counts], each: Stratified) -> list[tuple[float, ...]]:
    """Conversions and visitors of variant and control, and their planned odds, per group."""
    rows: list[tuple[float, ...]] = []
    for counts in groups.values():
        arms = {variant.name: variant for variant in counts.variants}
        one, other = arms[each.variant], arms[each.control]
        rows.append((one.converted, one.exposed, other.converted, other.exposed, one.share / other.share))
    return rows


def segment_notes(segments: Sequence[Segment], alpha: float = 0.05) -> list[Note]:
    """Warnings: Simpson's paradox, and effects that differ for certain.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> groups = {"phone": Counts((Variant("A", 1000, 10), Variant("B", 9000, 120))),
    ...           "desktop": Counts((Variant("A", 9000, 450), Variant("B", 1000, 60)))}
    >>> [note.code for note in segment_notes(by_segment({"device": groups}, Plan()))]
    ['simpson']
    """
    notes = []
    for each in segments:
        inside = each.inside
        if inside.reversed and inside.pooled_lift is not None and inside.lift is not None:
            pooled, own = inside.pooled_lift, inside.lift
            notes.append(
                Note("simpson", {
                    way: text.format(by=each.dimension, name=quoted(inside.variant, way),
                                     pooled=percent(pooled, way, signed=True), inside=percent(own, way, signed=True))
                    for way, text in REVERSED_TEXT.items()
                })
            )  # fmt: skip
        elif each.adjusted_sameness < alpha:
            notes.append(
                Note("effect_differs", {
                    way: text.format(by=each.dimension, name=quoted(inside.variant, way), most=_extremes(each, way))
                    for way, text in DIFFERS_TEXT.items()
                })
            )  # fmt: skip
    return notes


def _extremes(segment: Segment, language: str) -> str:
    """Lowest and highest group with their ranges."""
    known = sorted((part for part in segment.parts if part.lift is not None), key=lambda part: part.lift or 0.0)
    picked = known if len(known) < 2 else [known[0], known[-1]]
    return ", ".join(f"{part.value} {span(part.lift_interval, language, signed=True)}" for part in picked)
