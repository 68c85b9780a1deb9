"""Fixed horizon comparison of two rates by the score method: p-value, difference, lift, all consistent.

One statistic serves all three (Miettinen and Nurminen, Statistics in Medicine 4 (1985) 213): the observed
departure from a null value, divided by its standard error *at that null value*, with the factor N/(N-1).
The 95 % intervals leave out "no difference" exactly when the p-value is below .05. Nothing is undefined at
zero conversions. In every function "1" is the variant and "0" the control.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.rates import Bounds
from experiments.roots import Floats, decreasing_root


def _floats(*values: ArrayLike) -> list[Floats]:
    return list(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))


def _both_ways(a: Floats, n: Floats, b: Floats, m: Floats, squared: Floats) -> list[Floats]:
    """The problem and its mirror, stacked: the upper end is the lower end with the arms swapped.

    ``squared`` is the squared normal quantile of the level. The last array is the chi-square of the unadjusted
    statistic at which the adjusted one is critical.
    """
    total = np.maximum(n + m, 2)
    critical = squared * total / (total - 1)
    return [np.stack(pair) for pair in ((a, b), (n, m), (b, a), (m, n), (critical, critical))]


def p_value(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Two-sided p-value of "both rates are the same".

    ``z = (p1 - p0) / sqrt(p(1-p)(1/n1 + 1/n0) N/(N-1))`` with the pooled rate p. One look only: looking
    again and again at this p-value finds a "winner" by chance more and more often.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.

    Returns
    -------
    array of float
        1 where nothing can be said (an empty arm, no conversions, or everybody converted).

    Examples
    --------
    >>> print(f"{p_value(41, 4750, 24, 4800):.4f}")
    0.0309
    """
    a, n, b, m = _floats(x1, n1, x0, n0)
    total, pooled = n + m, (a + b) / np.maximum(n + m, 1)
    one, other = np.maximum(n, 1), np.maximum(m, 1)
    variance = pooled * (1 - pooled) * (1 / one + 1 / other) * total / np.maximum(total - 1, 1)
    defined = (variance > 0) & (n > 0) & (m > 0)
    z = np.where(defined, (a / one - b / other) / np.sqrt(np.where(defined, variance, 1)), 0.0)
    return np.asarray(2 * special.ndtr(-np.abs(z)), dtype=float)


def lift_interval(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike = 0.05) -> Bounds:
    """Score interval of the lift ``p1/p0 - 1``.

    The rates that fit best under a given ratio are ``t = (x1-u)/(n1-u)`` and ``p = (x0+u)/(n0+u)`` for one
    number u, and the statistic of that ratio is ``u² [(1-p̂1)/(x1-u) + (1-p̂0)/(x0+u)]``. Setting it to the
    critical value gives a cubic in u with one root on each side of 0: the two ends of the interval.
    Source: Koopman, Biometrics 40 (1984) 513; Miettinen and Nurminen (1985); the reduction to a polynomial
    follows Nam, Biometrics 51 (1995) 282.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    alpha : array of float
        1 minus the nominal coverage.

    Returns
    -------
    low, high : array of float
        Lifts as fractions (.18 is +18 %), from -1; ``high`` is inf when the data set no upper limit.

    Examples
    --------
    >>> low, high = lift_interval(41, 4750, 24, 4800)
    >>> print(f"{low:.3f} {high:.3f}")
    0.050 1.838
    >>> print(*lift_interval(0, 500, 0, 500))
    -1.0 inf
    """
    a, n, b, m, tail = _floats(x1, n1, x0, n0, special.ndtri(np.asarray(alpha, dtype=float) / 2) ** 2)
    low, inverse = _ratio_below(*_both_ways(a, n, b, m, tail))
    with np.errstate(divide="ignore"):
        return low - 1, 1 / inverse - 1


def _ratio_below(x1: Floats, n1: Floats, x0: Floats, n0: Floats, critical: Floats) -> Floats:
    """Lower limit of p1/p0 (0 when nothing converted in arm 1 or an arm is empty)."""
    usable = (x1 > 0) & (n0 > 0)
    a, n, m = np.where(usable, x1, 1), np.where(usable, n1, 1), np.where(usable, n0, 1)
    b = np.where(usable, x0, 0)
    miss1, miss0 = 1 - a / n, 1 - b / m
    weight = miss1 + miss0 * a / (b + np.sqrt(critical))
    guess = 2 * a / (1 + np.sqrt(1 + 4 * weight * a / critical))
    u = decreasing_root(_multiplier_left, np.zeros_like(a), a, guess, a, b, miss1, miss0, critical)
    spare = critical / n**2 - miss0 / (b + n)
    edge = (a == n) & (spare >= 0)
    u = np.where(edge, n, u)
    t = np.where(edge, 1 / (1 + n * np.where(edge, spare, 0)), (a - u) / np.where(edge, 1, n - u))
    return np.where(usable, np.maximum(t, 0) * (m + u) / (b + u), 0.0)


