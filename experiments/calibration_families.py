"""Promises about many comparisons at once: metrics, variants, groups of visitors, and the split."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from experiments import sample_ratio, score
from experiments.analysis import analyse_all
from experiments.measurement import Measurement
from experiments.model import Counts, Plan, Report, Variant
from experiments.segments import by_segment, segment_notes

FINAL = Plan("fixed", final=True)
DEPENDENT = 0.6  # part of a metric's conversions that it shares with the others


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
    """Any wrong verdict among several metrics of several variants, by whole reports; with dependent metrics, too."""
    group = "all null, 10,000 visitors each, rate 2%: any wrong verdict"
    repeats = max(repeats // 4, 250)
    for arms, metrics in ((4, 1), (4, 3)):
        name = f"{arms} variants" + (f" x {metrics} metrics" if metrics > 1 else "")
        for shared in (0.0, DEPENDENT) if metrics > 1 else (0.0,):
            x = _null(random, (repeats, metrics, arms), shared)
            reports = analyse_all(_counts(x), FINAL, np.repeat(np.arange(repeats), metrics).tolist())
            full = name + (", dependent" if shared else "")
            value = _any(reports, repeats, lambda report: report.verdict.word in ("winner", "loser"))
            yield Measurement(group, full, value, high=0.05, repeats=repeats)
            value = _any(reports, repeats, _leaves_out_0)
            yield Measurement(group, f"{full}: any simultaneous interval without 0", value, high=0.05, repeats=repeats)
            value = _any(reports, repeats, lambda report: any(each.p_value < 0.05 for each in report.comparisons))
            yield Measurement(group, f"for comparison: {full}, p < .05", value, repeats=repeats)
    few = max(repeats // 5, 50)
    wrong = np.zeros(few, dtype=bool)
    steps = np.stack([_null(random, (few, 3, 4), 0.0, 1000) for _ in range(10)]).cumsum(axis=0)
    for look, x in enumerate(steps, 1):
        reports = analyse_all(_counts(x, 1000 * look), Plan(), np.repeat(np.arange(few), 3).tolist())
        wrong |= (
            np.array([report.verdict.word in ("winner", "loser") for report in reports]).reshape(few, 3).any(axis=1)
        )
    yield Measurement(group, "4 variants x 3 metrics, anytime, 10 looks", float(wrong.mean()), high=0.05, repeats=few)


def _null(
    random: np.random.Generator, shape: tuple[int, ...], shared: float, exposed: int = 10_000
) -> np.ndarray[tuple[int, ...], np.dtype[np.int_]]:
    """Conversions by repetition, metric and variant; so many of them count for all metrics."""
    common = random.binomial(exposed, 0.02 * shared, (shape[0], 1, shape[2]))
    return np.asarray(common + random.binomial(exposed - common, 0.02 * (1 - shared), shape), dtype=int)


def _counts(x: np.ndarray[tuple[int, ...], np.dtype[np.int_]], exposed: int = 10_000) -> list[Counts]:
    rows = x.reshape(-1, x.shape[-1]).tolist()
    return [Counts(tuple(Variant("ABCD"[arm], exposed, each) for arm, each in enumerate(row))) for row in rows]


def _any(reports: Sequence[Report], repeats: int, wrong: Callable[[Report], bool]) -> float:
    return float(np.array([wrong(report) for report in reports]).reshape(repeats, -1).any(axis=1).mean())


def _leaves_out_0(report: Report) -> bool:
    intervals = [each.simultaneous_interval for each in report.comparisons]
    return any(low > 0 or (high is not None and high < 0) for low, high in intervals)


def segments(repeats: int, random: np.random.Generator) -> Iterator[Measurement]:
    """Ten groups of visitors, nothing differs: any lift inside a group called, any warning given."""
    group = "2 variants x 10 segments, all null, 2,000 visitors each, rates .5% to 3%"
    repeats = max(repeats // 10, 100)
    rates = np.linspace(0.005, 0.03, 10)
    found = np.zeros((3, repeats))
    for number in range(repeats):
        n1 = random.binomial(2000, 0.5, 10)
        x1, x0 = random.binomial(n1, rates), random.binomial(2000 - n1, rates)
        columns = zip((2000 - n1).tolist(), x0.tolist(), n1.tolist(), x1.tolist(), strict=True)
        parts = {str(k): Counts((Variant("A", m, b), Variant("B", n, a))) for k, (m, b, n, a) in enumerate(columns)}
        own = by_segment({"place": parts}, FINAL)
        found[0, number] = any(part.adjusted_p_value < 0.05 for part in own[0].parts)
        found[1, number] = any(part.lift_interval[0] > 0 or (part.lift_interval[1] or 1) < 0 for part in own[0].parts)
        found[2, number] = bool(segment_notes(own))
    names = ("a group's lift called, Holm", "a group's interval without 0", "a warning: effect differs, or Simpson")
    for name, values in zip(names, found, strict=True):
        yield Measurement(group, name, float(values.mean()), high=0.05, repeats=repeats)
    p = score.p_value(*(random.binomial(1000, rates, (repeats * 10, 10)) if k % 2 == 0 else 1000 for k in range(4)))
    naive = float((p < 0.05).any(axis=1).mean())
    yield Measurement(group, "for comparison: p < .05 in any group", naive, repeats=10 * repeats)
