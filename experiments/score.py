"""Fixed horizon comparison of two rates by the score method: p-value, difference, lift, all consistent.

One statistic serves all three (Miettinen and Nurminen, Statistics in Medicine 4 (1985) 213): the observed departure
from a null value, divided by its standard error *at that null value*, with the factor N/(N-1). At few conversions, or
with very different arms, that statistic is not normal but skew, and its intervals miss on one side only. So the
skewness at the null value is taken out (Gart and Nam, Biometrics 44 (1988) 323; Laud, Pharmaceutical Statistics 16
(2017) 334), here by Wilson and Hilferty's cube root, which is monotone: ``z = A + 3 s / (1 + k + k²)`` with s the
statistic, A a sixth of its skewness and k the cube root of ``1 + 3 A s``.

The 95 % intervals leave out "no difference" exactly when the p-value is below .05. Nothing is undefined at zero
conversions. In every function "1" is the variant and "0" the control; ``skewness=False`` gives the textbook's figures.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.rates import Bounds
from experiments.roots import Floats, decreasing_root

Mirrored = tuple[Floats, Floats, Floats, Floats, Floats]

_SIXTH = 1 / 6
_MOST = 0.1  # a larger sixth of the skewness (fewer than three conversions to be expected) is not believed
_FAR = 40.0  # no log ratio is searched beyond
_TINY = 1e-200


def p_value(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, *, skewness: bool = True) -> Floats:
    """Two-sided p-value of "both rates are the same".

    ``s = (p1 - p0) / sqrt(p(1-p)(1/n1 + 1/n0) N/(N-1))`` with the pooled rate p; with equal arms it is not skew and
    the p-value the ordinary one. One look only: looking again and again at this p-value finds a "winner" by chance more
    and more often.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    skewness : bool
        Take the skewness of the statistic out.

    Returns
    -------
    array of float
        1 where nothing can be said (an empty arm, no conversions, or everybody converted).

    Examples
    --------
    >>> print(f"{p_value(41, 4750, 24, 4800):.4f}")
    0.0310
    """
    a, n, b, m = (np.asarray(value, dtype=float) for value in (x1, n1, x0, n0))
    with np.errstate(all="ignore"):
        total, weight, other = n + m, 1 / n, 1 / m
        pooled = (a + b) / total
        spread = pooled * (1 - pooled)
        variance = spread * (weight + other)
        statistic = (a * weight - b * other) / np.sqrt(variance * total / (total - 1))
        if skewness:
            # third moment over variance^1.5: (1 - 2p)(1/n1 - 1/n0) / sqrt(p(1-p)(1/n1 + 1/n0))
            sixth = (1 - 2 * pooled) * (weight - other) * _SIXTH / np.sqrt(variance)
            statistic = _straight(statistic, np.minimum(np.maximum(sixth, -_MOST), _MOST))
        else:
            statistic = np.where(variance > 0, statistic, 0.0)
    return np.asarray(2 * special.ndtr(-np.abs(statistic)), dtype=float)


def _straight(statistic: Floats, sixth: Floats) -> Floats:
    """Normal value of a statistic, given a sixth of its skewness; of the same sign."""
    root = np.cbrt(1 + 3 * sixth * statistic)
    value = sixth + 3 * statistic / (1 + root + root * root)
    return np.asarray(np.where(value * statistic > 0, value, 0.0), dtype=float)


def _bent(z: Floats, sixth: Floats) -> Floats:
    """The other way round: statistic that a normal value stands for."""
    y = z - sixth
    step = sixth * y
    return np.asarray(y * (1 + step * (1 + step / 3)), dtype=float)


def lift_interval(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike = 0.05, *, skewness: bool = True
) -> Bounds:
    """Score interval of the lift ``p1/p0 - 1``.

    The rates that fit best under a given ratio are ``t = (x1-u)/(n1-u)`` and ``p = (x0+u)/(n0+u)`` for one number u,
    and the statistic of that ratio is ``u sqrt((1-p̂1)/(x1-u) + (1-p̂0)/(x0+u))``: one equation in u for each end.
    Source: Koopman, Biometrics 40 (1984) 513; Miettinen and Nurminen (1985); the reduction to one unknown follows
    Nam, Biometrics 51 (1995) 282.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    alpha : array of float
        1 minus the nominal coverage.
    skewness : bool
        Take the skewness of the statistic out.

    Returns
    -------
    low, high : array of float
        Lifts as fractions (.18 is +18 %), from -1; ``high`` is inf when the data set no upper limit.

    Examples
    --------
    >>> low, high = lift_interval(41, 4750, 24, 4800)
    >>> print(f"{low:.3f} {high:.3f}")
    0.051 1.883
    >>> print(*lift_interval(0, 500, 0, 500))
    -1.0 inf
    """
    ratio = _ratio_below(*_both_ways(x1, n1, x0, n0, alpha), _SIXTH * skewness)
    with np.errstate(divide="ignore"):
        return ratio[0] - 1, 1 / ratio[1] - 1


def _both_ways(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike) -> Mirrored:
    """The problem and its mirror, stacked: the upper end is the lower end with the arms swapped; and the quantile."""
    z = -special.ndtri(np.asarray(alpha, dtype=float) / 2)
    a, n, b, m = (np.asarray(value, dtype=float) for value in (x1, n1, x0, n0))
    pairs = np.empty((4, 2, *np.broadcast_shapes(a.shape, n.shape, b.shape, m.shape, z.shape)))
    for row, one, other in zip(pairs, (a, n, b, m), (b, m, a, n), strict=True):
        row[0], row[1] = one, other
    return pairs[0], pairs[1], pairs[2], pairs[3], np.broadcast_to(z, pairs.shape[1:]) if z.ndim else z


def _ratio_below(x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: Floats, sixth: float) -> Floats:
    """Lower limit of p1/p0 (0 when nothing converted in arm 1 or an arm is empty)."""
    everybody, nothing = x1 == n1, (x1 == 0) | (n0 == 0)
    if (everybody | nothing).any():  # then the rate that fits is not a function of u
        levels, odd = np.broadcast_to(z, x1.shape), ~(everybody | nothing)
        ratio = np.zeros(x1.shape)
        if odd.any():
            ratio[odd] = _ratio_below(x1[odd], n1[odd], x0[odd], n0[odd], levels[odd], sixth)
        odd = everybody & ~nothing
        if odd.any():
            ratio[odd] = _searched(x1[odd], n1[odd], x0[odd], n0[odd], levels[odd], sixth)
        return ratio
    with np.errstate(all="ignore"):
        miss1, miss0 = 1 - x1 / n1, 1 - x0 / n0
        factor = np.sqrt(1 - 1 / (n1 + n0))
        guess = _first_shift(x1, n1, x0, n0, z, sixth)
        skews = (miss1 - x1 / n1, miss0 - x0 / n0, 1 / n1, 1 / n0)
        u = decreasing_root(
            _shift_left, np.zeros_like(x1), x1, guess, x1, x0, miss1, miss0, *skews, z, factor, np.asarray(sixth)
        )
        return np.asarray((x1 - u) / (n1 - u) * ((n0 + u) / (x0 + u)), dtype=float)


def _first_shift(x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: Floats, sixth: float) -> Floats:
    """Guess of u: exact for rare conversions, but for the skewness, which is that of the counts and a z further."""
    total = x1 + x0
    one, other = x1 + 0.5, x0 + 0.5
    product = one * other
    skew = sixth * ((other - one) / np.sqrt(product * total) + z * total / (2 * product))
    square = (z + (z * z - 1) * skew) ** 2
    square = square * (n1 + n0) / (n1 + n0 - total)
    middle, weight = square * (x1 - x0), total + square
    return np.asarray((middle + np.sqrt(middle * middle + 4 * weight * square * x1 * x0)) / (2 * weight), dtype=float)


def _shift_left(
    u: Floats, a: Floats, b: Floats, miss1: Floats, miss0: Floats, skew1: Floats, skew0: Floats, part1: Floats,
    part0: Floats, z: Floats, factor: Floats, sixth: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """``critical value - u sqrt(V)``, with ``V = miss1/(a-u) + miss0/(b+u)``; and its slope, but for small terms."""
    fitted1, fitted0 = a - u, b + u
    one, other = miss1 / fitted1, miss0 / fitted0
    steep1, steep0 = one / fitted1, other / fitted0
    variance = one + other
    deviation = np.sqrt(variance)
    cube = variance * deviation
    skew = sixth * (steep1 * (skew1 + u * part1) - steep0 * (skew0 - u * part0)) / cube
    skew = np.minimum(np.maximum(skew, -_MOST), _MOST)
    slope = sixth * (z * z - 1) / 2 * cube - deviation - u * (steep1 - steep0) / (deviation + deviation)
    return _bent(z, skew) - u * deviation * factor, slope


def _searched(a: Floats, n: Floats, b: Floats, m: Floats, z: Floats, sixth: float) -> Floats:
    """Lower limit of the ratio by halving, from the statistic as it is defined."""
    low, high, total = np.full(a.shape, -_FAR), np.full(a.shape, _FAR), n + m
    with np.errstate(all="ignore"):
        for _ in range(64):
            middle = (low + high) / 2
            ratio = np.exp(middle)
            linear = n * ratio + a + m + b * ratio
            p = np.minimum(2 * (a + b) / (linear + np.sqrt(np.maximum(linear**2 - 4 * total * ratio * (a + b), 0))), 1)
            t = np.minimum(ratio * p, 1)
            one, other = t * (1 - t) / n, ratio**2 * p * (1 - p) / m
            variance = one + other
            skew = sixth * (one * (1 - 2 * t) / n - ratio * other * (1 - 2 * p) / m) / variance**1.5
            skew = np.clip(skew, -_MOST, _MOST)
            far = _straight((a / n - ratio * b / m) / np.sqrt(variance * total / (total - 1)), skew) > z
            low, high = np.where(far, middle, low), np.where(far, high, middle)
    return np.asarray(np.exp(low), dtype=float)


def difference_interval(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike = 0.05, *, skewness: bool = True
) -> Bounds:
    """Score interval of the difference of two rates.

    With the best fitting rates written through the multiplier v of the constraint ``t - p = d``, each rate is the root
    of a quadratic and the statistic is ``v sqrt(t(1-t)/n1 + p(1-p)/n0)``: one equation in v for each end. Source:
    Miettinen and Nurminen (1985), Mee, Biometrics 40 (1984) 1175.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    alpha : array of float
        1 minus the nominal coverage.
    skewness : bool
        Take the skewness of the statistic out.

    Returns
    -------
    low, high : array of float
        Differences of rates, from -1 to 1.

    Examples
    --------
    >>> low, high = difference_interval(41, 4750, 24, 4800)
    >>> print(f"{low:.5f} {high:.5f}")
    0.00034 0.00708
    """
    low = _difference_below(*_both_ways(x1, n1, x0, n0, alpha), _SIXTH * skewness)
    return low[0], -low[1]


def _difference_below(x1: Floats, n1: Floats, x0: Floats, n0: Floats, z: Floats, sixth: float) -> Floats:
    """Lower limit of p1 - p0 (-1 when an arm is empty)."""
    empty = (n1 == 0) | (n0 == 0)
    if empty.any():
        x1, n1, x0, n0 = (np.where(empty, 1.0, values) for values in (x1, n1, x0, n0))
    part1, part0 = 1 / n1, 1 / n0
    factor = 1 / np.sqrt(1 - 1 / (n1 + n0))
    guess, top = _first_multiplier(x1, n1, x0, n0, z, sixth), 8 * (n1 + n0 + z * z)
    twice1, missed1, missed0, four0 = 2 * x1, 4 * (n1 - x1), 2 * (n0 - x0), 4 * x0
    v = decreasing_root(
        _multiplier_left, np.zeros_like(n1), top, guess, n1, n0, part1, part0, twice1, missed0, missed1, four0, z,
        factor, np.asarray(sixth),
    )  # fmt: skip
    gap1, gap0 = n1 - v, n0 - v
    t = twice1 / (v + n1 + np.sqrt(gap1 * gap1 + v * missed1))
    low = t - 1 + missed0 / (v + n0 + np.sqrt(gap0 * gap0 + v * four0))
    if empty.any():
        low[empty] = -1
    return low


def _multiplier_left(
    v: Floats, n: Floats, m: Floats, part1: Floats, part0: Floats, twice1: Floats, twice0: Floats, four1: Floats,
    four0: Floats, z: Floats, factor: Floats, sixth: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """``critical value - v sqrt(V)``, with ``V = t(1-t)/n + p(1-p)/m``; and its slope, but for small terms."""
    gap1, gap0 = n - v, m - v
    root1, root0 = np.sqrt(gap1 * gap1 + v * four1), np.sqrt(gap0 * gap0 + v * four0)
    t, q = twice1 / (v + n + root1), twice0 / (v + m + root0)
    rest, p = 1 - t, 1 - q
    one, other = t * rest * part1, p * q * part0
    variance = np.maximum(one + other, _TINY)
    deviation = np.sqrt(variance)
    third1, third0 = one * (rest - t), other * (q - p)
    moved = third1 * part1 - third0 * part0
    skew = np.minimum(np.maximum(sixth * moved / (variance * deviation), -_MOST), _MOST)
    value = factor * _bent(z, skew) - v * deviation
    return value, v * (third1 / root1 - third0 / root0) / (deviation + deviation) - deviation


def _first_multiplier(a: Floats, n: Floats, b: Floats, m: Floats, z: Floats, sixth: float) -> Floats:
    """Guess of v: one step towards the solution for rare conversions."""
    rest = 1 - (a + b) / (n + m + 1)
    one, other = (a + 0.5) * rest / n, (b + 0.5) * rest / m
    v = z / np.sqrt(one / n + other / m)
    one, other = one / (n + v), other / np.maximum(m - v, 0.25 * m)
    variance, moved = one + other, one / n - other / m
    deviation = np.sqrt(variance)
    left = z + (z * z - 1) * sixth * moved / (variance * deviation) - v * deviation
    return np.asarray(np.maximum(v + left / (deviation - v * moved / (2 * deviation)), 0.2 * v), dtype=float)
