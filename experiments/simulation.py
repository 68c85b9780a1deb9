"""Made-up sites on which a rule's promises are counted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments import anytime, anytime_difference
from experiments.roots import Floats

Integers = NDArray[np.int_]


@dataclass(frozen=True)
class Traffic:
    """A site with a variant and a control.

    Parameters
    ----------
    rate : float
        Conversion rate of the control.
    visitors : int
        Of both variants together, over the whole test.
    looks : int
        Evenly spread over the visitors.
    lift : float
        True lift of the variant.
    share : float
        Part of the visitors who get the variant.
    swing, trend : float
        Relative daily swing of both rates (seven looks a cycle), and their relative growth until the end.
    """

    rate: float
    visitors: int = 20_000
    looks: int = 1
    lift: float = 0.0
    share: float = 0.5
    swing: float = 0.0
    trend: float = 0.0

    @property
    def steps(self) -> Integers:
        """Visitors between the looks."""
        return np.diff(np.round(np.linspace(0, self.visitors, self.looks + 1)).astype(int))

    @property
    def rates(self) -> Floats:
        """Of the control, between the looks."""
        clock = np.arange(1, self.looks + 1)
        season = 1 + self.swing * np.sin(2 * np.pi * clock / 7) + self.trend * clock / self.looks
        return np.asarray(self.rate * season, dtype=float)


@dataclass(frozen=True)
class Paths:
    """Cumulative counts of many repetitions, one row each, one column per look."""

    x1: Integers
    n1: Integers
    x0: Integers
    n0: Integers


def simulate(traffic: Traffic, repeats: int, random: np.random.Generator) -> Paths:
    """Let visitors come, be assigned at random and convert, many times over."""
    steps, rate = traffic.steps, traffic.rates
    shape = repeats, traffic.looks
    n1 = random.binomial(np.broadcast_to(steps, shape), traffic.share)
    n0 = steps - n1
    x1, x0 = random.binomial(n1, rate * (1 + traffic.lift)), random.binomial(n0, rate)
    return Paths(*(counts.cumsum(axis=1) for counts in (x1, n1, x0, n0)))


def ever_refuted(paths: Paths, odds: float, hoped_lift: float, lift: float, alpha: float = 0.05) -> NDArray[np.bool_]:
    """Whether the anytime p-value of "the lift is ``lift``" is below alpha, per repetition and look.

    The same answer as `experiments.anytime.p_value`, from a table of the counts at which it is reached.
    """
    total = paths.x1 + paths.x0
    sizes = np.arange(int(total.max(initial=0)) + 1)
    above = _needed(sizes, odds, hoped_lift, lift, alpha)
    below = _needed(sizes, 1 / odds, hoped_lift, 1 / (1 + lift) - 1, alpha)
    return np.asarray((paths.x1 >= above[total]) | (paths.x0 >= below[total]), dtype=bool)


def _needed(sizes: Integers, odds: float, hoped_lift: float, lift: float, alpha: float) -> Integers:
    """Least conversions of an arm, of so many, at which the bet on it passes 2/alpha; size + 1 when none is."""
    low, high = np.zeros_like(sizes), sizes + 1
    while np.any(low < high):
        middle = (low + high) // 2
        bet = anytime.log_evidence(middle, sizes - middle, odds, hoped_lift, lift)[0]
        enough = (bet > np.log(2 / alpha)) | (middle > sizes)
        low, high = np.where(enough, low, np.minimum(middle + 1, high)), np.where(enough, middle, high)
    return low


def watch(
    traffic: Traffic, repeats: int, random: np.random.Generator, hoped_lift: float, lift: float, alpha: float = 0.05
) -> tuple[Floats, Floats]:
    """Simulate in pieces that fit into memory: was "the lift is ``lift``" ever refuted, and after what part."""
    piece, ever, when = max(1, 1_000_000 // traffic.looks), [], []
    odds = traffic.share / (1 - traffic.share)
    for start in range(0, repeats, piece):
        hits = ever_refuted(simulate(traffic, min(piece, repeats - start), random), odds, hoped_lift, lift, alpha)
        ever.append(hits.any(axis=1).astype(float))
        when.append(first_look(hits))
    return np.concatenate(ever), np.concatenate(when)


def difference_missed(
    traffic: Traffic, repeats: int, random: np.random.Generator, hoped_lift: float, alpha: float = 0.05
) -> Floats:
    """Was the true mean difference over the visitors so far ever outside its anytime interval, per repetition."""
    visitors, odds = traffic.steps.cumsum(), traffic.share / (1 - traffic.share)
    truth = (traffic.steps * traffic.rates * traffic.lift).cumsum() / visitors
    piece, ever = max(1, 200_000 // traffic.looks), []
    for start in range(0, repeats, piece):
        paths = simulate(traffic, min(piece, repeats - start), random)
        bets = anytime_difference.log_evidence(paths.x1, paths.x0, visitors, odds, hoped_lift, truth)
        ever.append((np.maximum(*bets) > np.log(2 / alpha)).any(axis=1).astype(float))
    return np.concatenate(ever)


def first_look(hits: NDArray[np.bool_]) -> Floats:
    """Part of the test that had run at the first hit; 1 where there was none."""
    looks = hits.shape[1]
    return np.asarray(np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, looks) / looks, dtype=float)
