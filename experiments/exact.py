"""Exact tests of two rates, for samples so small that no approximation should be trusted; one look only."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.roots import Floats

_TIES = 1 + 1e-7  # tables whose chances differ by less than rounding are equally likely
_CELLS = 1_000_000  # of a table of all outcomes
_GRID = 400


def fisher(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Fisher's two-sided p-value of "both rates are the same": given all conversions, who has them.

    The chances of all tables that are no likelier than the one seen (hypergeometric) are added up. Never too small, and
    with few conversions much too large: of two identical variants it finds a difference in 1 to 3 % of the tests at
    alpha .05. Source: R. A. Fisher, "Statistical Methods for Research Workers", 5th ed. (1934), 21.02.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control. Memory grows with the conversions of both together.

    Returns
    -------
    array of float
        As ``scipy.stats.fisher_exact``.

    Examples
    --------
    >>> fisher([156, 4, 0], [2380, 510, 10], [120, 0, 0], [2400, 500, 12]).round(4)
    array([0.0218, 0.1243, 1.    ])
    """
    a, n, b, m = (v[..., None] for v in np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, n1, x0, n0))))
    total = a + b
    k = np.arange(total.max(initial=0) + 1)
    possible = (k <= np.minimum(total, n)) & (k >= total - m)
    with np.errstate(invalid="ignore"):
        logs = np.where(possible, _ways(n, k) + _ways(m, total - k) - _ways(n + m, total), -np.inf)
    chances = np.exp(logs)
    seen = np.take_along_axis(chances, a.astype(int), axis=-1)
    return np.asarray(np.minimum(np.where(chances <= seen * _TIES, chances, 0).sum(axis=-1), 1), dtype=float)


def _ways(n: Floats, k: Floats) -> Floats:
    """Logarithm of n over k."""
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1), dtype=float)


def boschloo(x1: int, n1: int, x0: int, n0: int) -> float:
    """Boschloo's two-sided p-value: exact as Fisher's, and never larger than twice his one-sided one.

    Fisher's one-sided p-value is only the order of the tables; the p-value is the largest chance, over all common
    rates, of a table as extreme, doubled. Source: R. D. Boschloo, Statistica Neerlandica 24 (1970) 1.

    Parameters
    ----------
    x1, n1, x0, n0 : int
        As in `fisher`; all outcomes are gone through, a million at most.

    Returns
    -------
    float
        As ``scipy.stats.boschloo_exact``.

    Raises
    ------
    ValueError
        When there are too many outcomes.

    Examples
    --------
    >>> print(f"{boschloo(9, 41, 3, 40):.4f} {boschloo(4, 510, 0, 500):.4f}")
    0.0782 0.1165
    """
    higher = _worst(_one_sided(n1, n0), x1, n1, x0, n0)
    lower = _worst(_one_sided(n0, n1).T, x1, n1, x0, n0)
    return min(1.0, 2 * min(higher, lower))


def barnard(x1: int, n1: int, x0: int, n0: int) -> float:
    """Barnard's two-sided p-value, tables ordered by the pooled z-value.

    Source: G. A. Barnard, Biometrika 34 (1947) 123. Parameters, result and errors as in `boschloo`;
    as ``scipy.stats.barnard_exact``.

    Examples
    --------
    >>> print(f"{barnard(9, 41, 3, 40):.4f}")
    0.0748
    """
    _demand(n1, n0)
    one, other = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)[None, :]
    pooled = (one + other) / (n1 + n0)
    with np.errstate(invalid="ignore"):
        z = (one / n1 - other / n0) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    return _worst(-np.abs(np.nan_to_num(z)), x1, n1, x0, n0)


def _demand(n1: int, n0: int) -> None:
    if min(n1, n0) < 1 or (n1 + 1) * (n0 + 1) > _CELLS:
        raise ValueError(f"expected between 1 and {_CELLS:,} outcomes, got {n1:,} and {n0:,} visitors")


def _one_sided(n1: int, n0: int) -> Floats:
    """Fisher's one-sided p-value of "the variant's rate is higher" for every table."""
    _demand(n1, n0)
    one, other = np.arange(n1 + 1.0)[:, None], np.arange(n0 + 1.0)[None, :]
    n, m = np.asarray(n1, dtype=float), np.asarray(n0, dtype=float)
    chances = np.exp(_ways(n, one) + _ways(m, other) - _ways(n + m, one + other))
    found = np.empty_like(chances)
    for total in range(n1 + n0 + 1):  # tables with the same conversions lie on a diagonal
        rows = np.arange(max(0, total - n0), min(total, n1) + 1)
        found[rows, total - rows] = chances[rows, total - rows][::-1].cumsum()[::-1]
    return found


def _worst(order: Floats, x1: int, n1: int, x0: int, n0: int) -> float:
    """Largest chance, over all common rates, of a table that comes no later in the order."""
    seen = order[x1, x0]
    extreme = (order <= seen + 1e-7 * abs(seen)).astype(float)

    def chance(rates: Floats) -> Floats:
        one, other = (_binomial(n, rates) for n in (n1, n0))
        return np.asarray(((one @ extreme) * other).sum(axis=1), dtype=float)

    return _highest(chance, (np.arange(_GRID) + 0.5) / _GRID)


def _highest(chance: Callable[[Floats], Floats], rates: Floats) -> float:
    """Maximum of a smooth function, by finer and finer grids around the best points of the first."""
    values = chance(rates)
    best, width = float(values.max()), rates[1] - rates[0]
    for middle in rates[np.argsort(values)[-5:]]:
        half, center = width, middle
        for _ in range(8):
            points = np.clip(center + half * np.linspace(-1, 1, 21), 1e-12, 1 - 1e-12)
            near = chance(points)
            center, half = points[near.argmax()], half / 8
            best = max(best, float(near.max()))
    return min(best, 1.0)


def _binomial(n: int, rates: Floats) -> Floats:
    """Chances of 0 to n successes, one row per rate."""
    k = np.arange(n + 1.0)
    logs = _ways(np.asarray(n, dtype=float), k) + np.outer(np.log(rates), k) + np.outer(np.log1p(-rates), n - k)
    return np.asarray(np.exp(logs), dtype=float)
