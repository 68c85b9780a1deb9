"""How many times faster than tea-tasting's loop 900 comparisons are with *all* one-look intervals included.

p-values, lift intervals and difference intervals together, from the counts of `bench.comparisons`, against one round
of tea-tasting's proportion metric in the same process, by processor time, best of several rounds each.
``PYTHONPATH=. /path/to/python bench/intervals.py`` with an interpreter that has tea-tasting.
"""

import importlib.util
import sys
import time
from collections.abc import Callable

from bench.comparisons import cells, tea_loop
from experiments import score

LIMIT = 1000


def best(action: Callable[[], object], rounds: int) -> float:
    """Processor seconds of the fastest round."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        action()
        times.append(time.process_time() - start)
    return min(times)


def main() -> int:
    """Print the ratio; 1 when it is below the limit."""
    counts = cells()

    def ours() -> None:
        score.p_value(*counts)
        score.lift_interval(*counts)
        score.difference_interval(*counts)

    before = best(ours, 100)
    if importlib.util.find_spec("tea_tasting") is None:
        print(f"900 comparisons, all intervals: {1000 * before:.2f} ms; tea-tasting is not installed here")
        return 0
    loop = best(lambda: tea_loop(counts), 3)
    own = min(before, best(ours, 100))
    kept = loop / own >= LIMIT
    print(f"900 comparisons, all intervals: {1000 * own:.2f} ms, tea-tasting's loop {1000 * loop:,.0f} ms: "
          f"{loop / own:,.0f} x (at least {LIMIT:,} x) {'kept' if kept else 'BROKEN'}")  # fmt: skip
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
