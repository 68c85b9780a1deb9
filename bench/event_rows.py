"""How long it takes from event rows to a report, against the same reading by SQL alone.

Events (exposures, calls with seconds of talk, orders) of 1/5 as many visitors in 4 variants lie in a Parquet file.
*Bare*: DuckDB adds them up by visitor and then by variant: visitors, converted visitors, calls, talk. *Ours*: the
same query with squares and products as well, and three whole reports (converted visitors, calls per visitor, talk
per call) with sentences. Best of several rounds each; the ratio is that of processor seconds, over all
threads, so that other programs on the machine do not count.
Needs an interpreter that has duckdb: ``pip install duckdb numpy scipy`` into an environment of its own, then
``PYTHONPATH=. /path/to/python -m bench.event_rows [ROWS]``; 10,000,000 rows. Exits 0 if the ratio holds, 1 if not, 2 if
duckdb is missing.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from experiments.analysis import analyse
from experiments.means import analyse_means
from experiments.model import Counts, Plan, Variant
from experiments.moments import Moments, estimates

LIMIT = 1.2
ROUNDS = 5
MAKE = """
copy (
  select (i * 7919) % {visitors} as visitor, ((i * 7919) % {visitors}) % 4 as variant,
         case when h % 100 < 3 then 'call' when h % 100 < 4 then 'order' else 'view' end as kind,
         case when h % 100 < 4 then ((h // 100) % 600 + 1)::double else 0 end as amount
  from (select i, hash(i) as h from range({rows}) t(i))
) to '{path}' (format parquet)
"""
BY_VISITOR = """
with visitors as (
  select visitor, any_value(variant) as variant,
         count(*) filter (kind = 'call') as calls,
         coalesce(sum(amount) filter (kind = 'call'), 0) as talk,
         max(kind = 'order') as ordered
  from '{path}' group by visitor
)
"""
BARE = "select variant, count(*), sum(ordered::int), sum(calls), sum(talk) from visitors group by variant order by 1"
FULL = """
select variant, count(*), sum(ordered::int), sum(calls), sum(calls * calls), sum(talk), sum(talk * talk),
       sum(calls * talk)
from visitors group by variant order by 1
"""


def reports(rows: list[tuple[Any, ...]]) -> list[str]:
    """Sentences of the three metrics."""
    plan, names = Plan("fixed", final=True), "ABCD"
    converted = Counts(tuple(Variant(names[v], n, int(x)) for v, n, x, *_ in rows), "order")
    calls = [Moments(names[v], n, float(c), float(cc)) for v, n, _, c, cc, *_ in rows]
    talk = [
        Moments(names[v], n, float(t), float(tt), base=float(c), base_squares=float(cc), products=float(ct))
        for v, n, _, c, cc, t, tt, ct in rows
    ]
    found = [analyse_means(estimates(arms), plan, metric) for arms, metric in ((calls, "calls_per_visitor"),
                                                                               (talk, "talk_time"))]  # fmt: skip
    return [each.verdict.sentence["en"] for each in (analyse(converted, plan), *found)]


def seconds(action: Callable[[], object]) -> tuple[float, float]:
    """Of one run: by the processors, by the clock."""
    start, clock = time.process_time(), time.perf_counter()
    action()
    return time.process_time() - start, time.perf_counter() - clock


def main() -> int:
    """Print seconds and the ratio; 1 when the ratio is above the limit."""
    try:
        import duckdb
    except ImportError:
        print("event rows: not measured, duckdb missing: pip install duckdb into an environment of its own, then "
              "PYTHONPATH=. /path/to/python -m bench.event_rows")  # fmt: skip
        return 2
    rows = int(sys.argv[1].replace("_", "").replace(",", "")) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as database:
        path = Path(folder) / "events.parquet"
        database.execute(MAKE.format(rows=rows, visitors=max(rows // 5, 8), path=path))
        visitors = BY_VISITOR.format(path=path)
        said: list[str] = []

        def ours() -> None:
            said[:] = reports(database.execute(visitors + FULL).fetchall())

        def bare() -> None:
            database.execute(visitors + BARE).fetchall()

        bare(), ours()  # warm up
        alone, whole = ([seconds(each) for _ in range(ROUNDS)] for each in (bare, ours))
    print("\n".join(said))
    ratio = min(whole)[0] / min(alone)[0]
    clock = [min(wall for _, wall in each) for each in (whole, alone)]
    kept = ratio <= LIMIT
    print(f"event rows: {rows:,} to 3 reports in {clock[0]:.2f} s, bare SQL {clock[1]:.2f} s: ratio {ratio:.2f} of "
          f"processor time (at most {LIMIT}) {'kept' if kept else 'BROKEN'}")  # fmt: skip
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
