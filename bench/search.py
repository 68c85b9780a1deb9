"""Searching a million messages: the whole HTTP request of the console against the bare full-text query.

    python -m bench.search [--messages 1000000]

Both sides ask the same database in turns, in one run: SQLite, then PostgreSQL. Bare is the least that answers the
question in the database's own words: how many messages match, and the newest 20 of them. (The request counts to 1,000
and then says that there are more: nobody reads further, and a search must not hold up messages.) The request is what an
operator waits for: session, sites, four kinds of things, the texts, the marks, JSON, HTTP. The questions are words of
falling frequency, and what people type: two words, a half word, an exact phrase. The bare query for a rare word takes
a fraction of a millisecond, so its ratio says little; what the request takes more stands beside each. Exits 0 if the
requests together take at most twice as long as the bare queries together, on both.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.search_crowd import fill
from bench.search_sides import Bare, Served
from tests.seeding import CHEAP, seed
from widget_server.house import build
from widget_server.schema import upgrade
from widget_server.search.model import COUNTED
from widget_server.settings import Settings, load_settings

ROUNDS, MOST = 15, 2.0
QUESTIONS = ("окна", "доставка", "балкон", "подоконник", "эркер", "окна доставка", "подок", '"балкон окна"')


@dataclass(frozen=True)
class Line:
    question: str
    found: int
    bare: float
    whole: float


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    messages = parser.parse_args().messages
    ratios = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in (("sqlite", ""), ("postgresql", os.environ.get("TEST_DATABASE_URL", ""))):
            if name == "postgresql" and not url:
                print("no PostgreSQL: run it by make bench-search")
                return 1
            settings = load_settings({}, data_dir=str(Path(folder, name)), database_url=url)
            ratios[name] = _measure(name, settings, messages)
    told = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items())
    print(f"search ratio, whole request over bare query: {told} (each at most {MOST})")
    return 0 if max(ratios.values()) <= MOST else 1


def _measure(name: str, settings: Settings, messages: int) -> float:
    upgrade(settings)
    house = build(settings, hasher=CHEAP)
    cast = seed(house)
    began = time.monotonic()
    fill(house, cast, messages)
    written = time.monotonic()
    entries = house.search.rebuild()
    rebuilt = time.monotonic() - written
    with Served(settings, "anna@demo.example") as served:
        bare = Bare(house.storage.engine)
        lines = [_ask(question, bare, served) for question in QUESTIONS]
        nothing = _middle([_time(lambda: served.ask("щщщ")) for _ in range(ROUNDS)])
    house.storage.close()
    _print(
        name,
        lines,
        f"{messages:,} messages written in {written - began:.0f} s, {entries:,} entries in {rebuilt:.0f} s",
        nothing,
    )
    return sum(line.whole for line in lines) / sum(line.bare for line in lines)


def _ask(question: str, bare: Bare, served: Served) -> Line:
    """Ask both in turns; the answers must agree."""
    found = bare.ask(question)
    told = served.ask(question)
    if min(found, COUNTED + 1) != told:
        raise SystemExit(f"{question}: the query finds {found}, the request {told}")
    times = [(_time(lambda: bare.ask(question)), _time(lambda: served.ask(question))) for _ in range(ROUNDS)]
    return Line(question, found, _middle([one for one, _ in times]), _middle([one for _, one in times]))


def _time(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _middle(values: list[float]) -> float:
    return statistics.median(values)


def _print(name: str, lines: list[Line], how: str, nothing: float) -> None:
    print(f"{name}: {how}")
    print(f"  {'question':<18} {'found':>9} {'bare, ms':>10} {'request, ms':>12} {'ratio':>7} {'more, ms':>9}")
    for line in lines:
        times = f"{line.bare:>10.2f} {line.whole:>12.2f} {line.whole / line.bare:>7.2f}"
        print(f"  {line.question:<18} {line.found:>9,} {times} {line.whole - line.bare:>9.2f}")
    print(f"  a request that finds nothing: {nothing:.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
