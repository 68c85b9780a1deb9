"""Shares that follow the results: top-two Thompson sampling, for those who would rather earn than learn.

What is learnt must be read from `experiments.periods`: shares that moved with the results, thrown together, call a
difference where only the season changed (with a rate that doubles in four weeks, in 6 of 10 tests).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from experiments.roots import Floats

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(256)


def best_chances(converted: ArrayLike, exposed: ArrayLike) -> Floats:
    """Probability that each variant's rate is the highest, after uniform priors.

    The integral over the rate of one variant's Beta density times the other variants' distribution functions, by
    Gauss-Legendre quadrature where the density lives.

    Parameters
    ----------
    converted, exposed : array of int
        One per variant.

    Returns
    -------
    array of float
        Sums to 1.

    Raises
    ------
    ValueError
        When the counts are impossible or there are fewer than two.

    Examples
    --------
    >>> best_chances([10, 15, 20], [1000, 1000, 1000]).round(3)
    array([0.02 , 0.194, 0.785])
    """
    x, n = np.asarray(converted, dtype=float), np.asarray(exposed, dtype=float)
    if x.ndim != 1 or x.size < 2 or x.shape != n.shape or np.any((x < 0) | (x > n)):
        raise ValueError("expected 0 <= converted <= exposed for at least two variants")
    alpha, beta = x + 1, n - x + 1
    low, high = special.betaincinv(alpha, beta, 1e-13), special.betaincinv(alpha, beta, 1 - 1e-13)
    points = ((low + high) / 2)[:, None] + ((high - low) / 2)[:, None] * _NODES
    a, b = alpha[:, None], beta[:, None]
    density = special.xlogy(a - 1, points) + special.xlog1py(b - 1, -points) - special.betaln(a, b)
    below = np.stack([special.betainc(alpha[j], beta[j], points) for j in range(x.size)])
    below[np.arange(x.size), np.arange(x.size)] = 1
    chances = ((high - low) / 2) * (np.exp(density) * below.prod(axis=0) @ _WEIGHTS)
    return np.asarray(chances / chances.sum(), dtype=float)


def top_two_weights(
    converted: ArrayLike, exposed: ArrayLike, *, leader: float = 0.5, floor: float = 0.05
) -> tuple[float, ...]:
    """Shares for the next period.

    With probability ``leader`` a visitor goes to a variant drawn as in Thompson sampling, otherwise to the best of
    the *other* variants, drawn the same way: ``p_i (leader + (1 - leader) sum_{j != i} p_j / (1 - p_j))`` with p the
    chances to be best (Russo, "Simple Bayesian algorithms for best-arm identification", Operations Research 68
    (2020) 1625). Plain Thompson sampling starves the runners-up and then learns nothing of them.

    Parameters
    ----------
    converted, exposed : array of int
        Per variant, since the start.
    leader : float
        Between 0 and 1, both excluded.
    floor : float
        Least share of a variant, at most an even split: without it a period may have no comparison at all.

    Returns
    -------
    tuple of float
        Sum to 1, to four digits as in `experiments.assignment.Allocation`.

    Raises
    ------
    ValueError
        When an argument is out of range.

    Examples
    --------
    >>> top_two_weights([10, 15, 40], [1000, 1000, 1000])
    (0.0581, 0.4669, 0.475)
    """
    if not 0 < leader < 1 or floor < 0:
        raise ValueError(f"expected 0 < leader < 1 and floor >= 0, got {leader} and {floor}")
    chances = best_chances(converted, exposed)
    floor = min(floor, 1 / chances.size)
    others = 1 - chances
    small = others < 1e-9
    odds = np.where(small, 0.0, chances / np.where(small, 1, others))
    drawn = chances * (leader + (1 - leader) * (odds.sum() - odds))
    if small.any():  # one variant is certain: the challenger is the best of the rest
        top = int(chances.argmax())
        rest = np.delete(np.arange(chances.size), top)
        second = _second(np.asarray(converted, dtype=float)[rest], np.asarray(exposed, dtype=float)[rest])
        drawn = np.zeros(chances.size)
        drawn[top], drawn[rest] = leader, (1 - leader) * second
    return _rounded(floor + (1 - floor * chances.size) * drawn / drawn.sum())


def _second(converted: Floats, exposed: Floats) -> Floats:
    return best_chances(converted, exposed) if converted.size > 1 else np.ones(1)


def _rounded(shares: Floats) -> tuple[float, ...]:
    """To four digits, with a sum of exactly 1 (the largest takes the rest)."""
    slots = np.round(shares * 10_000).astype(int)
    slots[slots.argmax()] += 10_000 - slots.sum()
    return tuple((slots / 10_000).tolist())


def even(variants: Sequence[str]) -> tuple[float, ...]:
    """Shares of the first period.

    Examples
    --------
    >>> even(["A", "B", "C", "D"])
    (0.25, 0.25, 0.25, 0.25)
    """
    return _rounded(np.full(len(variants), 1 / len(variants)))
