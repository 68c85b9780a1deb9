"""Bayesian reading of two rates: an extra view; it stops a test only by a prior and a cost that the user set."""

from math import exp, pi

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.model import UNIFORM
from experiments.roots import Floats

_DROP = 34.0  # a density is followed until its logarithm has fallen by this
_FEW, _MANY, _WIDE = 64, 224, 0.45  # points; more where they would lie farther apart than this


def chance_to_beat(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, prior: tuple[float, float] = UNIFORM
) -> Floats:
    """Probability that the variant's rate is above the control's.

    ``P(p1 > p0)`` for ``p ~ Beta(x + a, n - x + b)``: the integral of one density times the other's distribution, by
    the trapezoid rule over the log odds, where both are smooth and the rule converges exponentially. Agrees with
    Evan Miller's closed sum ("Formulas for Bayesian A/B testing") to 1e-12.

    Parameters
    ----------
    x1, n1, x0, n0 : array of int
        Converted and exposed visitors of variant and control.
    prior : (float, float)
        Conversions and other visitors that both arms are thought to have had before: Beta(1, 1) is uniform.

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
    return read(x1, n1, x0, n0, prior)[0]


def expected_loss(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, prior: tuple[float, float] = UNIFORM
) -> tuple[Floats, Floats]:
    """What a wrong choice costs on average: conversions per visitor that are lost by it.

    Showing the variant loses ``E max(p0 - p1, 0)``, keeping the control ``E max(p1 - p0, 0)``: the integral of one
    density times ``E max(p - y, 0) = (m - y) (1 - F(y)) + m y^a (1-y)^b / (a B(a, b))`` of the other (F its
    distribution function, m its mean). Equal to mpmath's to 1e-12.

    Parameters
    ----------
    x1, n1, x0, n0, prior
        As in `chance_to_beat`.

    Returns
    -------
    variant, control : array of float
        Rates. Their difference is the difference of the posterior means.

    Examples
    --------
    >>> variant, control = expected_loss(156, 2380, 120, 2400)
    >>> print(f"{variant:.6f} {control:.6f}")
    0.000025 0.015561
    """
    return read(x1, n1, x0, n0, prior)[1:]


def read(
    x1: ArrayLike, n1: ArrayLike, x0: ArrayLike, n0: ArrayLike, prior: tuple[float, float] = UNIFORM
) -> tuple[Floats, Floats, Floats]:
    """`chance_to_beat` and both numbers of `expected_loss`, for the price of one."""
    a, n, b, m = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, n1, x0, n0)))
    one, other = np.stack([a + prior[0], n - a + prior[1]]), np.stack([b + prior[0], m - b + prior[1]])
    narrow = _steepness(one) >= _steepness(other)
    chance, loss = _against(np.where(narrow, one, other), np.where(narrow, other, one))
    gain = one[0] / one.sum(axis=0) - other[0] / other.sum(axis=0)
    variant, control = np.where(narrow, loss, loss - gain), np.where(narrow, loss + gain, loss)
    return np.where(narrow, chance, 1 - chance), np.maximum(variant, 0.0), np.maximum(control, 0.0)


def _steepness(shapes: Floats) -> Floats:
    """Curvature of a Beta density's logarithm over the log odds, at its top."""
    return np.asarray(shapes.prod(axis=0) / shapes.sum(axis=0), dtype=float)


def _against(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """P(other < one) and E max(other - one, 0), integrating over the density of the one."""
    reach = (2 * _DROP / _steepness(one)) ** 0.5
    low, width = -reach - _DROP / one[0], 2 * reach + _DROP / one[0] + _DROP / one[1]
    chance, loss = np.empty(reach.shape), np.empty(reach.shape)
    wide = width / _FEW > _WIDE
    for rows, points in ((~wide, _FEW), (wide, _MANY)):
        if rows.any():
            away = low[rows][:, None] + width[rows][:, None] * (np.arange(points) + 0.5) / points
            chance[rows], loss[rows] = _summed(away, one[:, rows, None], other[:, rows, None])
    return np.clip(chance, 0.0, 1.0), loss


def _summed(away: Floats, one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """Sums over log odds that lie so far from the top of the one's density."""
    (alpha, beta), (a, b) = one, other
    logs = alpha * away - (alpha + beta) * np.log1p(alpha / (alpha + beta) * np.expm1(away))
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    odds = np.log(alpha / beta) + away
    log_rate, log_rest = -np.logaddexp(0, -odds), -np.logaddexp(0, odds)
    rate, mean = np.exp(log_rate), a / (a + b)
    below = special.betainc(a, b, rate)
    edge = np.exp(a * log_rate + b * log_rest - special.betaln(a, b)) / a
    loss = (mean - rate) * (1 - below) + mean * edge
    return (weights * below).sum(axis=-1), np.asarray((weights * loss).sum(axis=-1), dtype=float)


def normal_loss(mean: float, error: float) -> float:
    """``E max(d, 0)`` of a difference d that is known with a normal error (means, ratios, periods).

    Examples
    --------
    >>> print(f"{normal_loss(0.0, 1.0):.4f} {normal_loss(-2.0, 1.0):.4f} {normal_loss(0.5, 0.0):.1f}")
    0.3989 0.0085 0.5
    """
    if error <= 0:
        return max(mean, 0.0)
    z = mean / error
    return float(error * max(exp(-(z**2) / 2) / (2 * pi) ** 0.5 + z * special.ndtr(z), 0.0))
