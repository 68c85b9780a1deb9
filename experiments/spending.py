"""Planned looks: group-sequential bounds that spend the accepted error over the course of a test.

The running statistic of a comparison behaves like a Brownian motion watched at the shares of the planned
visitors that have come. At each look the bound is set so that the chance of having passed any bound so far, with
no true difference, is what the spending function allows by then (Lan and DeMets, Biometrika 70 (1983) 659).
The looks may come at any times and in any number, as long as the results do not choose them.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.model import Spending
from experiments.rates import normal_quantile
from experiments.roots import Floats, decreasing_root

POWERS: dict[Spending, float] = {"kim-demets": 2.0, "kim-demets-2.5": 2.5}

_FARTHEST = 9.0  # no bound is farther out, in standard errors
_LEAST = 1e-14  # less error than this is kept for the next look
_SAME = 1e-9  # looks closer than this are one
_KNOTS = (1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 0.004, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2, 0.4, 0.7)


def spent(fraction: float, alpha: float = 0.05, spending: Spending = "kim-demets") -> float:
    """Error spent when this part of the planned visitors has come.

    ``kim-demets``: ``alpha t²`` (Kim and DeMets, Biometrika 74 (1987) 149, rho = 2), ``kim-demets-2.5`` the same with
    rho = 2.5; ``obrien-fleming``: ``4 - 4 Phi(z_alpha/4 / sqrt(t))``; ``pocock``: ``alpha log(1 + (e - 1) t)``.

    Examples
    --------
    >>> [round(spent(0.5, 0.05, family), 4) for family in ("kim-demets", "obrien-fleming", "pocock")]
    [0.0125, 0.0031, 0.031]
    """
    t = min(max(fraction, 0.0), 1.0)
    if t == 0:
        return 0.0
    if spending == "obrien-fleming":
        return float(4 * special.ndtr(-normal_quantile(alpha / 2) / t**0.5))
    return float(alpha * (t ** POWERS[spending] if spending in POWERS else np.log1p((np.e - 1) * t)))


def bounds(fractions: ArrayLike, alpha: float = 0.05, spending: Spending = "kim-demets") -> Floats:
    """Bounds of the absolute z-value, one per look.

    Parameters
    ----------
    fractions : array of float
        Part of the planned visitors at each look, increasing, above 0; what is above 1 counts as 1.
    alpha : float
        Two-sided error over all looks.
    spending : {"kim-demets", "kim-demets-2.5", "obrien-fleming", "pocock"}
        How fast the error is spent.

    Returns
    -------
    array of float
        A look decides when the absolute z-value is at least the bound.

    Raises
    ------
    ValueError
        When the fractions do not increase from above 0.

    Examples
    --------
    >>> bounds([0.2, 0.4, 0.6, 0.8, 1.0], 0.05, "obrien-fleming").round(4)
    array([4.8769, 3.357 , 2.6803, 2.2898, 2.031 ])
    """
    times = np.minimum(np.asarray(fractions, dtype=float), 1.0)
    if times.size == 0 or times[0] <= 0 or np.any(np.diff(times) < 0):
        raise ValueError(f"expected fractions that increase from above 0, got {times.tolist()}")
    found: list[float] = []
    places, mass, before, used = np.zeros(1), np.ones(1), 0.0, 0.0
    for time in times.tolist():
        allowed = spent(time, alpha, spending) - used
        if time - before < _SAME:
            found.append(found[-1])
        elif allowed < _LEAST:
            found.append(_FARTHEST)
        else:
            bound = _bound(places / time**0.5, mass, (1 - before / time) ** 0.5, allowed)
            places, mass = _onward(places, mass, (time - before) ** 0.5, bound * time**0.5)
            found.append(bound)
            before, used = time, used + allowed
    return np.array(found)


def _bound(places: Floats, mass: Floats, deviation: float, allowed: float) -> float:
    """Where to stop so that ``allowed`` of the tests that came this far stop; in units of the z-value."""

    def left(bound: Floats) -> tuple[Floats, Floats]:
        below, above = (-bound - places) / deviation, (places - bound) / deviation
        slope = -(np.exp(-(below**2) / 2) + np.exp(-(above**2) / 2)) / (deviation * (2 * np.pi) ** 0.5)
        return np.array([mass @ (special.ndtr(below) + special.ndtr(above)) - allowed]), np.array([mass @ slope])

    if left(np.array([_FARTHEST]))[0][0] >= 0:
        return _FARTHEST
    start = normal_quantile(min(allowed, 0.9))
    return float(decreasing_root(left, np.zeros(1), np.full(1, _FARTHEST), start.reshape(1))[0])


def _onward(places: Floats, mass: Floats, deviation: float, edge: float) -> tuple[Floats, Floats]:
    """Distribution of the motion among the tests that go on: points and their masses."""
    count = int(min(max(64 * np.ceil(edge / deviation / 6), 128), 640))
    nodes, weights = _legendre(count)
    points = edge * nodes
    density = np.exp(-(((points[:, None] - places) / deviation) ** 2) / 2) @ mass / (deviation * (2 * np.pi) ** 0.5)
    return points, edge * weights * density


@cache
def _legendre(count: int) -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


@dataclass(frozen=True)
class Exchange:
    """Translation at one look between ordinary p-values and those that hold over all looks (repeated).

    A repeated p-value is the smallest alpha whose bound the look passes; the ordinary interval at the ordinary
    level of alpha is the repeated interval (Jennison and Turnbull, "Group Sequential Methods", 2000, ch. 9).
    """

    log_alpha: tuple[float, ...]
    log_ordinary: tuple[float, ...]

    def repeated(self, p_values: ArrayLike) -> Floats:
        """P-values over all looks from ordinary ones.

        Examples
        --------
        >>> last = exchange((0.5, 1.0), (0.05,))
        >>> last.repeated([0.04, 0.0435, 0.1]).round(3)
        array([0.046, 0.05 , 0.112])
        """
        logs = np.log(np.maximum(np.asarray(p_values, dtype=float), 1e-300))
        below = np.minimum(logs - self.log_ordinary[0], 0)
        return np.asarray(np.exp(np.interp(logs, self.log_ordinary, self.log_alpha) + below), dtype=float)

    def ordinary(self, alphas: ArrayLike) -> Floats:
        """Levels of ordinary intervals from levels over all looks."""
        logs = np.log(np.asarray(alphas, dtype=float))
        below = np.minimum(logs - self.log_alpha[0], 0)
        return np.asarray(np.exp(np.interp(logs, self.log_alpha, self.log_ordinary) + below), dtype=float)


@cache
def exchange(fractions: tuple[float, ...], alphas: tuple[float, ...], spending: Spending = "kim-demets") -> Exchange:
    """Prepare the translation for the last of the looks, exact at the levels ``alphas``."""
    knots = sorted({*_KNOTS, *alphas})
    levels = [2 * float(special.ndtr(-bounds(fractions, alpha, spending)[-1])) for alpha in knots]
    return Exchange((*np.log(knots).tolist(), 0.0), (*np.maximum.accumulate(np.log(levels)).tolist(), 0.0))
