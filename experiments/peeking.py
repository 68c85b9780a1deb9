"""What watching a test every day would do on a given site, with and without a rule made for it."""

from dataclasses import dataclass

import numpy as np

from experiments import score
from experiments.simulation import Traffic, simulate, watch
from experiments.wording import THIN, percent, plural


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

    Returns
    -------
    Peeking

    Examples
    --------
    >>> result = peek(0.02, 400, 28, repeats=1000)
    >>> result.naive > 4 * result.once > 4 * result.anytime
    True
    """
    site, random = Traffic(baseline, visitors=daily * days, looks=days), np.random.default_rng(seed)
    piece = max(1, 1_000_000 // days)
    naive, once = 0, 0
    for start in range(0, repeats, piece):
        paths = simulate(site, min(piece, repeats - start), random)
        called = score.p_value(paths.x1, paths.n1, paths.x0, paths.n0) < alpha
        naive, once = naive + int(called.any(axis=1).sum()), once + int(called[:, -1].sum())
    anytime, _ = watch(site, repeats, random, hoped_lift, 0.0, alpha)
    return Peeking(days, naive / repeats, once / repeats, float(anytime.mean()))


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
