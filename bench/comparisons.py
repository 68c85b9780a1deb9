"""How fast 900 comparisons are, against the loops of statsmodels and tea-tasting where those are installed.

100 experiments with 3 variants against a control on 3 metrics, from counts. All run in one process, best of several
rounds; the anchors are slow, so theirs is one round. Run with the interpreter that has the anchors:
``PYTHONPATH=. /path/to/python bench/comparisons.py``.
"""

import importlib.util
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from experiments import anytime, score
from experiments.analysis import analyse_all
from experiments.model import Counts, Plan, Variant

COMPARISONS = 900
Cells = list[NDArray[np.int64]]


def cells() -> Cells:
    """Counts of variants and controls: x1, n1, x0, n0."""
    random = np.random.default_rng(1)
    n1, n0 = random.integers(500, 50_000, (2, COMPARISONS))
    return [random.binomial(n1, 0.022), n1, random.binomial(n0, 0.02), n0]


def best(action: Callable[[], object], rounds: int) -> float:
    """Seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return min(times)


def statsmodels_loop(counts: Cells) -> None:
    """z-test and score interval of the difference, one comparison after the other; where it finds no root it raises."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

    for x1, n1, x0, n0 in zip(*(column.tolist() for column in counts), strict=True):
        proportions_ztest([x1, x0], [n1, n0])
        with suppress(ValueError):
            confint_proportions_2indep(x1, n1, x0, n0, compare="diff", method="score")


def tea_loop(counts: Cells) -> None:
    """tea-tasting's proportion metric from aggregates, one comparison after the other."""
    import tea_tasting
    from tea_tasting.aggr import Aggregates

    def aggregates(x: int, n: int) -> Aggregates:
        mean = x / n
        return Aggregates(count_=n, mean_={"x": mean}, var_={"x": mean * (1 - mean) * n / (n - 1)})

    metric = tea_tasting.Proportion("x")
    for x1, n1, x0, n0 in zip(*(column.tolist() for column in counts), strict=True):
        metric.analyze_aggregates(aggregates(x0, n0), aggregates(x1, n1))


def main() -> None:
    """Print milliseconds, and how many times slower the anchors are."""
    counts = cells()
    x1, x0 = counts[0], counts[2]
    rows = [
        Counts((Variant("A", b, a), Variant("B", d, c)))
        for c, d, a, b in zip(*(v.tolist() for v in counts), strict=True)
    ]
    ours = {
        "p-values and lift intervals (score)": lambda: (score.p_value(*counts), score.lift_interval(*counts)),
        "p-values and difference intervals (score)": lambda: (
            score.p_value(*counts),
            score.difference_interval(*counts),
        ),
        "anytime p-values and lift intervals": lambda: (anytime.p_value(x1, x0), anytime.lift_interval(x1, x0)),
        "whole reports with sentences": lambda: analyse_all(rows, Plan()),
    }
    found = {name: best(action, 20) for name, action in ours.items()}
    for name, seconds in found.items():
        print(f"{1000 * seconds:9.2f} ms  {name}")
    for module, loop in (("statsmodels", statsmodels_loop), ("tea_tasting", tea_loop)):
        if importlib.util.find_spec(module) is None:
            print(f"           -    {module} is not installed here")
            continue
        seconds = best(lambda loop=loop: loop(counts), 1)  # type: ignore[misc]
        lift, difference = (f"{seconds / found[name]:,.0f} x" for name in list(ours)[:2])
        print(f"{1000 * seconds:9.2f} ms  {module}, in a loop: {lift} our lifts, {difference} our differences")


if __name__ == "__main__":
    main()
