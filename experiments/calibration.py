"""Does the engine keep its promises? Every one counted on simulated sites."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments import multiplicity, sample_ratio, score, spending
from experiments.anytime import HOPED_LIFT
from experiments.model import Plan
from experiments.roots import Floats
from experiments.simulation import Paths, Traffic, ever_refuted, first_look, simulate, watch

LOOKS = (1, 10, 100, 1000)
RATES = (0.005, 0.01, 0.02, 0.03)
CELLS = ((0.01, 300, 300), (0.005, 1000, 1000), (0.01, 1000, 1000), (0.02, 1000, 1000), (0.01, 10000, 10000),
         (0.01, 9000, 1000), (0.03, 900, 100))  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """One promise: what was counted, and the range in which it is kept (None: no upper limit)."""

    group: str
    name: str
    value: float
    low: float = 0.0
    high: float | None = None
    repeats: int = 1

    @property
    def kept(self) -> bool:
        """Whether the value lies in its range, up to two standard errors of the simulation."""
        part = min(max(self.value, 0.0), 1.0)
        slack = 2 * (part * (1 - part) / self.repeats) ** 0.5
        return self.low <= self.value + slack and (self.high is None or self.value - slack <= self.high)


Part = Callable[[int, np.random.Generator], Iterator[Measurement]]


def calibrate(repeats: int, seed: int = 1) -> Iterator[Measurement]:
    """Measure everything, one after the other.

    Parameters
    ----------
    repeats : int
        Simulated tests per figure; the standard error of a 5 % figure is ``.22 / sqrt(repeats)``.
    seed : int
        The same seed gives the same figures.

    Yields
    ------
    Measurement
    """
    for part in PARTS:
        for measurement in part(repeats, np.random.default_rng(seed)):
            yield replace(measurement, repeats=repeats)


def watched_error(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """A/A: how often a watched test ever names a winner or loser (the same as: its interval leaves out 0)."""
    group = "A/A, 20,000 visitors: a verdict at any look"
    for rate in RATES:
        for looks in LOOKS:
            ever, _ = watch(Traffic(rate, looks=looks), repeats, random, HOPED_LIFT, 0.0)
            plural = "" if looks == 1 else "s"
            yield Measurement(group, f"anytime, rate {rate:.1%}, {looks:,} look{plural}", float(ever.mean()), high=0.05)
    yield Measurement(group, "anytime, rate 2.0%, 4 variants, 100 looks", _four_watched(repeats, random), high=0.05)
    naive = np.concatenate(
        [_below(Traffic(0.02, looks=100), 1000, random).any(axis=1) for _ in range(0, repeats, 1000)]
    )
    yield Measurement(group, "for comparison: p < .05, rate 2.0%, 100 looks", float(naive.mean()))
    once = _below(Traffic(0.02), 10 * repeats, random)
    yield Measurement(group, "fixed, rate 2.0%, its one look", float(once.mean()), high=0.053)


def _below(
    traffic: Traffic, repeats: int, random: np.random.Generator, levels: float | Floats = 0.05
) -> NDArray[np.bool_]:
    """Where the fixed p-value is below a level, per repetition and look."""
    paths = simulate(traffic, repeats, random)
    return np.asarray(score.p_value(paths.x1, paths.n1, paths.x0, paths.n0) < levels, dtype=bool)


def _four_watched(repeats: int, random: np.random.Generator) -> float:
    """Any of three variants ever called at Holm's first step: the smallest of three p-values below .05 / 3."""
    wrong = 0
    for start in range(0, repeats, 1000):
        shape = min(1000, repeats - start), 100, 4
        x = random.binomial(50, 0.02, shape).cumsum(axis=1)
        pairs = [Paths(x[..., arm], x[..., arm], x[..., 0], x[..., 0]) for arm in (1, 2, 3)]
        hits = [ever_refuted(pair, 1.0, HOPED_LIFT, 0.0, 0.05 / 3).any(axis=1) for pair in pairs]
        wrong += int(np.any(hits, axis=0).sum())
    return wrong / repeats


