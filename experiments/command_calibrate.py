"""``calibrate``: count on simulated sites whether the promises are kept, and print the table."""

import argparse
import json
import sys
from dataclasses import asdict

from experiments.calibration import Measurement, calibrate

FULL, QUICK = 20_000, 2_000
EXPECTED = 111  # rows, for the progress shown on a terminal


def run(options: argparse.Namespace) -> int:
    """Print every measurement; 1 when a promise is broken."""
    broken, group = 0, ""
    for number, row in enumerate(calibrate(QUICK if options.quick else FULL, options.seed), 1):
        broken += not row.kept
        if options.json:
            print(json.dumps({**asdict(row), "kept": row.kept}, ensure_ascii=False))
            continue
        _progress("")
        if row.group != group:
            group = row.group
            print(f"\n{group}")
        print(_line(row))
        _progress(f"{min(number / EXPECTED, 0.99):.0%} ")
    _progress("")
    if not options.json:
        print(f"\n{'all promises kept' if not broken else f'{broken} promises broken'}")
    return 1 if broken else 0


def _line(row: Measurement) -> str:
    if row.high is None and not row.low:
        promise = ""
    elif row.high is None:
        promise = f"at least {row.low:g}"
    else:
        promise = f"{row.low:g} to {row.high:g}" if row.low else f"at most {row.high:g}"
    mark = "kept" if promise and row.kept else "BROKEN" if promise else ""
    return f"  {row.value:6.3f}  {promise:<16} {mark:<6}  {row.name}"


def _progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text or ' ' * 8}\r{text}", end="", file=sys.stderr, flush=True)
