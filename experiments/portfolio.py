"""What several experiments brought together, with its interval."""

from collections.abc import Iterable, Sequence
from math import dist

Gain = tuple[float, float, float]  # seen, low, high


def together(gains: Iterable[Gain]) -> Gain:
    """Add gains that share their control: what moves one end may move them all, so ends are added as they are.

    Examples
    --------
    >>> together([(10.0, -5.0, 25.0), (4.0, -8.0, 16.0)])
    (14.0, -13.0, 41.0)
    """
    seen, low, high = (sum(part) for part in zip((0.0, 0.0, 0.0), *gains, strict=True))
    return seen, low, high


def total(gains: Sequence[Gain]) -> Gain:
    """Add gains of independent experiments.

    Method of variance estimates recovery (Zou and Donner 2008): ``low = sum(d) - sqrt(sum((d - l)^2))``, the upper end
    alike. It needs nothing but the intervals, keeps their skewness, and holds their level for the sum.

    It says nothing of the choice: put *all* experiments in that ran to their end, winners, losers and those that
    showed nothing. A sum over winners alone is too large, for they were called because what was seen was large.

    Examples
    --------
    >>> [round(end, 1) for end in total([(30.0, 10.0, 52.0), (-4.0, -19.0, 11.0)])]
    [26.0, 1.0, 52.6]
    >>> total([])
    (0.0, 0.0, 0.0)
    """
    if not gains:
        return 0.0, 0.0, 0.0
    seen, low, high = zip(*gains, strict=True)
    middle = sum(seen)
    return middle, middle - dist(seen, low), middle + dist(seen, high)