def watched_coverage(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """How often the anytime interval of the lift holds the truth at all of 200 looks."""
    group = "anytime interval holds the true lift at all of 200 looks"
    for rate in (0.005, 0.01, 0.02):
        for lift in (0.0, 0.5):
            for swing, trend in ((0.0, 0.0), (0.6, 1.0)):
                traffic = Traffic(rate, looks=200, lift=lift, swing=swing, trend=trend)
                missed, _ = watch(traffic, repeats, random, HOPED_LIFT, lift)
                name = f"rate {rate:.1%}, lift {lift:.0%}" + (", swing 60% and doubling trend" if swing else "")
                yield Measurement(group, name, 1 - float(missed.mean()), low=0.95)


def power(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """How often a true lift is found, and after what part of the visitors."""
    group = "28 daily looks, 300 visitors a day and variant, rate 1%, true lift +50%"
    site = Traffic(0.01, 2 * 300 * 28, 28, lift=0.5)
    for hoped in (HOPED_LIFT, 0.5):
        ever, when = watch(site, repeats, random, hoped, 0.0)
        yield Measurement(group, f"anytime, plan hopes for {hoped:.0%}: found", float(ever.mean()), low=0.54)
        yield Measurement(group, f"anytime, plan hopes for {hoped:.0%}: part of 28 days", float(when.mean()))
    end = _below(replace(site, looks=1), 10 * repeats, random)
    yield Measurement(group, "fixed, at its end: found", float(end.mean()), low=0.80)
    yield from _planned(repeats, random)
    group = "60 looks, rate 2%, true lift +20% as hoped, against a fixed plan of 80% power"
    site = Traffic(0.02, 2 * 21_109, 60, lift=0.2)
    ever, _ = watch(site, repeats, random, 0.2, 0.0)
    yield Measurement(group, "anytime, in the visitors of the fixed plan: found", float(ever.mean()), low=0.5)
    ever, when = watch(replace(site, visitors=2 * 33_775), repeats, random, 0.2, 0.0)
    yield Measurement(group, "anytime, in up to 1.6 times as many: found", float(ever.mean()), low=0.78)
    yield Measurement(group, "anytime, in up to 1.6 times as many: used", float(1.6 * when.mean()), high=1.0)


def _planned(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Group-sequential looks: error, power and visitors used."""
    for looks, site, part in (
        (28, Traffic(0.01, 2 * 300 * 28, 28, lift=0.5), None),
        (10, Traffic(0.02, 2 * 21_109, 10, lift=0.2), 0.75),
    ):
        group = f"{looks} planned looks, group-sequential, rate {site.rate:.0%}, {site.visitors:,} visitors"
        levels = 2 * special.ndtr(-spending.bounds(np.arange(1, looks + 1) / looks, 0.05, Plan().spending))
        null, true = _below(replace(site, lift=0.0), repeats, random, levels), _below(site, repeats, random, levels)
        yield Measurement(group, "A/A: a verdict at any look", float(null.any(axis=1).mean()), high=0.05)
        yield Measurement(group, f"true lift {site.lift:+.0%}: found", float(true.any(axis=1).mean()), low=0.77)
        yield Measurement(group, f"true lift {site.lift:+.0%}: part used", float(first_look(true).mean()), high=part)


def interval_coverage(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Coverage and tails of the score intervals at few conversions, no lift and +30 %."""
    for lift in (0.0, 0.3):
        for rate, n1, n0 in CELLS:
            x1, x0 = random.binomial(n1, rate * (1 + lift), 10 * repeats), random.binomial(n0, rate, 10 * repeats)
            group = f"score intervals, nominal .95, rate {rate:.1%}, {n1:,}:{n0:,} visitors, lift {lift:.0%}"
            low, high = score.lift_interval(x1, n1, x0, n0)
            below, above = float((high < lift - 1e-12).mean()), float((low > lift + 1e-12).mean())
            yield Measurement(group, "lift", 1 - below - above, 0.94, 0.97)
            yield Measurement(group, "lift: interval too low", below, high=0.04)
            yield Measurement(group, "lift: interval too high", above, high=0.04)
            low, high = score.difference_interval(x1, n1, x0, n0)
            inside = ((low <= rate * lift + 1e-12) & (rate * lift - 1e-12 <= high)).mean()
            yield Measurement(group, "difference", float(inside), 0.94, 0.97)


def split(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """False and right alarms of the split, checked 100 times."""
    group = "uneven split, 100 checks"
    for visitors, share, low, high in ((20_000, 0.5, 0.0, 0.01), (20_000, 0.52, 0.97, None), (5_000, 0.52, 0.0, None),
                                       (1_000, 0.55, 0.0, None)):  # fmt: skip
        steps = random.binomial(visitors // 100, share, (repeats, 100)).cumsum(axis=1)
        total = np.arange(1, 101) * (visitors // 100)
        exposed = np.stack([steps, total - steps], axis=-1)
        family = np.repeat(np.arange(steps.size), 2)
        p = sample_ratio.sequential_p_value(exposed.ravel(), np.full(exposed.size, 0.5), family)
        alarm = (p.reshape(steps.shape) < sample_ratio.ALPHA).any(axis=1).mean()
        kind = "false alarm" if share == 0.5 else f"found {share:.0%}"
        yield Measurement(group, f"{kind}, {visitors:,} visitors", float(alarm), low, high)


def families(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Any wrong verdict among many comparisons, all of them null."""
    group = "any wrong verdict, all null, one look"
    exposed = 10_000
    for name, arms, metrics in (
        ("4 variants", 4, 1),
        ("4 variants x 3 metrics", 4, 3),
        ("2 variants x 10 segments", 2, 10),
    ):
        x = random.binomial(exposed, 0.02, (repeats, metrics, arms))
        p = score.p_value(x[..., 1:], exposed, x[..., :1], exposed).reshape(repeats, -1)
        family = np.repeat(np.arange(repeats), p.shape[1])
        adjusted = multiplicity.holm(p.ravel(), family)[0].reshape(p.shape)
        yield Measurement(group, f"{name}, Holm", float((adjusted < 0.05).any(axis=1).mean()), high=0.05)
        yield Measurement(group, f"for comparison: {name}, as they are", float((p < 0.05).any(axis=1).mean()))


PARTS: tuple[Part, ...] = (watched_error, watched_coverage, power, interval_coverage, split, families)
