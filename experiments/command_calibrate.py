"""``calibrate``: count on simulated sites whether the promises are kept, and print the table."""

import argparse
import json
from dataclasses import asdict

from experiments.calibration import calibrate
from experiments.command_progress import Progress
from experiments.measurement import Measurement

FULL, QUICK = 20_000, 2_000
ROWS = 183  # of the table, for the progress


def run(options: argparse.Namespace) -> int:
    """Print every measurement; 1 when a promise is broken."""
    broken, group = 0, ""
    with Progress("calibrating") as progress:
        for number, row in enumerate(calibrate(QUICK if options.quick else FULL, options.seed), 1):
            broken += not row.kept
            progress.clear()
            if options.json:
                print(json.dumps({**asdict(row), "kept": row.kept}, ensure_ascii=False), flush=True)
            else:
                if row.group != group:
                    group = row.group
                    print(f"\n{group}")
                print(line(row), flush=True)
            progress(number / ROWS)
    if not options.json:
        print(f"\n{'all promises kept' if not broken else f'{broken} promises broken'}")
    return 1 if broken else 0


def line(row: Measurement) -> str:
    """One row of the table.

    Examples
    --------
    >>> print(line(Measurement("A/A", "rate 1%", 0.0123, high=0.05)))
       0.0123  at most 0.05     kept    rate 1%
    """
    if not row.promised:
        promise = ""
    elif row.high is None:
        promise = f"at least {row.low:g}"
    else:
        promise = f"{row.low:g} to {row.high:g}" if row.low else f"at most {row.high:g}"
    mark = "kept" if promise and row.kept else "BROKEN" if promise else ""
    return f"  {row.value:7.4f}  {promise:<16} {mark:<6}  {row.name}"
