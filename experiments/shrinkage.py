"""The lift that is likely, knowing how small most lifts are."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.model import DEFAULT_SD
from experiments.roots import Floats

# Spread of true log lifts, by what is changed: most tests of words move little (research page, section 7).
PRIOR_SD = {"text": 0.07, "number": 0.15, "placement": 0.25, "channel": 0.35}
_FREEDOM = 3.0
_SCALE = np.sqrt((_FREEDOM - 2) / _FREEDOM)  # of a Student distribution with standard deviation 1
_PRIOR_POINTS = _SCALE * special.stdtrit(_FREEDOM, np.linspace(1e-6, 1 - 1e-6, 200))
_NEAR_POINTS = np.linspace(-8, 8, 201)


def shrunk_lift(x1: ArrayLike, x0: ArrayLike, odds: ArrayLike = 1.0, prior_sd: float = DEFAULT_SD) -> Floats:
    """Posterior median of the lift, under a Student prior with 3 degrees of freedom.

    The lift that is seen when a test is called is too large on average: it was called because it was large. With
    a prior around 0, small samples are drawn to 0, large ones hardly, and the heavy tails leave true surprises
    alone. The likelihood is that of the conversions' labels (`experiments.anytime`); the integral
    is a trapezoid rule over points of the prior and points around the lift that was seen.

    Parameters
    ----------
    x1, x0 : array of int
        First conversions of variant and control.
    odds : array of float
        Planned share of the variant over planned share of the control.
    prior_sd : float
        Standard deviation of true log lifts, above 0.

    Returns
    -------
    array of float
        Lifts as fractions; defined for all counts, 0 for none.

    Examples
    --------
    >>> shrunk_lift([1, 30, 3000], [1, 20, 2000]).round(2)
    array([0.  , 0.05, 0.49])
    """
    a, b, share = np.broadcast_arrays(*(np.asarray(v, dtype=float) for v in (x1, x0, odds)))
    seen = np.log((a + 0.5) / (b + 0.5) / share)
    error = np.sqrt(1 / (a + 0.5) + 1 / (b + 0.5))
    near = seen[..., None] + error[..., None] * _NEAR_POINTS
    points = np.sort(np.concatenate([near, np.broadcast_to(prior_sd * _PRIOR_POINTS, (*a.shape, 200))], axis=-1))
    center = np.log(share)[..., None] + points
    log_density = -a[..., None] * np.logaddexp(0, -center) - b[..., None] * np.logaddexp(0, center)
    log_density -= (_FREEDOM + 1) / 2 * np.log1p((points / (prior_sd * _SCALE)) ** 2 / _FREEDOM)
    width = np.zeros_like(points)
    width[..., 1:-1] = points[..., 2:] - points[..., :-2]
    mass = width * np.exp(log_density - log_density.max(axis=-1, keepdims=True))
    below = (mass.cumsum(axis=-1) - mass / 2) / mass.sum(axis=-1, keepdims=True) - 0.5
    after = np.argmax(below >= 0, axis=-1)[..., None]
    left, right = (np.take_along_axis(below, after - step, axis=-1)[..., 0] for step in (1, 0))
    start, end = (np.take_along_axis(points, after - step, axis=-1)[..., 0] for step in (1, 0))
    return np.asarray(np.expm1(start - left * (end - start) / (right - left)), dtype=float)


def shrunk_normal(seen: float, error: float, prior_sd: float = DEFAULT_SD) -> float:
    """The same for a log lift that is seen with a normal error (means and ratios).

    Examples
    --------
    >>> print(f"{shrunk_normal(0.4, 0.2):.2f} {shrunk_normal(0.4, 0.01):.2f}")
    0.09 0.49
    """
    points = np.sort(np.concatenate([seen + error * _NEAR_POINTS, prior_sd * _PRIOR_POINTS]))
    log_density = -(((points - seen) / error) ** 2) / 2
    log_density -= (_FREEDOM + 1) / 2 * np.log1p((points / (prior_sd * _SCALE)) ** 2 / _FREEDOM)
    width = np.zeros_like(points)
    width[1:-1] = points[2:] - points[:-2]
    mass = width * np.exp(log_density - log_density.max())
    return float(np.expm1(np.interp(0.5, (mass.cumsum() - mass / 2) / mass.sum(), points)))
