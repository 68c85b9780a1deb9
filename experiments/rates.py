"""Intervals of one conversion rate, and of the difference of two without an equation."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.roots import Floats

Bounds = tuple[Floats, Floats]


def normal_quantile(alpha: ArrayLike) -> Floats:
    """Distance from 0 that a standard normal value exceeds, either way, with probability ``alpha``.

    Examples
    --------
    >>> round(float(normal_quantile(0.05)), 4)
    1.96
    """
    return np.asarray(-special.ndtri(np.asarray(alpha, dtype=float) / 2), dtype=float)


def wilson(converted: ArrayLike, exposed: ArrayLike, alpha: ArrayLike = 0.05) -> Bounds:
    """Wilson's score interval of a rate: coverage close to ``1 - alpha`` on average.

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. Source: E. B. Wilson, JASA 22 (1927) 209.

    Parameters
    ----------
    converted, exposed : array of int
        Visitors who converted, of those exposed. With nobody exposed the interval is 0 to 1.
    alpha : float
        1 minus the nominal coverage.

    Returns
    -------
    low, high : array of float
        Rates between 0 and 1.

    Examples
    --------
    >>> low, high = wilson(24, 4800)
    >>> print(f"{low:.5f} {high:.5f}")
    0.00336 0.00743
    """
    x, n = np.asarray(converted, dtype=float), np.asarray(exposed, dtype=float)
    z = normal_quantile(alpha)
    safe = np.maximum(n, 1)
    rate = x / safe
    middle = rate + z**2 / (2 * safe)
    half = z * np.sqrt(rate * (1 - rate) / safe + z**2 / (4 * safe**2))
    scale = 1 + z**2 / safe
    low = np.where((x == 0) | (n == 0), 0.0, (middle - half) / scale)
    high = np.where((x == n) | (n == 0), 1.0, (middle + half) / scale)
    return low, high


def clopper_pearson(converted: ArrayLike, exposed: ArrayLike, alpha: ArrayLike = 0.05) -> Bounds:
    """Exact interval of a rate: coverage never below ``1 - alpha``, wider than Wilson's.

    Quantiles of Beta(x, n-x+1) and Beta(x+1, n-x). Source: Clopper and Pearson, Biometrika 26 (1934) 404.

    Parameters
    ----------
    converted, exposed : array of int
        Visitors who converted, of those exposed. With nobody exposed the interval is 0 to 1.
    alpha : float
        1 minus the nominal coverage.

    Returns
    -------
    low, high : array of float
        Rates between 0 and 1.

    Examples
    --------
    >>> low, high = clopper_pearson(0, 100)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0000 0.0362
    """
    x, n = np.asarray(converted, dtype=float), np.asarray(exposed, dtype=float)
    tail = np.asarray(alpha, dtype=float) / 2
    low = special.betaincinv(np.maximum(x, 1), n - np.maximum(x, 1) + 1, tail)
    high = special.betaincinv(np.minimum(x, n - 1) + 1, np.maximum(n - x, 1), 1 - tail)
    return np.where((x == 0) | (n == 0), 0.0, low), np.where((x == n) | (n == 0), 1.0, high)


def newcombe(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, alpha: ArrayLike = 0.05) -> Bounds:
    """Newcombe's interval of the difference of two rates, from both Wilson intervals.

    ``d - sqrt((p1 - low1)² + (high0 - p0)²)`` to ``d + sqrt((high1 - p1)² + (p0 - low0)²)``: no equation to solve, for
    spreadsheets and for checking. Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873, method 10.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    alpha : float
        1 minus the nominal coverage.

    Returns
    -------
    low, high : array of float
        Differences of rates, from -1 to 1; that when an arm is empty.

    Examples
    --------
    >>> low, high = newcombe(56, 70, 48, 80)
    >>> print(f"{low:.4f} {high:.4f}")
    0.0524 0.3339
    """
    a, n, b, m = (np.asarray(value, dtype=float) for value in (x1, n1, x0, n0))
    one, other = a / np.maximum(n, 1), b / np.maximum(m, 1)
    (low1, high1), (low0, high0) = wilson(a, n, alpha), wilson(b, m, alpha)
    low = one - other - np.hypot(one - low1, high0 - other)
    high = one - other + np.hypot(high1 - one, other - low0)
    empty = (n == 0) | (m == 0)
    return np.where(empty, -1.0, low), np.where(empty, 1.0, high)
