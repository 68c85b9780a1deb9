"""Comparison of two rates that may be looked at every hour: evidence from the labels of the conversions.

Take only the visitors who converted, in the order they came. When the two rates are the same, each of them
belongs to the variant with the probability that the traffic split says; when the variant's rate is r times
the control's, with the odds ``r * share1 / share0``. So every ratio r is tested by a coin of known bias: no
normal approximation, no variance to estimate, and swings of the traffic that both arms share cancel out
(Lindon and Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022, arXiv 2011.03567).

The bet against r is a mixture of likelihood ratios over lifts above r, and another over lifts below. Each is
a non-negative martingale that starts at 1 when r is true, so by Ville's inequality it ever reaches 2/alpha
with probability at most alpha/2. Where the paper mixes over a Beta density, this mixes over nine lifts, most
of the weight on the lift that the plan hopes for: more power where it is needed (docs/experiments.md has
figures), and each bet is monotone in r, so that the interval is one piece with balanced tails.

What it needs: one first conversion per visitor, and shares that were fixed before the visitors came.
"""

import numpy as np
from numpy.typing import ArrayLike

from experiments.rates import Bounds
from experiments.roots import Floats, decreasing_root

HOPED_LIFT = 0.3
_MULTIPLES = 2.0 ** np.arange(-6, 3)
GAP_WEIGHTS = np.log([0.004, 0.005, 0.008, 0.012, 0.025, 0.066, 0.62, 0.24, 0.02])
FAR = 60.0


def log_evidence(
    x1: ArrayLike, x0: ArrayLike, odds: ArrayLike = 1.0, hoped_lift: float = HOPED_LIFT, lift: ArrayLike = 0.0
) -> Bounds:
    """Logarithms of the two bets against "the lift is ``lift``": that it is higher, that it is lower.

    Parameters
    ----------
    x1, x0 : array of int
        First conversions of variant and control.
    odds : array of float
        Planned share of the variant over planned share of the control.
    hoped_lift : float
        Lift that the plan wants to find, above 0; fixed before the first visitor.
    lift : array of float
        The lift that is tested, above -1.

    Returns
    -------
    higher, lower : array of float
        Natural logarithms of e-values.

    Examples
    --------
    >>> higher, lower = log_evidence(41, 24)
    >>> print(f"{higher:.3f} {lower:.3f}")
    1.767 -2.348
    """
    a, b, center = (np.asarray(v, dtype=float) for v in (x1, x0, np.log(odds) + np.log1p(lift)))
    gaps = gaps_of(hoped_lift)
    return _bet(center, a, a + b, gaps)[0], _bet(-center, b, a + b, gaps)[0]


def p_value(
    x1: ArrayLike, x0: ArrayLike, odds: ArrayLike = 1.0, hoped_lift: float = HOPED_LIFT, lift: ArrayLike = 0.0
) -> Floats:
    """Two-sided p-value that holds at any number of looks: ``min(1, 2 / larger bet)``.

    Parameters
    ----------
    x1, x0, odds, hoped_lift, lift
        As in `log_evidence`.

    Returns
    -------
    array of float
        Probability, under "the lift is ``lift``", that the evidence is ever as strong as now.

    Examples
    --------
    >>> print(f"{p_value(120, 70):.4f}")
    0.0073
    """
    higher, lower = log_evidence(x1, x0, odds, hoped_lift, lift)
    return np.asarray(np.minimum(1.0, 2 * np.exp(-np.maximum(np.maximum(higher, lower), 0))), dtype=float)


def lift_interval(
    x1: ArrayLike,
    x0: ArrayLike,
    odds: ArrayLike = 1.0,
    hoped_lift: float = HOPED_LIFT,
    alpha: ArrayLike = 0.05,
) -> Bounds:
    """Confidence sequence of the lift: covers the truth at *all* looks together with ``1 - alpha``.

    The lifts that neither bet has refuted (2/alpha); leaves out 0 exactly when `p_value` is below alpha.

    Parameters
    ----------
    x1, x0, odds, hoped_lift
        As in `log_evidence`.
    alpha : array of float
        1 minus the coverage.

    Returns
    -------
    low, high : array of float
        Lifts as fractions, from -1; ``high`` is inf while the data set no upper limit.

    Examples
    --------
    >>> low, high = lift_interval(120, 70)
    >>> print(f"{low:.3f} {high:.3f}")
    0.109 1.704
    >>> print(*lift_interval(0, 0))
    -1.0 inf
    """
    a, b, share, tail = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, x0, odds, alpha)))
    ends = _lowest(np.stack([a, b]), a + b, np.log(2 / tail), gaps_of(hoped_lift))
    with np.errstate(over="ignore"):
        low, high = np.exp(ends[0] - np.log(share)) - 1, np.exp(-ends[1] - np.log(share)) - 1
    return low, high


def gaps_of(hoped_lift: float) -> Floats:
    """Log lifts that the mixture bets on."""
    if not hoped_lift > 0:
        raise ValueError(f"hoped_lift must be above 0, got {hoped_lift}")
    return np.asarray(np.log1p(hoped_lift) * _MULTIPLES, dtype=float)


def _bet(center: Floats, x: Floats, total: Floats, gaps: Floats) -> tuple[Floats, Floats]:
    """Log of the bet that the log odds lie above ``center``, and its slope in ``center``."""
    share = (1 / (1 + np.exp(-center)))[..., None]
    growth = np.expm1(gaps)
    widened = 1 + share * growth
    terms = GAP_WEIGHTS + x[..., None] * gaps - total[..., None] * np.log(widened)
    top = terms.max(axis=-1, keepdims=True)
    parts = np.exp(terms - top)
    whole = parts.sum(axis=-1)
    moved = share * (1 - share) * growth / widened
    return top[..., 0] + np.log(whole), -total * (parts * moved).sum(axis=-1) / whole


def _lowest(x: Floats, total: Floats, needed: Floats, gaps: Floats) -> Floats:
    """Lowest log odds that the bet above them has not refuted; -inf when it refutes none."""
    total, needed = np.broadcast_to(total, x.shape), np.broadcast_to(needed, x.shape)
    limited = _bet(np.full(x.shape, -FAR), x, total, gaps)[0] > needed
    best = np.log((x + 0.5) / (total - x + 0.5))
    width = np.sqrt(2 * needed * (1 / (x + 1) + 1 / (total - x + 1)))

    def left(
        far: Floats, x: Floats, total: Floats, needed: Floats, best: Floats, width: Floats
    ) -> tuple[Floats, Floats]:
        """So many widths from the best."""
        value, slope = _bet(best + far * width, x, total, gaps)
        return value - needed, slope * width

    low, high = (-FAR - best) / width, (FAR - best) / width
    far = decreasing_root(left, low, high, np.full(x.shape, -1.0), x, total, needed, best, width)
    return np.where(limited, best + far * width, -np.inf)
