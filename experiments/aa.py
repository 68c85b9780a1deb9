"""A/A tests: both variants are the same, so every difference that is found is a fault."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import special

from experiments import score
from experiments.model import Counts, Report, Verdict
from experiments.wording import percent, quoted


def as_aa(report: Report, alpha: float = 0.05) -> Report:
    """Read a report as that of an A/A test: a winner or loser there means that something is broken.

    Examples
    --------
    >>> from experiments.analysis import analyse
    >>> from experiments.model import Plan, Variant
    >>> same = Counts((Variant("A", 9000, 90), Variant("A again", 9000, 180)))
    >>> as_aa(analyse(same, Plan())).verdict.word
    'broken'
    """
    if report.verdict.word not in ("winner", "loser"):
        return report
    name, control = report.verdict.variant or "", report.comparisons[0].control
    risk = {way: percent(alpha, way) for way in ("en", "ru")}
    en = (
        f"Broken: {quoted(name, 'en')} and {quoted(control, 'en')} are the same and yet differ. Assignment or counting "
        f"treats them differently (by chance this happens in {risk['en']} of such tests)."
    )
    ru = (
        f"Тест сломан: {quoted(name, 'ru')} и {quoted(control, 'ru')} одинаковы, а цифры разные. Их по-разному "
        f"распределяют или считают (случайно так бывает в {risk['ru']} таких тестов)."
    )
    return replace(report, verdict=Verdict("broken", {"en": en, "ru": ru}, report.verdict.variant))


@dataclass(frozen=True)
class Series:
    """Many A/A tests together: how many found a difference, the p-value of "at most alpha of them do" (binomial),
    and that of "their one-look p-values are spread evenly" (Kolmogorov and Smirnov; None below 20 comparisons)."""

    experiments: int
    found: int
    too_many: float
    evenly: float | None

    @property
    def ok(self) -> bool:
        """Whether both are what chance does."""
        return self.too_many >= 0.01 and (self.evenly is None or self.evenly >= 0.01)


def series(reports: Sequence[Report], alpha: float = 0.05) -> Series:
    """Judge many A/A tests, one comparison of each.

    Examples
    --------
    >>> series([])
    Series(experiments=0, found=0, too_many=1.0, evenly=None)
    """
    found = sum(report.verdict.word in ("winner", "loser") for report in reports)
    too_many = float(special.bdtrc(found - 1, len(reports), alpha)) if found else 1.0
    p_values = np.sort([report.comparisons[0].p_value for report in reports])
    n, evenly = p_values.size, None
    if n >= 20:
        grid = np.arange(n + 1) / n
        distance = float(np.maximum(grid[1:] - p_values, p_values - grid[:-1]).max())
        evenly = float(special.kolmogorov((n**0.5 + 0.12 + 0.11 / n**0.5) * distance))
    return Series(len(reports), found, too_many, evenly)


def resplit_error(counts: Counts, repeats: int = 2000, alpha: float = 0.05, seed: int = 1) -> float:
    """How often a one-look test would call a difference if these very visitors were split anew at random.

    The visitors and conversions of all variants are thrown together and dealt out again (hypergeometric), keeping
    the variants' sizes: an A/A test of the statistics on the site's own figures. Should be alpha or less.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> 0.02 < resplit_error(Counts((Variant("A", 9000, 150), Variant("B", 9000, 260)))) < 0.07
    True
    """
    random, (one, other) = np.random.default_rng(seed), counts.variants[:2]
    converted, rest = one.converted + other.converted, one.exposed + other.exposed - one.converted - other.converted
    x = random.hypergeometric(converted, rest, one.exposed, repeats) if one.exposed else np.zeros(repeats)
    return float((score.p_value(x, one.exposed, converted - x, other.exposed) < alpha).mean())
