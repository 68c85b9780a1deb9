"""Roots of many monotone functions at once: Newton's method that bisection keeps in its bracket."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ValueAndSlope = Callable[..., tuple[Floats, Floats]]

_STEPS = 100
_PRECISION = 1e-13
_QUICK_STEPS = (3, 3)  # most problems are solved by three steps
_NEAR = 1e-7  # a Newton step this small leaves an error of about its square


def decreasing_root(function: ValueAndSlope, low: Floats, high: Floats, start: Floats, *parameters: Floats) -> Floats:
    """Where each of many decreasing functions crosses zero.

    Every step is Newton's when it stays inside the bracket and halves the bracket when it does not, so the
    result is right for any function whose sign changes once between ``low`` and ``high``. Problems that are
    solved leave the batch, so a few hard ones do not cost the time of all. Most need no guard: a few plain steps for
    all come first, and those that did not arrive start anew.

    Parameters
    ----------
    function : callable
        ``function(points, *parameters)`` gives values and slopes, one per problem.
    low, high : array of float
        Brackets: the function is at least 0 at ``low`` and at most 0 at ``high``.
    start : array of float
        First guess, inside the bracket.
    *parameters : array of float
        What the function needs to know of each problem, in arrays of the same length.

    Returns
    -------
    array of float
        The roots, to about 1e-13 relative.

    Examples
    --------
    >>> decreasing_root(lambda x, a: (a - x**2, -2 * x), np.zeros(2), np.full(2, 50.0), np.ones(2),
    ...                 np.array([2.0, 9.0]))
    array([1.41421356, 3.        ])
    """
    shape = start.shape
    low, high, start, *each = (np.ravel(values) for values in (low, high, start, *parameters))
    start = np.clip(start, low, high)
    parameters, roots, left = tuple(each), start, None
    bottom, top = low, high
    for steps in _QUICK_STEPS:
        point = roots if left is None else roots[left]
        arrived, done = _quick(function, bottom, top, point, parameters, steps)
        if left is None:
            roots, left = arrived, np.flatnonzero(~done)
        else:
            roots[left], left = arrived, left[~done]
        if not left.size:
            return roots.reshape(shape)
        bottom, top, parameters = low[left], high[left], tuple(values[left] for values in each)
    roots[left] = _guarded(function, bottom, top, start[left], parameters)
    return roots.reshape(shape)


def _quick(
    function: ValueAndSlope, low: Floats, high: Floats, point: Floats, parameters: tuple[Floats, ...], steps: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Newton's method without a guard; who arrived, with ever smaller steps inside the bracket."""
    size = high - low
    with np.errstate(all="ignore"):
        for _ in range(steps):
            value, slope = function(point, *parameters)
            before, step = size, value / slope
            point, size = point - step, np.abs(step)
    near = _NEAR * (1 + np.abs(point))
    done = (size <= near) & (size <= np.maximum(before / 100, near / 100)) & (point >= low) & (point <= high)
    if not done.all():
        point = np.where(np.isfinite(point), np.clip(point, low, high), (low + high) / 2)
    return point, done


def _guarded(
    function: ValueAndSlope, low: Floats, high: Floats, start: Floats, parameters: tuple[Floats, ...]
) -> Floats:
    """Newton's method that bisection keeps in its bracket."""
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
            low, high, parameters = low[keep], high[keep], tuple(values[keep] for values in parameters)
    roots[open_ones] = point
    return roots


def _step(
    value: Floats, slope: Floats, low: Floats, high: Floats, point: Floats, before: Floats
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
    low, high = np.where(value >= 0, point, low), np.where(value <= 0, point, high)
    with np.errstate(all="ignore"):
        step = value / slope
    guess, size, enough = point - step, np.abs(step), _PRECISION * (1 + np.abs(point))
    close = (size <= enough) | ((size <= _NEAR * (1 + np.abs(point))) & (size <= before / 100))
    newton = close | ((guess >= low) & (guess <= high) & (size <= before / 2))
    return low, high, np.where(newton, guess, (low + high) / 2), close | (high - low <= enough)
