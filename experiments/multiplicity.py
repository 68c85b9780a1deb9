"""Several comparisons in one experiment: p-values that stay honest together."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from experiments.roots import Floats

Integers = NDArray[np.int_]


def holm(p_values: ArrayLike, family: ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Holm's adjusted p-values, within each family, for many families at once.

    The smallest of k p-values is multiplied by k, the next by k-1 and so on, and none may be below one before
    it. Holds under any dependence. Source: S. Holm, Scandinavian Journal of Statistics 6 (1979) 65.

    Parameters
    ----------
    p_values : array of float
        One per comparison.
    family : array of int, optional
        Which experiment each belongs to; all to one when left out.

    Returns
    -------
    adjusted : array of float
        A comparison counts at level alpha when its adjusted p-value is below alpha.
    multiplier : array of float
        What each p-value was multiplied by; ``1 - alpha / multiplier`` is the level of the interval that
        agrees with the decision.

    Examples
    --------
    >>> adjusted, multiplier = holm([0.01, 0.04, 0.03])
    >>> adjusted, multiplier
    (array([0.03, 0.06, 0.06]), array([3., 1., 2.]))
    """
    p = np.asarray(p_values, dtype=float)
    if p.size == 0:
        return p, p.copy()
    groups = np.zeros(p.size, dtype=int) if family is None else np.asarray(family, dtype=int)
    order, row, rank = _ranked(p, groups)
    size = np.bincount(row)[row]
    multiplier = np.empty_like(p)
    multiplier[order] = size - rank
    table = np.zeros((row[-1] + 1, rank.max() + 1))
    table[row, rank] = (p * multiplier)[order]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(table, axis=1), 1)[row, rank]
    return adjusted, multiplier


def _ranked(p: Floats, groups: Integers) -> tuple[Integers, Integers, Integers]:
    """Order by family and p-value; then, in that order, the family's number and the rank inside it."""
    order = np.lexsort((p, groups))
    sorted_groups = groups[order]
    fresh = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]]
    row = np.cumsum(fresh) - 1
    return order, row, np.arange(p.size) - np.flatnonzero(fresh)[row]


def benjamini_hochberg(p_values: ArrayLike, family: ArrayLike | None = None) -> Floats:
    """Adjusted p-values that bound the share of false finds; for exploring, not for deciding.

    Of the comparisons with a value below .1, a tenth at most are false on average (when the p-values do not oppose each
    other). Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289.

    Parameters
    ----------
    p_values, family
        As in `holm`.

    Returns
    -------
    array of float

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03, 0.2]).round(4)
    array([0.04  , 0.0533, 0.0533, 0.2   ])
    """
    p = np.asarray(p_values, dtype=float)
    if p.size == 0:
        return p
    groups = np.zeros(p.size, dtype=int) if family is None else np.asarray(family, dtype=int)
    order, row, rank = _ranked(p, groups)
    table = np.ones((row[-1] + 1, rank.max() + 1))
    table[row, rank] = p[order] * np.bincount(row)[row] / (rank + 1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.minimum.accumulate(table[:, ::-1], axis=1)[:, ::-1], 1)[row, rank]
    return adjusted
