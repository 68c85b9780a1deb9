"""Bayesian reading of two rates: an extra view, never the rule that stops a test."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.roots import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)
_SPREADS, _TAIL = 8.0, 22.0  # standard deviations to integrate over; more where the density is skew


def chance_to_beat(x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike) -> Floats:
    """Probability that the variant's rate is above the control's, after uniform priors on both.

    ``P(p1 > p0)`` for ``p ~ Beta(x + 1, n - x + 1)``: the integral of one density times the other's
    distribution, by Gauss-Legendre quadrature over the range where the narrower density lives. Agrees with
    Evan Miller's closed sum ("Formulas for Bayesian A/B testing") to 1e-10 or better.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.

    Returns
    -------
    array of float
        Between 0 and 1; a half when nothing is known. It is *not* 1 minus a p-value, and stopping when it
        passes 95 % is wrong about half of the time under constant watching.

    Examples
    --------
    >>> print(f"{chance_to_beat(156, 2380, 120, 2400):.4f}")
    0.9893
    """
    a, n, b, m = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, n1, x0, n0)))
    alpha1, beta1, alpha0, beta0 = a + 1, n - a + 1, b + 1, m - b + 1
    narrow = _spread(alpha1, beta1)[1] <= _spread(alpha0, beta0)[1]
    inner = _below(
        *(np.where(narrow, u, v) for u, v in ((alpha1, alpha0), (beta1, beta0), (alpha0, alpha1), (beta0, beta1)))
    )
    return np.clip(np.where(narrow, inner, 1 - inner), 0.0, 1.0)


def _spread(alpha: Floats, beta: Floats) -> tuple[Floats, Floats]:
    total = alpha + beta
    return alpha / total, np.sqrt(alpha * beta / (total + 1)) / total


def _below(alpha: Floats, beta: Floats, other_alpha: Floats, other_beta: Floats) -> Floats:
    """P(other < this), integrating over this one's density."""
    mean, deviation = _spread(alpha, beta)
    low = np.maximum(mean - (_SPREADS + _TAIL / np.sqrt(beta)) * deviation, 0)
    high = np.minimum(mean + (_SPREADS + _TAIL / np.sqrt(alpha)) * deviation, 1)
    half = ((high - low) / 2)[..., None]
    points = low[..., None] + half * (1 + _NODES)
    log_density = (
        special.xlogy(alpha[..., None] - 1, points)
        + special.xlog1py(beta[..., None] - 1, -points)
        - special.betaln(alpha, beta)[..., None]
    )
    weights = _WEIGHTS * half * np.exp(log_density)
    values = special.betainc(other_alpha[..., None], other_beta[..., None], points)
    return np.asarray((weights * values).sum(axis=-1) / weights.sum(axis=-1), dtype=float)
