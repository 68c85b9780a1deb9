"""Difference of two rates that may be looked at every hour: bets on what each visitor adds to it.

A visitor who converts is worth 1/s in the variant and -1/(1-s) in the control, s being the variant's share of the
traffic; all others are worth 0. Under random assignment that is the difference of the rates on average, whatever the
rates are. A bet of size b against the difference d multiplies by ``(1 + b worth) / (1 + b d)``, so that all visitors'
bets together need the counts only, and at d = 0 they are the bets on the labels (`experiments.anytime`), for the
same lifts with the same weights: both intervals leave out 0 together.

Every bet is at least 0 and 1 on average, a martingale, whatever the counts; there is no normal approximation. Bets on a
mean: Waudby-Smith and Ramdas, JRSS B 86 (2024) 1.
"""

import numpy as np
from numpy.typing import ArrayLike

from experiments.anytime import GAP_WEIGHTS, HOPED_LIFT, gaps_of
from experiments.rates import Bounds
from experiments.roots import Floats, decreasing_root


def difference_interval(
    x1: ArrayLike,
    x0: ArrayLike,
    visitors: ArrayLike,
    odds: ArrayLike = 1.0,
    hoped_lift: float = HOPED_LIFT,
    alpha: ArrayLike = 0.05,
) -> Bounds:
    """Confidence sequence of the difference of two rates: covers the truth at *all* looks together with ``1 - alpha``.

    When the rates change over time it covers the mean difference over all visitors so far: ``n log(1 + b d)`` at the
    mean is no less than the sum over the visitors (Jensen).

    Parameters
    ----------
    x1, x0 : array of int
        First conversions of variant and control.
    visitors : array of int
        Exposed to the variant or the control, together.
    odds : array of float
        Planned share of the variant over planned share of the control.
    hoped_lift : float
        As in `experiments.anytime.log_evidence`.
    alpha : array of float
        1 minus the coverage.

    Returns
    -------
    low, high : array of float
        Differences of rates, from -1 to 1; leaves out 0 exactly when `experiments.anytime.p_value` is below alpha.

    Examples
    --------
    >>> low, high = difference_interval(120, 70, 9000)
    >>> print(f"{low:.5f} {high:.5f}")
    0.00217 0.02036
    >>> print(*difference_interval(0, 0, 0))
    -1.0 1.0
    """
    a, b, n, share, tail = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, x0, visitors, odds, alpha)))
    part = share / (1 + share)
    ends = _lowest(np.stack([a, b]), a + b, n, np.stack([part, 1 - part]), np.log(2 / tail), gaps_of(hoped_lift))
    return ends[0], -ends[1]


def log_evidence(
    x1: ArrayLike,
    x0: ArrayLike,
    visitors: ArrayLike,
    odds: ArrayLike = 1.0,
    hoped_lift: float = HOPED_LIFT,
    difference: ArrayLike = 0.0,
) -> Bounds:
    """Logarithms of the two bets against "the difference is ``difference``": that it is higher, that it is lower.

    Parameters
    ----------
    x1, x0, visitors, odds, hoped_lift
        As in `difference_interval`.
    difference : array of float
        That is tested.

    Returns
    -------
    higher, lower : array of float
        Natural logarithms of e-values; at 0 those of `experiments.anytime.log_evidence`.

    Examples
    --------
    >>> higher, lower = log_evidence(41, 24, 5000)
    >>> print(f"{higher:.3f} {lower:.3f}")
    1.767 -2.348
    """
    given = (x1, x0, visitors, odds, difference)
    a, b, n, share, d = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in given))
    part, n, gaps = share / (1 + share), np.maximum(n, 1), gaps_of(hoped_lift)
    return _bet(n * d, a, a + b, n, part, gaps)[0], _bet(-n * d, b, a + b, n, 1 - part, gaps)[0]


