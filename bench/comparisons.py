"""How fast 900 comparisons are, against the loops of tea-tasting and statsmodels, in one run.

100 experiments with 3 variants against a control on 3 metrics, from counts. *Ours*: p-values, intervals of the lift and
intervals of the difference (score method), all of them. *Theirs*: tea-tasting's proportion metric from aggregates, and
statsmodels' z-test with its score interval of the difference, one comparison after the other. All by processor time in
one process, in turns, the fastest of several rounds each, so that other programs on the machine do not count.

Needs an interpreter that has both: ``pip install tea-tasting statsmodels numpy scipy`` into an environment of its own,
then ``PYTHONPATH=. /path/to/python -m bench.comparisons``. Exits 0 if both figures hold, 1 if not, 2 if a reference is
missing.
"""

import importlib.util
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from experiments import anytime, anytime_difference, posterior, score
from experiments.analysis import analyse_all
from experiments.model import Counts, Plan, Variant

COMPARISONS, ROUNDS = 900, 3
LEAST = {"tea_tasting": 1000, "statsmodels": 100}
INSTALL = {"tea_tasting": "tea-tasting", "statsmodels": "statsmodels"}
Cells = list[NDArray[np.int64]]


def cells() -> Cells:
    """Counts of variants and controls: x1, n1, x0, n0."""
    random = np.random.default_rng(1)
    n1, n0 = random.integers(500, 50_000, (2, COMPARISONS))
    return [random.binomial(n1, 0.022), n1, random.binomial(n0, 0.02), n0]


def best(action: Callable[[], object], rounds: int) -> float:
    """Processor seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
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


def parts(counts: Cells) -> dict[str, Callable[[], object]]:
    """What else a report needs, for the table."""
    x1, n1, x0, n0 = counts
    rows = [
        Counts((Variant("A", b, a), Variant("B", d, c)))
        for c, d, a, b in zip(*(v.tolist() for v in counts), strict=True)
    ]
    return {
        "p-values": lambda: score.p_value(*counts),
        "intervals of the lift": lambda: score.lift_interval(*counts),
        "intervals of the difference": lambda: score.difference_interval(*counts),
        "anytime p-values, lifts and differences": lambda: (
            anytime.p_value(x1, x0),
            anytime.lift_interval(x1, x0),
            anytime_difference.difference_interval(x1, x0, n1 + n0),
        ),
        "chances to beat and expected losses (exact)": lambda: posterior.read(*counts),
        "whole reports with sentences": lambda: analyse_all(rows, Plan()),
    }


def main() -> int:
    """Print milliseconds, and how many times slower the references are."""
    counts = cells()
    print(f"{COMPARISONS} comparisons from counts, processor time")
    for name, action in parts(counts).items():
        print(f"{1000 * best(action, 20):9.2f} ms  {name}")
    missing = [INSTALL[name] for name in LEAST if importlib.util.find_spec(name) is None]
    if missing:
        print(f"comparisons: not measured, {' and '.join(missing)} missing: pip install {' '.join(missing)} into an "
              "environment of its own, then PYTHONPATH=. /path/to/python -m bench.comparisons")  # fmt: skip
        return 2

    def ours() -> None:
        score.p_value(*counts)
        score.lift_interval(*counts)
        score.difference_interval(*counts)

    loops = {"tea_tasting": tea_loop, "statsmodels": statsmodels_loop}
    own, theirs = best(ours, 50), dict.fromkeys(loops, float("inf"))
    for _ in range(ROUNDS):
        for name, loop in loops.items():
            theirs[name] = min(theirs[name], best(lambda loop=loop: loop(counts), 1))  # type: ignore[misc]
        own = min(own, best(ours, 50))
    print(f"{1000 * own:9.2f} ms  all of the first three together")
    for name, seconds in theirs.items():
        print(f"{1000 * seconds:9.2f} ms  {name}, in a loop")
    ratios = {name: seconds / own for name, seconds in theirs.items()}
    kept = all(ratios[name] >= least for name, least in LEAST.items())
    said = ", ".join(f"{ratios[name]:,.0f} x {name} (at least {least:,})" for name, least in LEAST.items())
    print(f"comparisons: {said} {'kept' if kept else 'BROKEN'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
