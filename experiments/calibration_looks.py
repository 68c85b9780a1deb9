"""Promises about many looks: errors, coverage, power."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from experiments import score, spending
from experiments.anytime import GAP_WEIGHTS, HOPED_LIFT, gaps_of
from experiments.measurement import EXACT, Measurement
from experiments.model import Plan
from experiments.optimum import Watched
from experiments.roots import Floats
from experiments.simulation import Paths, Traffic, difference_missed, ever_refuted, first_look, simulate, watch

LOOKS = (1, 10, 100, 1000)
RATES = (0.005, 0.01, 0.02, 0.03)
SMALL = Traffic(0.01, 2 * 300 * 28, 28, lift=0.5)


def watched_error(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """A/A: how often a watched test ever names a winner or loser. The intervals of the lift and of the difference leave
    out 0 at the same looks, because all three read the same bets."""
    group = "A/A, 20,000 visitors, anytime: a verdict, or an interval of lift or difference without 0, at any look"
    for rate in RATES:
        for looks in LOOKS:
            ever, _ = watch(Traffic(rate, looks=looks), repeats, random, HOPED_LIFT, 0.0)
            yield Measurement(
                group, f"rate {rate:.1%}, {looks:,} look{'s' * (looks > 1)}", float(ever.mean()), high=0.05
            )
    yield Measurement(group, "rate 2.0%, 4 variants, 100 looks", _four_watched(repeats, random), high=0.05)
    naive = np.concatenate(
        [_below(Traffic(0.02, looks=100), 1000, random).any(axis=1) for _ in range(0, repeats, 1000)]
    )
    yield Measurement(group, "for comparison: p < .05, rate 2.0%, 100 looks", float(naive.mean()))


def _below(
    traffic: Traffic, repeats: int, random: np.random.Generator, levels: float | Floats = 0.05
) -> NDArray[np.bool_]:
    """Where the one-look p-value is below a level, per repetition and look."""
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
    """How often the anytime intervals hold the truth at all of 200 looks."""
    for what in ("lift", "mean difference so far"):
        group = f"anytime interval holds the true {what} at all of 200 looks"
        for rate in (0.005, 0.01, 0.02):
            for lift in (0.0, 0.5):
                for swing, trend in ((0.0, 0.0), (0.6, 1.0)):
                    traffic = Traffic(rate, looks=200, lift=lift, swing=swing, trend=trend)
                    missed = (
                        watch(traffic, repeats, random, HOPED_LIFT, lift)[0]
                        if what == "lift"
                        else difference_missed(traffic, repeats, random, HOPED_LIFT)
                    )
                    name = f"rate {rate:.1%}, lift {lift:.0%}" + (", swing 60% and doubling trend" if swing else "")
                    yield Measurement(group, name, 1 - float(missed.mean()), low=0.95)


def power(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """How often a true lift is found on a small site, and what the best possible watched test would find."""
    group = "28 daily looks, 300 visitors a day and variant, rate 1%, true lift +50%"
    exact = Watched(0.01, 0.5, 300, 28)
    for hoped, low in ((HOPED_LIFT, 0.54), (0.5, 0.54)):
        _, when = watch(SMALL, repeats, random, hoped, 0.0)
        chance = exact.found(np.expm1(gaps_of(hoped)), np.exp(GAP_WEIGHTS))
        yield Measurement(group, f"anytime, plan hopes for {hoped:.0%}: found", chance, low=low, repeats=EXACT)
        yield Measurement(group, f"anytime, plan hopes for {hoped:.0%}: part of 28 days", float(when.mean()))
    best, chance = exact.oracle()
    yield Measurement(group, f"bound: the best of all bets for this, an oracle's on {best:+.0%}", chance, repeats=EXACT)
    end = _below(replace(SMALL, looks=1), 10 * repeats, random)
    yield Measurement(
        group, "fixed, at its end: found (the bound of any test with this end)", float(end.mean()), low=0.80
    )


def planned(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Group-sequential looks: error, power and visitors used."""
    for looks, site, least, part in (
        (28, SMALL, 0.80, None),
        (10, Traffic(0.02, 2 * 21_109, 10, lift=0.2), 0.77, 0.75),
    ):
        group = f"{looks} planned looks, group-sequential, rate {site.rate:.0%}, {site.visitors:,} visitors"
        levels = 2 * special.ndtr(-spending.bounds(np.arange(1, looks + 1) / looks, 0.05, Plan().spending))
        null, _ = _stopped(replace(site, lift=0.0), 8 * repeats, random, levels)
        found, used = _stopped(site, 4 * repeats, random, levels)
        yield Measurement(group, "A/A: a verdict or interval at any look", null, high=0.05, repeats=8 * repeats)
        name = f"true lift {site.lift:+.0%}"
        yield Measurement(group, f"{name}: found", found, low=least, repeats=4 * repeats)
        yield Measurement(group, f"{name}: part used", used, high=part, repeats=4 * repeats)


def _stopped(traffic: Traffic, repeats: int, random: np.random.Generator, levels: Floats) -> tuple[float, float]:
    """How often some look decides, and the mean part of the visitors used."""
    pieces = [_below(traffic, min(5000, repeats - start), random, levels) for start in range(0, repeats, 5000)]
    hits = np.concatenate(pieces)
    return float(hits.any(axis=1).mean()), float(first_look(hits).mean())


def twenty_percent(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """The anytime plan against a fixed one of the same size, and with more visitors."""
    group = "60 looks, rate 2%, true lift +20% as hoped, against a fixed plan of 80% power"
    site = Traffic(0.02, 2 * 21_109, 60, lift=0.2)
    ever, _ = watch(site, repeats, random, 0.2, 0.0)
    yield Measurement(group, "anytime, in the visitors of the fixed plan: found", float(ever.mean()), low=0.5)
    ever, when = watch(replace(site, visitors=2 * 33_775), repeats, random, 0.2, 0.0)
    yield Measurement(group, "anytime, in up to 1.6 times as many: found", float(ever.mean()), low=0.78)
    yield Measurement(group, "anytime, in up to 1.6 times as many: used", float(1.6 * when.mean()), high=1.0)
