"""Promises about means, ratios and bandits."""

from collections.abc import Iterator, Sequence

import numpy as np

from experiments import score
from experiments.bandit import best_chances, even, top_two_weights
from experiments.means import Pair
from experiments.measurement import Measurement
from experiments.moments import Moments, estimates
from experiments.period_labels import Labels
from experiments.roots import Floats

HOPED = 0.3


def means(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """A/A: orders of 2 % of the visitors with log-normal values, and talk time per call, both clustered by visitor."""
    group = "A/A, 10,000 visitors each: order value per visitor (2% order, log-normal), talk time per call"
    repeats = max(repeats // 8, 100)
    for looks in (1, 10, 100):
        wrong = np.zeros((2, repeats), dtype=bool)
        for number in range(repeats):
            arms = [_visitors(random, looks) for _ in "AB"]
            for look in range(looks):
                for metric in (0, 1):
                    pair = _pair([each[metric][look] for each in arms])
                    wrong[metric, number] |= pair.anytime_p_value() < 0.05
        for metric, name in enumerate(("order value", "talk time per call")):
            value, plural = float(wrong[metric].mean()), "s" * (looks > 1)
            yield Measurement(group, f"{name}, anytime, {looks} look{plural}", value, high=0.05, repeats=repeats)
    once = np.zeros(2)
    for _ in range(8 * repeats):
        arms = [_visitors(random, 1) for _ in "AB"]
        once += [_pair([each[metric][0] for each in arms]).p_value() < 0.05 for metric in (0, 1)]
    for name, count in zip(("order value", "talk time per call"), once.tolist(), strict=True):
        yield Measurement(group, f"{name}, fixed, its one look", count / (8 * repeats), high=0.05, repeats=8 * repeats)


def _visitors(random: np.random.Generator, looks: int) -> tuple[list[Moments], list[Moments]]:
    """Cumulative sums at every look: order value of all visitors; talk time and calls of those who call."""
    each = 10_000 // looks
    orders = random.lognormal(4, 1, int(random.binomial(10_000, 0.02)))
    calls = 1 + random.poisson(1.0, int(random.binomial(10_000, 0.03)))
    talk = calls * random.lognormal(5, 0.4, calls.size) * random.lognormal(0, 0.2, calls.size)
    at = [np.sort(random.integers(0, looks, values.size)) for values in (orders, talk)]
    value, ratio = [], []
    for look in range(looks):
        some, few = orders[at[0] <= look], (calls[at[1] <= look].astype(float), talk[at[1] <= look])
        visitors = each * (look + 1)
        value.append(Moments("", visitors, float(some.sum()), float(some @ some)))
        n, (x, y) = max(few[0].size, 0), few
        ratio.append(Moments("", n, float(y.sum()), float(y @ y), float(x.sum()), float(x @ x), float(x @ y)))
    return value, ratio


def _pair(arms: Sequence[Moments]) -> Pair:
    one, other = estimates(arms)
    return Pair(one, other, HOPED)


def bandit(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """A/A bandits over 28 days while the rate doubles: by period, watched daily; and thrown together."""
    repeats = max(repeats // 30, 50)
    for arms, rule in ((2, "Thompson sampling"), (3, "top-two, floor .1")):
        group = f"A/A bandit of {arms} variants ({rule}), 28 daily updates, rate doubles from 2%"
        called, interval, pooled = (np.zeros(repeats, dtype=bool) for _ in range(3))
        for number in range(repeats):
            x, n, shares = _bandit(random, arms)
            for day in range(1, 29):
                own = _labels(x[:day], n[:day], shares[:day])
                called[number] |= any(each.p_value(HOPED) < 0.05 / len(own) for each in own)
                if day % 7 == 0:
                    ends = [each.difference_interval(HOPED, 0.05 / len(own)) for each in own]
                    interval[number] |= any(low > 0 or high < 0 for low, high in ends)
            total = x.sum(axis=0), n.sum(axis=0)
            pooled[number] = score.p_value(total[0][1], total[1][1], total[0][0], total[1][0]) < 0.05
        value = float(called.mean())
        yield Measurement(group, "by period: a verdict at any of 28 looks", value, high=0.05, repeats=repeats)
        name = "by period: an interval of a difference without 0, 4 looks"
        yield Measurement(group, name, float(interval.mean()), high=0.05, repeats=repeats)
        name = "for comparison: two of them thrown together, p < .05 at the end"
        yield Measurement(group, name, float(pooled.mean()), repeats=repeats)


def _labels(x: Floats, n: Floats, shares: Floats) -> list[Labels]:
    """Every variant against the first."""
    return [
        Labels(x[:, arm], x[:, 0], n[:, arm], n[:, 0], shares[:, arm] / shares[:, 0]) for arm in range(1, x.shape[1])
    ]


def _bandit(random: np.random.Generator, arms: int) -> tuple[Floats, Floats, Floats]:
    """Conversions, visitors and shares by day and arm."""
    shares, rows, total = even("ABC"[:arms]), [], np.zeros((2, arms))
    for day in range(28):
        n = random.multinomial(600, shares)
        x = random.binomial(n, 0.02 * (1 + day / 27))
        rows.append((x, n, shares))
        total += [x, n]
        if arms == 2:
            chance = float(np.clip(best_chances(total[0], total[1])[0], 0.02, 0.98))
            shares = (chance, 1 - chance)
        else:
            shares = top_two_weights(total[0], total[1], floor=0.1)
    columns = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return next(columns), next(columns), next(columns)
