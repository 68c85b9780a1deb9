"""Roots of many monotone functions at once: Newton's method that bisection keeps in its bracket."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ValueAndSlope = Callable[..., tuple[Floats, Floats]]

_STEPS = 100
_PRECISION = 1e-13
_ROUNDS = 3  # rounds without a guard; almost every problem is solved by the first
_CLOSE = 3e-9  # estimate of the error that is left, relative
_NEAR = 1e-8  # a step this small, after one a hundred times longer, leaves an error of 1e-10


def decreasing_root(function: ValueAndSlope, low: Floats, high: Floats, start: Floats, *parameters: Floats) -> Floats:
    """Where each of many decreasing functions crosses zero.

    Two steps for all come first: Newton's, then one whose slope is corrected by what the first one really changed, so
    that slopes need only be right to a few percent. Problems that did not arrive take another round, and what is left
    then starts anew between the ends of its bracket, halving it whenever Newton's step would leave it: the result is
    right for any function whose sign changes once between ``low`` and ``high``.

    Parameters
    ----------
    function : callable
        ``function(points, *parameters)`` gives values and slopes, one per problem.
    low, high : array of float
        Brackets: the function is at least 0 at ``low`` and at most 0 at ``high``.
    start : array of float
        First guess, inside the bracket.
    *parameters : array of float
        What the function needs to know of each problem, in arrays of the same shape, or one number for all.

    Returns
    -------
    array of float
        The roots, to about 1e-9 relative.

    Examples
    --------
    >>> decreasing_root(lambda x, a: (a - x**2, -2 * x), np.zeros(2), np.full(2, 50.0), np.ones(2),
    ...                 np.array([2.0, 9.0])).round(9)
    array([1.41421356, 3.        ])
    """
    with np.errstate(all="ignore"):
        roots, done = _round(function, low, high, start, parameters)
        if done.all():
            return roots
        shape, roots = done.shape, roots.ravel()
        left = np.flatnonzero(~done)
        low, high, start, *each = (
            values.ravel()[left] if values.ndim else values for values in (low, high, start, *parameters)
        )
        parameters = tuple(each)
        point = np.clip(np.where(np.isfinite(roots[left]), roots[left], start), low, high)
        for _ in range(_ROUNDS - 1):
            point, arrived = _round(function, low, high, point, parameters)
            roots[left[arrived]] = point[arrived]
            if arrived.all():
                return roots.reshape(shape)
            stay = ~arrived
            left, low, high, start = left[stay], low[stay], high[stay], start[stay]
            parameters = tuple(values[stay] if values.ndim else values for values in parameters)
            point = np.clip(np.where(np.isfinite(point[stay]), point[stay], start), low, high)
        start = np.where(np.isfinite(start), np.clip(start, low, high), (low + high) / 2)
        roots[left] = _guarded(function, low, high, start, parameters)
    return roots.reshape(shape)


def _round(
    function: ValueAndSlope, low: Floats, high: Floats, point: Floats, parameters: tuple[Floats, ...]
) -> tuple[Floats, NDArray[np.bool_]]:
    """A Newton step and a corrected one; who arrived inside the bracket."""
    value, slope = function(point, *parameters)
    first = value / slope
    point = point - first
    following, steeper = function(point, *parameters)
    # slopes that are wrong by a factor give it away: the first step changed the value by so much more or less
    plain = following / steeper
    step = plain * first * (slope + steeper) / (2 * (value - following))
    point = point - step
    # what is left: the curvature's part, and what the correction may have missed of the slope
    arrived = step * step + np.abs((plain - step) * first) <= _CLOSE * (1 + point * point)
    return point, arrived & (point >= low) & (point <= high)


def _guarded(
    function: ValueAndSlope, low: Floats, high: Floats, start: Floats, parameters: tuple[Floats, ...]
) -> Floats:
    """Newton's method that bisection keeps in its bracket; problems that are solved leave the batch."""
    roots = start.copy()
    open_ones, point, before = np.arange(roots.size), roots, high - low
    for _ in range(_STEPS):
        low, high, following, done = _step(*function(point, *parameters), low, high, point, before)
        before, point = np.abs(following - point), following
        if done.all():
            break
        if 2 * np.count_nonzero(done) > done.size:
            roots[open_ones] = point
            keep = ~done
            open_ones, point, before = open_ones[keep], point[keep], before[keep]
            low, high = low[keep], high[keep]
            parameters = tuple(values[keep] if values.ndim else values for values in parameters)
    roots[open_ones] = point
    return roots


def _step(
    value: Floats, slope: Floats, low: Floats, high: Floats, point: Floats, before: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    low, high = np.where(value >= 0, point, low), np.where(value <= 0, point, high)
    step = value / slope
    guess, size, enough = point - step, np.abs(step), _PRECISION * (1 + np.abs(point))
    close = (size <= enough) | ((size <= _NEAR * (1 + np.abs(point))) & (size <= before / 100))
    newton = close | ((guess >= low) & (guess <= high) & (size <= before / 2))
    return low, high, np.where(newton, guess, (low + high) / 2), close | (high - low <= enough)
