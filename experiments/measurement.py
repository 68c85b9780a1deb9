"""One promise, and whether it is kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

EXACT = 0  # repeats of a figure that was not simulated


@dataclass(frozen=True)
class Measurement:
    """What was counted, and the range in which the promise is kept (None: no upper limit).

    ``repeats`` simulated tests (1: as many as were asked for, 0: the value is exact).
    """

    group: str
    name: str
    value: float
    low: float = 0.0
    high: float | None = None
    repeats: int = 1

    @property
    def promised(self) -> bool:
        """Whether there is a range; other figures are for comparison."""
        return self.low > 0 or self.high is not None

    @property
    def kept(self) -> bool:
        """Whether the value lies in its range, up to two standard errors of the simulation."""
        part = min(max(self.value, 0.0), 1.0)
        slack = 2 * (part * (1 - part) / self.repeats) ** 0.5 if self.repeats else 5e-5
        return self.low <= self.value + slack and (self.high is None or self.value - slack <= self.high)


Part = Callable[[int, np.random.Generator], Iterator[Measurement]]
