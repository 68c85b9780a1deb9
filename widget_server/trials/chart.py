"""The picture of a report: one row per variant, its rate as a dot on the band of its interval. Places are percent."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from widget_server.trials.report import VariantLine

ROOM = 1.04  # a little air right of the widest band
TICKS = 4


@dataclass(frozen=True)
class Row:
    line: VariantLine
    start: float
    width: float
    dot: float


@dataclass(frozen=True)
class Chart:
    """``ticks``: (place, rate)."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, float], ...]


def draw(lines: Sequence[VariantLine]) -> Chart | None:
    """Return the picture, None while nobody has been exposed."""
    shown = [line for line in lines if line.rate is not None]
    if not shown:
        return None
    top = min(max(line.rate_interval[1] for line in shown) * ROOM, 1.0)
    step = _step(top)
    ticks = tuple((round(n * step / top * 100, 2), n * step) for n in range(int(top / step + 1e-9) + 1))
    return Chart(tuple(_row(line, top) for line in shown), ticks)


def _row(line: VariantLine, top: float) -> Row:
    low, high = line.rate_interval
    places = [round(value / top * 100, 2) for value in (low, high - low, line.rate or 0.0)]
    return Row(line, *places)


def _step(top: float) -> float:
    """Return a round distance between ticks.

    >>> _step(0.037), _step(0.9)
    (0.01, 0.5)
    """
    rough = top / TICKS
    unit = 10.0 ** floor(log10(rough))
    return round(next(size * unit for size in (1, 2, 5, 10) if size * unit >= rough), 10)
