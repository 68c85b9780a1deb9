"""Distributions as a line that a person reads."""

from collections.abc import Sequence
from statistics import quantiles


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that ``percent`` of all do not exceed.

    >>> percentile([3.0, 1.0, 2.0], 50), percentile([1.0], 95)
    (2.0, 1.0)
    """
    if len(values) == 1:
        return values[0]
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(name: str, values: Sequence[float]) -> str:
    """Say how times (in seconds) are spread.

    >>> spread("answer", [0.001, 0.002, 0.003])
    'answer: n 3, p50 2.0, p95 2.9, max 3.0 ms'
    """
    if not values:
        return f"{name}: none"
    shown = [("p50", percentile(values, 50)), ("p95", percentile(values, 95)), ("max", max(values))]
    return f"{name}: n {len(values)}, {', '.join(f'{at} {value * 1000:.1f}' for at, value in shown)} ms"
