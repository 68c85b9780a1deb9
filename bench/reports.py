"""Reports over ten million events: each page's whole request against the bare query, and what the pages read.

    python -m bench.reports [--events 10000000] [--calls 1000000] [--experiments 1000]

One site, four hundred days, SQLite and then PostgreSQL, one run. The days are counted by the product's own counting and
some of them held against a plain count of what happened. Bare is the least that answers the page's question in the
database's own words, from the same rows; the request is the session, the questions, the statistics, the page. What
every request asked of the database is explained: no page may read a table of what happened from one end to the other,
and no report may ask for page events at all. Exits 0 if that holds, the days agree, and no page takes ten times its
bare query and a tenth of a second more.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.reports_crowd import DAYS, Crowd, fill
from bench.reports_sides import Asked, Bare, Pages, Reading, disagreements, readings
from tests.seeding import CHEAP, seed
from widget_server.house import build
from widget_server.schema import upgrade
from widget_server.settings import Settings, load_settings

ROUNDS, MOST, SLACK = 5, 10.0, 100.0  # times the bare query, and milliseconds
EVERY = 50  # of so many experiments, one report is measured


@dataclass(frozen=True)
class Line:
    """Milliseconds of both, and what the request read that it should not."""

    page: str
    bare: float
    whole: float
    bad: tuple[Reading, ...]

    @property
    def ratio(self) -> float:
        return self.whole / self.bare

    @property
    def holds(self) -> bool:
        return not self.bad and self.whole <= MOST * self.bare + SLACK


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, count in (("events", 10_000_000), ("calls", 1_000_000), ("experiments", 1_000)):
        parser.add_argument(f"--{name}", type=int, default=count)
    asked = parser.parse_args()
    worst, wrong, lines = 0.0, 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("sqlite", ""), ("postgresql", os.environ.get("TEST_DATABASE_URL", ""))):
            if name == "postgresql" and not url:
                print("no PostgreSQL: run it by make bench-reports")
                return 1
            settings = load_settings({}, data_dir=str(Path(folder, name)), database_url=url)
            found, differ = measure(name, settings, asked.events, asked.calls, asked.experiments)
            lines += found
            wrong += differ
    worst = max(line.ratio for line in lines)
    bad = sum(not line.holds for line in lines)
    scans = sum(len(line.bad) for line in lines)
    print(
        f"reports over {asked.events:,} events: worst page {worst:.1f} times its bare query, "
        f"{scans} scans of raw events, {wrong} figures that differ from raw, {bad} pages too slow or scanning"
    )
    return 0 if not bad and not wrong else 1


def measure(name: str, settings: Settings, events: int, calls: int, experiments: int) -> tuple[list[Line], int]:
    upgrade(settings)
    house = build(settings, hasher=CHEAP)
    try:
        cast = seed(house)
        crowd = Crowd(house.clock.now() - timedelta(days=DAYS), events, calls, experiments)
        began = time.monotonic()
        fill(house, cast, crowd)
        written = time.monotonic()
        while house.reports.figures.count_due():
            pass
        counted = time.monotonic()
        wrong = disagreements(house, cast.site)
        print(
            f"{name}: written in {written - began:.0f} s, {DAYS} days counted in {counted - written:.0f} s; "
            f"{len(wrong)} figures of a sample differ from a plain count"
        )
        for one in wrong[:5]:
            print(f"  differs: {one}")
        lines = _measure_pages(Pages(house), Bare(house, cast.site, crowd), experiments)
    finally:
        house.storage.close()
    return lines, len(wrong)


def _measure_pages(pages: Pages, bare: Bare, experiments: int) -> list[Line]:
    print(f"  {'page':<44} {'bare, ms':>9} {'request, ms':>12} {'ratio':>7}")
    lines = [_print(_line(one, pages)) for one in bare.questions()]
    reports = [
        _line(bare.of_experiment(number), pages) for number in range(0, experiments, max(1, experiments // EVERY))
    ]
    slowest = max(reports, key=lambda line: line.ratio)
    middle = sorted(reports, key=lambda line: line.ratio)[len(reports) // 2]
    for what, line in (("in the middle", middle), ("slowest", slowest)):
        _print(Line(f"experiment's report, {what} of {len(reports)}", line.bare, line.whole, line.bad))
    return [*lines, *reports]


def _line(asked: Asked, pages: Pages) -> Line:
    pages.get(asked.path)
    asked.bare()
    with readings(pages.house) as statements:
        pages.get(asked.path)
    bare, whole = [], []
    for _ in range(ROUNDS):
        bare.append(_time(asked.bare))
        whole.append(_time(lambda: pages.get(asked.path)))
    return Line(asked.name, statistics.median(bare), statistics.median(whole), statements.bad(asked.reads))


def _time(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _print(line: Line) -> Line:
    print(f"  {line.page:<44} {line.bare:>9.2f} {line.whole:>12.2f} {line.ratio:>7.1f}")
    for one in line.bad:
        print(f"    reads {one.how}: {one.statement[:160]}")
    return line


if __name__ == "__main__":
    sys.exit(main())
