"""Promises about one look, worked out exactly: all likely counts with their chances, nothing drawn."""

from collections.abc import Iterator

import numpy as np
from scipy import special

from experiments import score
from experiments.measurement import EXACT, Measurement
from experiments.roots import Floats

RATES = (0.005, 0.01, 0.02, 0.03)
CONVERSIONS = (3, 5, 10, 30, 100)
PARTS = ((1, 1), (9, 1), (1, 9))
LIFTS = (0.0, 0.3)
TAIL = 1e-11


def one_look(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """A/A: how often the p-value is below .05, and the intervals leave out 0, at the only look."""
    group = (
        "A/A, 20,000 visitors dealt out at random, fixed: a verdict, or an interval without 0, at its one look (exact)"
    )
    sizes = special.bdtrik((np.arange(9) + 0.5) / 9, 20_000, 0.5).round().astype(int).tolist()
    for rate in RATES:
        found = [_below(size, 20_000 - size, rate) for size in sizes]
        yield Measurement(group, f"rate {rate:.1%}", float(np.mean(found)), high=0.05, repeats=EXACT)


def _below(n1: int, n0: int, rate: float) -> float:
    x1, x0, chances = outcomes(n1, n0, rate, 0.0)
    return float(chances[score.p_value(x1, n1, x0, n0) < 0.05].sum())


def few_conversions(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Coverage and tails of the one-look intervals, 3 to 100 conversions in the smaller arm, no lift and +30 %."""
    for parts in PARTS:
        group = f"one-look intervals, nominal .95, variant to control {parts[0]}:{parts[1]} (exact)"
        for conversions in CONVERSIONS:
            found = [_tails(parts, conversions, rate, lift) for lift in LIFTS for rate in RATES]
            lows, highs = (
                [min(column) for column in zip(*found, strict=True)],
                [max(c) for c in zip(*found, strict=True)],
            )
            name = f"{conversions} conversions in the smaller arm"
            least, most = (0.018, 0.034) if conversions < 5 else (0.02, 0.03)
            for what, place in (("lift", 0), ("difference", 3)):
                yield Measurement(group, f"{name}: {what} covered, least", lows[place], 0.94, 0.97, EXACT)
                yield Measurement(group, f"{name}: {what} covered, most", highs[place], 0.94, 0.97, EXACT)
            yield Measurement(group, f"{name}: lift, smallest tail", min(lows[1:3]), least, None, EXACT)
            yield Measurement(group, f"{name}: lift, largest tail", max(highs[1:3]), high=most, repeats=EXACT)


def _tails(parts: tuple[int, int], conversions: int, rate: float, lift: float) -> tuple[float, ...]:
    """Coverage and both tails (interval above and below the truth) of the lift, then of the difference."""
    unit = conversions / min(parts[0] * rate * (1 + lift), parts[1] * rate)
    n1, n0 = round(parts[0] * unit), round(parts[1] * unit)
    x1, x0, chances = outcomes(n1, n0, rate, lift)
    found: list[float] = []
    lifts, differences = score.lift_interval(x1, n1, x0, n0), score.difference_interval(x1, n1, x0, n0)
    for (low, high), truth in ((lifts, lift), (differences, rate * lift)):
        above, below = (float(chances[missed].sum()) for missed in (low > truth + 1e-9, high < truth - 1e-9))
        found += [1 - above - below, above, below]
    return tuple(found)


def outcomes(n1: int, n0: int, rate: float, lift: float) -> tuple[Floats, Floats, Floats]:
    """All likely conversions of both arms, and their chances."""
    columns = []
    for n, p in ((n1, rate * (1 + lift)), (n0, rate)):
        ends = np.ceil(special.bdtrik([TAIL, 1 - TAIL], n, p))
        x = np.arange(max(ends[0], 0), ends[1] + 1)
        logs = special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
        columns.append((x, np.exp(logs + special.xlogy(x, p) + special.xlog1py(n - x, -p))))
    (one, chance1), (other, chance0) = columns
    x1, x0 = (each.ravel() for each in np.meshgrid(one, other, indexing="ij"))
    return x1, x0, np.outer(chance1, chance0).ravel()