def _lowest(x: Floats, total: Floats, visitors: Floats, share: Floats, needed: Floats, gaps: Floats) -> Floats:
    """Lowest difference that the bet above it has not refuted; -1 when it refutes none."""
    total, n, needed = (np.broadcast_to(each, x.shape) for each in (total, np.maximum(visitors, 1), needed))
    other = total - x
    best = x / share - other / (1 - share)
    width = np.sqrt(2 * needed * ((x + 1) / share**2 + (other + 1) / (1 - share) ** 2))

    def left(
        far: Floats, x: Floats, total: Floats, n: Floats, share: Floats, needed: Floats, best: Floats, width: Floats
    ) -> tuple[Floats, Floats]:
        """So many widths from the best."""
        value, slope = _bet(best + far * width, x, total, n, share, gaps)
        return value - needed, slope * width

    low, high = (-n - best) / width, (n - best) / width
    start, counts = np.clip(np.full(x.shape, -1.0), low, high), (x, total, n, share, needed, best, width)
    refuted = left(low, *counts)[0] > 0
    surplus = np.clip(best + decreasing_root(left, low, high, start, *counts) * width, -n, n)
    return np.where(refuted & (visitors > 0), surplus / n, -1.0)


def _bet(
    surplus: Floats, x: Floats, total: Floats, visitors: Floats, share: Floats, gaps: Floats
) -> tuple[Floats, Floats]:
    """Log of the bet that the variant brings more than so many conversions to all visitors; and its slope."""
    growth = np.expm1(gaps)
    widened = 1 + share[..., None] * growth
    size = (share * (1 - share))[..., None] * growth / widened
    raised = 1 + size * (surplus / visitors)[..., None]
    terms = GAP_WEIGHTS + x[..., None] * gaps - total[..., None] * np.log(widened)
    terms -= visitors[..., None] * np.log(raised)
    top = terms.max(axis=-1, keepdims=True)
    parts = np.exp(terms - top)
    whole = parts.sum(axis=-1)
    return top[..., 0] + np.log(whole), -(parts * size / raised).sum(axis=-1) / whole


def over_periods(
    x1: Floats, x0: Floats, visitors: Floats, share: Floats, hoped_lift: float = HOPED_LIFT, alpha: float = 0.05
) -> tuple[float, float]:
    """Confidence sequence of the difference when the shares change from period to period.

    Of the mean over the periods with the weights of Mantel and Haenszel, ``visitors share (1 - share)``: bets of a size
    in proportion to ``share (1 - share)``, and ``exp(b d)``, which is more, in place of ``1 + b d``.

    Parameters
    ----------
    x1, x0, visitors, share : array of float
        One per period; the share may depend on earlier periods only.
    hoped_lift, alpha : float
        As in `difference_interval`.

    Returns
    -------
    (float, float)

    Examples
    --------
    >>> share = np.array([0.5, 0.9])
    >>> low, high = over_periods(np.array([20.0, 90.0]), np.array([20.0, 10.0]), np.array([2000.0, 2000.0]), share)
    >>> print(f"{low:.3f} {high:.3f}")
    -0.023 0.022
    """
    size = np.expm1(gaps_of(hoped_lift))
    size = size / (1 + size)
    weight, ends = float((visitors * share * (1 - share)).sum()), []
    for won, lost, part in ((x1, x0, share), (x0, x1, 1 - share)):
        logs = np.log1p(np.outer(1 - part, size)), np.log1p(-np.outer(part, size))
        ends.append(_lowest_mean(won @ logs[0] + lost @ logs[1] + GAP_WEIGHTS, size, weight, np.log(2 / alpha)))
    return ends[0], -ends[1]


def _lowest_mean(logs: Floats, sizes: Floats, weight: float, needed: float) -> float:
    """Lowest difference that the bets have not refuted, each worth ``exp(log - size * weight * d)``."""

    def left(surplus: Floats) -> tuple[Floats, Floats]:
        terms = logs - sizes * surplus[..., None]
        top = terms.max(axis=-1, keepdims=True)
        parts = np.exp(terms - top)
        whole = parts.sum(axis=-1)
        return top[..., 0] + np.log(whole) - needed, -(parts * sizes).sum(axis=-1) / whole

    edge = np.full(1, weight)
    if not left(-edge)[0][0] > 0:
        return -1.0
    return float(decreasing_root(left, -edge, edge, np.zeros(1))[0]) / weight
