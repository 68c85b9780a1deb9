"""Intervals that hold for all variants of an experiment together."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.multiplicity import Integers
from experiments.rates import normal_quantile
from experiments.roots import Floats, decreasing_root

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(48)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_MOST = 0.9  # more of a shared error is not used: less is on the safe side, and the integral stays smooth


def dunnett_alpha(exposed: ArrayLike, control: ArrayLike, family: Integers, alpha: ArrayLike = 0.05) -> Floats:
    """Level of each comparison's own interval so that all of an experiment hold together with ``1 - alpha``.

    All variants share the control, so their errors go together and less is lost than by ``alpha / k``. With
    ``l² = n1 / (n1 + n0)`` the critical value c solves ``E prod [Phi((c + l u)/s) - Phi((-c + l u)/s)] = 1 - alpha``,
    ``s² = 1 - l²``, u standard normal (C. W. Dunnett, JASA 50 (1955) 1096), by Gauss-Hermite quadrature.

    Parameters
    ----------
    exposed, control : array of int
        Visitors of the variant and of its control, one per comparison.
    family : array of int
        Which experiment each comparison belongs to.
    alpha : float or array of float
        For all comparisons of an experiment together; an array has one per comparison, the same in each experiment.

    Returns
    -------
    array of float
        One per comparison: alpha for an only one, otherwise between ``alpha / k`` and alpha.

    Examples
    --------
    >>> level = dunnett_alpha([500, 500, 500], [500, 500, 500], np.zeros(3, dtype=int))
    >>> normal_quantile(level).round(2)
    array([2.35, 2.35, 2.35])
    """
    n1, n0 = np.asarray(exposed, dtype=float), np.asarray(control, dtype=float)
    _, row, size = np.unique(family, return_inverse=True, return_counts=True)
    loading = np.zeros((size.size, int(size.max(initial=1))))
    used = np.zeros(loading.shape, dtype=bool)
    order = np.argsort(row, kind="stable")
    column = np.arange(row.size) - (np.cumsum(size) - size)[row[order]]
    loading[row[order], column] = np.sqrt(np.minimum(n1 / np.maximum(n1 + n0, 1), _MOST))[order]
    used[row[order], column] = True
    several = size > 1
    level = np.empty(size.shape)
    level[row] = alpha
    critical = normal_quantile(level)
    if several.any():
        top = normal_quantile(level[several] / size[several])
        numbers = np.flatnonzero(several).astype(float)

        def left(c: Floats, number: Floats) -> tuple[Floats, Floats]:
            each = number.astype(int)
            return _outside(c, loading[each], used[each], level[each])

        critical[several] = decreasing_root(left, critical[several], top, top, numbers)
    return np.asarray(2 * special.ndtr(-critical), dtype=float)[row]


def _outside(c: Floats, loading: Floats, used: np.ndarray, alpha: Floats) -> tuple[Floats, Floats]:
    """Chance that some comparison passes c, less alpha; and its slope in c."""
    spread = np.sqrt(1 - loading**2)[..., None]
    moved = loading[..., None] * _NODES
    above, below = (c[:, None, None] + moved) / spread, (-c[:, None, None] + moved) / spread
    inside = np.where(used[..., None], special.ndtr(above) - special.ndtr(below), 1.0)
    density = np.where(used[..., None], np.exp(-(above**2) / 2) + np.exp(-(below**2) / 2), 0) / spread
    whole = inside.prod(axis=1)
    slope = (whole[:, None] / np.maximum(inside, 1e-300) * density / (2 * np.pi) ** 0.5).sum(axis=1)
    return (1 - alpha) - whole @ _WEIGHTS, -(slope @ _WEIGHTS)
