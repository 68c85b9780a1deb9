"""Comparison inside groups of visitors (device, hour band, weekday): the same effect everywhere?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from experiments import score
from experiments.model import Counts, Interval
from experiments.rates import normal_quantile
from experiments.roots import Floats


@dataclass(frozen=True)
class Stratified:
    """A variant against the control, compared inside the groups; one look only.

    Parameters
    ----------
    variant, control : str
        Names.
    pooled_lift : float or None
        Lift when the groups are thrown together.
    lift : float or None
        Mantel and Haenszel's lift inside the groups; None without conversions of the control.
    lift_interval : (float, float) or None
        Its interval; None where the lift is 0 or undefined.
    p_value : float
        Cochran, Mantel and Haenszel's, for "no difference in any group".
    same_everywhere : float
        P-value of "the lift is the same in all groups".
    reversed : bool
        Simpson's paradox: thrown together the variant looks better, inside the groups worse, or the reverse, and
        at least one of the two is more than chance. The groups got different shares of the variants: trust the
        comparison inside the groups, and find out why.
    """

    variant: str
    control: str
    pooled_lift: float | None
    lift: float | None
    lift_interval: Interval | None
    p_value: float
    same_everywhere: float
    reversed: bool


def stratify(groups: Mapping[str, Counts], alpha: float = 0.05) -> list[Stratified]:
    """Compare every variant with the control inside groups of visitors.

    Lift: ``sum(x1 n0/N) / sum(x0 n1/N) - 1`` with the interval of Greenland and Robins (Biometrics 41 (1985) 55);
    p-value: Cochran, Mantel and Haenszel without continuity correction; sameness: the sum of the groups' score
    statistics at the common lift (Gart, Biometrika 72 (1985) 673), which has a value with zero cells, too.

    Parameters
    ----------
    groups : mapping of str to Counts
        Counts of the same variants, in the same order, in every group.
    alpha : float
        1 minus the nominal coverage.

    Returns
    -------
    list of Stratified
        One per variant other than the control.

    Raises
    ------
    ValueError
        When the groups have different variants or controls.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> groups = {"phone": Counts((Variant("A", 1000, 10), Variant("B", 9000, 120))),
    ...           "desktop": Counts((Variant("A", 9000, 450), Variant("B", 1000, 60)))}
    >>> found = stratify(groups)[0]
    >>> round(found.pooled_lift, 2), round(found.lift, 2), found.reversed
    (-0.61, 0.22, True)
    """
    members = list(groups.values())
    names = [[variant.name for variant in counts.variants] for counts in members]
    if not members or any(each != names[0] for each in names) or len({c.control_index for c in members}) > 1:
        raise ValueError("expected the same variants, in the same order, with the same control, in every group")
    x = np.array([[variant.converted for variant in counts.variants] for counts in members], dtype=float)
    n = np.array([[variant.exposed for variant in counts.variants] for counts in members], dtype=float)
    control = members[0].control_index
    return [
        _compare((names[0][one], names[0][control]), x[:, one], n[:, one], x[:, control], n[:, control], alpha)
        for one in range(len(names[0]))
        if one != control
    ]


def _compare(names: tuple[str, str], x1: Floats, n1: Floats, x0: Floats, n0: Floats, alpha: float) -> Stratified:
    used = (n1 > 0) & (n0 > 0)
    x1, n1, x0, n0 = x1[used], n1[used], x0[used], n0[used]
    total, events = n1 + n0, x1 + x0
    above, below = float((x1 * n0 / total).sum()), float((x0 * n1 / total).sum())
    pooled = x1.sum() * n0.sum() / (x0.sum() * n1.sum()) - 1 if x0.sum() else None
    lift = above / below - 1 if below else None
    interval = None
    if above and below:
        variance = float(((n1 * n0 * events - x1 * x0 * total) / total**2).sum()) / (above * below)
        half = float(normal_quantile(alpha)) * max(variance, 0.0) ** 0.5
        interval = float(above / below * np.exp(-half) - 1), float(above / below * np.exp(half) - 1)
    spread = float((n1 * n0 * events * (total - events) / (total**2 * np.maximum(total - 1, 1))).sum())
    statistic = float((x1 - n1 * events / total).sum()) ** 2 / spread if spread else 0.0
    p_value = float(special.chdtrc(1, statistic))
    raw = float(score.p_value(x1.sum(), n1.sum(), x0.sum(), n0.sum()))
    return Stratified(
        variant=names[0],
        control=names[1],
        pooled_lift=None if pooled is None else float(pooled),
        lift=lift,
        lift_interval=interval,
        p_value=p_value,
        same_everywhere=_same(x1, n1, x0, n0, above / below) if above and below else 1.0,
        reversed=pooled is not None and lift is not None and bool(pooled * lift < 0) and min(p_value, raw) < alpha,
    )


def _same(x1: Floats, n1: Floats, x0: Floats, n0: Floats, ratio: float) -> float:
    """P-value of one ratio for all groups, from the score statistic of that ratio in each."""
    useful = (x1 + x0 > 0) & (x1 + x0 < n1 + n0)
    x1, n1, x0, n0 = x1[useful], n1[useful], x0[useful], n0[useful]
    if x1.size < 2:
        return 1.0
    linear = n1 * ratio + x1 + n0 + x0 * ratio
    root = np.sqrt(np.maximum(linear**2 - 4 * (n1 + n0) * ratio * (x1 + x0), 0))
    p0 = 2 * (x1 + x0) / (linear + root)
    p1 = np.minimum(ratio * p0, 1)
    variance = np.maximum(p1 * (1 - p1) / n1 + ratio**2 * p0 * (1 - p0) / n0, 1e-300)
    return float(special.chdtrc(x1.size - 1, ((x1 / n1 - ratio * x0 / n0) ** 2 / variance).sum()))
