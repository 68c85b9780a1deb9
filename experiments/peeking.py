"""What watching a test every day would do on a given site, with and without a rule made for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from experiments import score
from experiments.simulation import Paths, Traffic, ever_refuted, simulate
from experiments.wording import THIN, percent, plural

Tick = Callable[[float], None]


def _silent(part: float) -> None:
    pass


@dataclass(frozen=True)
class Peeking:
    """Shares of simulated tests, with no true difference, in which some variant was called better or worse.

    Parameters
    ----------
    days : int
        Looks, one a day.
    naive : float
        By p < alpha at any daily look.
    once : float
        By p < alpha at the last look only.
    anytime : float
        By the anytime verdict at any daily look.
    """

    days: int
    naive: float
    once: float
    anytime: float


def peek(
    baseline: float,
    daily: int,
    days: int,
    *,
    alpha: float = 0.05,
    hoped_lift: float = 0.3,
    repeats: int = 4000,
    seed: int = 1,
    tick: Tick = _silent,
) -> Peeking:
    """Simulate A/A tests on a site and watch them daily.

    Parameters
    ----------
    baseline : float
        Conversion rate of the site.
    daily, days : int
        Visitors a day over both variants, and days of the test.
    alpha, hoped_lift : float
        As in `experiments.model.Plan`.
    repeats, seed : int
        Simulated tests; the same seed gives the same figures.
    tick : callable, optional
        Told which part is done.

    Returns
    -------
    Peeking

    Examples
    --------
    >>> result = peek(0.02, 400, 28, repeats=1000)
    >>> result.naive > 4 * result.once > 4 * result.anytime
    True
    """
    site = Traffic(baseline, visitors=daily * days, looks=days)
    return _watched(lambda count, random: simulate(site, count, random), days, (alpha, hoped_lift), repeats, seed, tick)


def peek_own(
    days: Sequence[tuple[int, int]],
    *,
    alpha: float = 0.05,
    hoped_lift: float = 0.3,
    repeats: int = 4000,
    seed: int = 1,
    tick: Tick = _silent,
) -> Peeking:
    """The same on days that a site really had: their visitors, with their conversions, are dealt out at random to two
    variants that are the same.

    Parameters
    ----------
    days : sequence of (int, int)
        Visitors and converted visitors of every day, not cumulative.
    alpha, hoped_lift, repeats, seed, tick
        As in `peek`.

    Returns
    -------
    Peeking

    Examples
    --------
    >>> week = [(500, 12), (480, 9), (510, 11), (495, 10), (505, 14), (240, 3), (200, 2)]
    >>> result = peek_own(week * 4, repeats=1000)
    >>> result.naive > 4 * result.once > 4 * result.anytime
    True
    """
    visitors, converted = np.array(days, dtype=int).T

    def deal(count: int, random: np.random.Generator) -> Paths:
        n1 = random.binomial(visitors, 0.5, (count, visitors.size))
        x1 = random.hypergeometric(np.broadcast_to(converted, n1.shape), visitors - converted, n1)
        return Paths(*(each.cumsum(axis=1) for each in (x1, n1, converted - x1, visitors - n1)))

    return _watched(deal, visitors.size, (alpha, hoped_lift), repeats, seed, tick)


def _watched(
    deal: Callable[[int, np.random.Generator], Paths],
    days: int,
    levels: tuple[float, float],
    repeats: int,
    seed: int,
    tick: Tick,
) -> Peeking:
    (alpha, hoped_lift), random = levels, np.random.default_rng(seed)
    piece, counted = max(1, 200_000 // days), np.zeros(3)
    for start in range(0, repeats, piece):
        paths = deal(min(piece, repeats - start), random)
        called = score.p_value(paths.x1, paths.n1, paths.x0, paths.n0) < alpha
        hits = ever_refuted(paths, 1.0, hoped_lift, 0.0, alpha)
        counted += [called.any(axis=1).sum(), called[:, -1].sum(), hits.any(axis=1).sum()]
        tick((start + piece) / repeats)
    naive, once, anytime = (counted / repeats).tolist()
    return Peeking(days, naive, once, anytime)


def explain(result: Peeking) -> dict[str, str]:
    """The result in ``ru`` and ``en``."""
    naive, once, anytime = (
        {language: percent(value, language) for language in ("ru", "en")}
        for value in (result.naive, result.once, result.anytime)
    )
    days = plural(result.days, "день", "дня", "дней")
    return {
        "en": (
            f"With two identical variants on your traffic, looking daily for {result.days} days and stopping when the "
            f"difference first looks significant finds one in {naive['en']} of the tests; looking once, at the end, "
            f"in {once['en']}; the verdict used here, read daily, in {anytime['en']}."
        ),
        "ru": (
            f"Если варианты одинаковы, то на вашем трафике тот, кто смотрит каждый день ({result.days}{THIN}{days}) и "
            f"останавливается, как только разница кажется значимой, найдёт её в {naive['ru']} тестов; кто смотрит "
            f"один раз, в конце, в {once['ru']}; вердикт этого сервиса ошибётся в {anytime['ru']}."
        ),
    }
