"""Before the start: how many visitors and days an answer takes, and whether it is worth starting at all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.model import Counts, Kind, Plan
from experiments.rates import normal_quantile
from experiments.roots import Floats

# Smallest effects worth hoping for, by what is changed.
LEVERS = {"text": 0.2, "number": 0.3, "placement": 0.5, "channel": 0.5}
# Most visitors that a test takes to keep its power when looks may decide (measured, docs/experiments.md).
FACTORS: dict[Kind, float] = {"fixed": 1.0, "group-sequential": 1.08, "anytime": 1.6}
WEEK = 7


@dataclass(frozen=True)
class Size:
    """What a test costs.

    Parameters
    ----------
    baseline, lift : float
        Conversion rate of the control, and the lift hoped for, as fractions.
    arms : int
        Variants, with the control.
    visitors_per_arm : int
        At the planned end; for ``anytime`` at the latest end.
    visitors : int
        Over all variants.
    conversions : int
        That the control is expected to have at the end.
    days : int or None
        Whole weeks, at least two; None when the daily traffic is not known.
    days_limit : int
        Longest test that makes sense.
    smallest_lift : float or None
        That can be found within the limit; None when the traffic is not known or not even a tenfold rate can.
    feasible : bool or None
        Whether the test ends within the limit.
    """

    baseline: float
    lift: float
    arms: int
    visitors_per_arm: int
    visitors: int
    conversions: int
    days: int | None
    days_limit: int
    smallest_lift: float | None
    feasible: bool | None


def visitors_per_arm(baseline: ArrayLike, lift: ArrayLike, alpha: float = 0.05, power: float = 0.8) -> Floats:
    """Visitors per variant for a two-sided test of two rates, one look.

    ``(z_alpha/2 sqrt(2 p q) + z_power sqrt(p0 q0 + p1 q1))² / (p1 - p0)²`` with p the mean of both rates.
    Source: Fleiss, Levin and Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 4.14.

    Parameters
    ----------
    baseline, lift : array of float
        Rate of the control, and relative change, as fractions.
    alpha, power : float
        Accepted probability of a wrong verdict; wanted probability of a right one.

    Returns
    -------
    array of float
        Rounded up to whole visitors.

    Raises
    ------
    ValueError
        When a rate is not between 0 and 1 or there is no change to find.

    Examples
    --------
    >>> visitors_per_arm(0.02, [0.1, 0.2, 0.5]).astype(int)
    array([80682, 21109,  3826])
    """
    p0 = np.asarray(baseline, dtype=float)
    p1 = p0 * (1 + np.asarray(lift, dtype=float))
    if np.any((p0 <= 0) | (p1 <= 0) | (p0 >= 1) | (p1 >= 1) | (p0 == p1)):
        raise ValueError("expected a lift other than 0 and both rates between 0 and 1")
    mean = (p0 + p1) / 2
    noise = normal_quantile(alpha) * np.sqrt(2 * mean * (1 - mean))
    signal = special.ndtri(power) * np.sqrt(p0 * (1 - p0) + p1 * (1 - p1))
    return np.asarray(np.ceil(((noise + signal) / (p1 - p0)) ** 2), dtype=float)


def smallest_lift(baseline: float, visitors: float, alpha: float = 0.05, power: float = 0.8) -> float | None:
    """Smallest positive lift that so many visitors per variant can find; None above tenfold.

    Examples
    --------
    >>> round(smallest_lift(0.02, 21109), 3)
    0.2
    """
    low, high = 1e-4, min(9.0, 0.999 / baseline - 1)
    if high <= low or visitors_per_arm(baseline, high, alpha, power) > visitors:
        return None
    for _ in range(60):
        middle = (low * high) ** 0.5
        enough = visitors_per_arm(baseline, middle, alpha, power) <= visitors
        low, high = (low, middle) if enough else (middle, high)
    return high


def size(
    baseline: float,
    lift: float,
    *,
    daily: float | None = None,
    arms: int = 2,
    kind: Kind = "anytime",
    alpha: float = 0.05,
    power: float = 0.8,
    days_limit: int = 56,
) -> Size:
    """Plan a test with equal shares.

    Several variants share alpha (Bonferroni, the first step of Holm). A plan whose looks may decide takes up to
    `FACTORS` times the visitors of a fixed one, when the effect is as hoped; on average it takes less.

    Parameters
    ----------
    baseline, lift : float
        Rate of the control, and the lift hoped for, as fractions.
    daily : float, optional
        Visitors a day who see the widget, over all variants.
    arms : int
        Variants, with the control.
    kind : {"anytime", "group-sequential", "fixed"}
        As in `experiments.model.Plan`.
    alpha, power : float
        Accepted probability of a wrong verdict; wanted probability of a right one.
    days_limit : int
        Longest test that makes sense: sites and seasons change.

    Returns
    -------
    Size

    Raises
    ------
    ValueError
        When an argument is out of range.

    Examples
    --------
    >>> test = size(0.02, 0.2, daily=300, kind="fixed")
    >>> test.visitors_per_arm, test.days, test.feasible, round(test.smallest_lift, 2)
    (21109, 147, False, 0.33)
    """
    if arms < 2 or (daily is not None and daily <= 0) or not 0 < alpha < 1 or not alpha < power < 1:
        raise ValueError("expected at least 2 variants, daily above 0, 0 < alpha < power < 1")
    factor, level = FACTORS[kind], alpha / (arms - 1)
    each = int(np.ceil(float(visitors_per_arm(baseline, lift, level, power)) * factor))
    days, least = None, None
    if daily is not None:
        weeks = max(2, int(np.ceil(each * arms / daily / WEEK)))
        days, least = weeks * WEEK, smallest_lift(baseline, days_limit * daily / arms / factor, level, power)
    return Size(
        baseline=baseline,
        lift=lift,
        arms=arms,
        visitors_per_arm=each,
        visitors=each * arms,
        conversions=round(each * baseline),
        days=days,
        days_limit=days_limit,
        smallest_lift=least,
        feasible=None if days is None else days <= days_limit,
    )


def days_left(counts: Counts, days: int, plan: Plan, visitors: int | None = None) -> int | None:
    """Days until the end of a test, at the traffic that it had so far.

    The end of a plan with planned visitors is known. An anytime plan decides when it can; its latest sensible end is
    when a fixed plan for the hoped lift, at the rate seen so far, would have its visitors `FACTORS` times.

    Parameters
    ----------
    counts : Counts
        So far.
    days : int
        That it ran, at least 1.
    plan : Plan
    visitors : int, optional
        Planned, over all variants.

    Returns
    -------
    int or None
        None when it is not known, or over.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> counts = Counts((Variant("A", 2100, 42), Variant("B", 2080, 45)))
    >>> days_left(counts, 14, Plan(hoped_lift=0.5)), days_left(counts, 14, Plan("fixed"), 6000)
    (26, 7)
    """
    seen = sum(each.exposed for each in counts.variants)
    converted, arms = sum(each.converted for each in counts.variants), len(counts.variants)
    if seen == 0 or days < 1:
        return None
    if visitors is None and plan.kind == "anytime" and 0 < converted / seen * (1 + plan.hoped_lift) < 1:
        each = size(converted / seen, plan.hoped_lift, arms=arms, kind="anytime", alpha=plan.alpha)
        visitors = each.visitors
    left = 0 if visitors is None else int(np.ceil((visitors - seen) * days / seen))
    return left if left > 0 else None