def _multiplier_left(
    u: Floats, a: Floats, b: Floats, miss1: Floats, miss0: Floats, critical: Floats
) -> tuple[Floats, Floats]:
    """``critical - u² [miss1/(a-u) + miss0/(b+u)]`` times (a-u), which has no pole at a; and its slope."""
    left, part = a - u, u / (b + u)
    value = critical * left - u * (miss1 * u + miss0 * part * left)
    return value, -critical - 2 * miss1 * u - miss0 * part * (left * (2 - part) - u)


def difference_interval(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike = 0.05) -> Bounds:
    """Score interval of the difference of two rates.

    With the best fitting rates written through the multiplier v of the constraint ``t - p = d``, each rate
    is the root of a quadratic and the statistic ``v² [t(1-t)/n1 + p(1-p)/n0]`` grows with v's size: one
    equation in v for each end. Source: Miettinen and Nurminen (1985), Mee, Biometrics 40 (1984) 1175.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    alpha : array of float
        1 minus the nominal coverage.

    Returns
    -------
    low, high : array of float
        Differences of rates, from -1 to 1.

    Examples
    --------
    >>> low, high = difference_interval(41, 4750, 24, 4800)
    >>> print(f"{low:.5f} {high:.5f}")
    0.00034 0.00712
    """
    a, n, b, m, tail = _floats(x1, n1, x0, n0, special.ndtri(np.asarray(alpha, dtype=float) / 2) ** 2)
    low, negative = _difference_below(*_both_ways(a, n, b, m, tail))
    return low, -negative


def _difference_below(x1: Floats, n1: Floats, x0: Floats, n0: Floats, critical: Floats) -> Floats:
    """Lower limit of p1 - p0 (-1 when an arm is empty)."""
    usable = (n1 > 0) & (n0 > 0)
    a, n, b, m = (np.where(usable, values, 1) for values in (x1, n1, x0, n0))
    top, guess = 2 * (n + m + critical), _first_multiplier(a, n, b, m, critical)
    with np.errstate(all="ignore"):
        v = decreasing_root(_deviation_left, np.zeros_like(n), top, guess, a, n, b, m, np.sqrt(critical))
        return np.where(usable, np.clip(_lower(v, a, n)[0] - _raised(v, b, m)[0], -1, 1), -1.0)


def _deviation_left(v: Floats, a: Floats, n: Floats, b: Floats, m: Floats, target: Floats) -> tuple[Floats, Floats]:
    """``target - v sqrt(t(1-t)/n + p(1-p)/m)`` and its slope."""
    (t, root1), (p, root0) = _lower(v, a, n), _raised(v, b, m)
    spread1, spread0 = t * (1 - t), p * (1 - p)
    deviation = np.sqrt(spread1 / n + spread0 / m)
    narrowing = (1 - 2 * t) * spread1 / (n * root1) - (1 - 2 * p) * spread0 / (m * root0)
    return target - v * deviation, v * narrowing / (2 * deviation + 1e-9) - deviation


def _first_multiplier(a: Floats, n: Floats, b: Floats, m: Floats, critical: Floats) -> Floats:
    """Guess of v: Wilson's lower limit of arm 1 at that arm's part of the variance."""
    part = critical * (a + 0.5) / n**2 / ((a + 0.5) / n**2 + (b + 0.5) / m**2)
    root = np.sqrt(part * (a * (n - a) / n + part / 4))
    rate = np.maximum((a + part / 2 - root) / (n + part), 1e-12)
    plain = np.sqrt(critical / ((a + b + 1) / (n + m + 2) * (1 / n + 1 / m)))
    return np.where(a > 0, np.maximum(a - n * rate, 0) / np.maximum(rate * (1 - rate), 1e-12), plain)


def _lower(v: Floats, x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Rate t in [0, 1] with ``v t(1-t) = x - n t``, and the root in it; its slope is ``-t(1-t)/root``."""
    root = np.sqrt((n - v) ** 2 + 4 * v * (n - x)) + 1e-300
    return 2 * x / (v + n + root), root


def _raised(v: Floats, x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Rate p in [0, 1] with ``v p(1-p) = n p - x``, and the root in it; its slope is ``p(1-p)/root``."""
    gap = n - v
    root = np.sqrt(gap**2 + 4 * v * x) + 1e-300
    total = root + np.abs(gap)
    return np.where(gap > 0, 2 * x / total, total / (2 * v)), root
