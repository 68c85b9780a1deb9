"""``plan``, ``peek`` and ``assign``: before and at the start of a test."""

import argparse
import json
from dataclasses import asdict
from itertools import pairwise

from experiments.advice import advise
from experiments.assignment import Allocation, assign, bucket
from experiments.command_files import opened
from experiments.command_progress import Progress
from experiments.peeking import explain, peek, peek_own
from experiments.planning import LEVERS, size
from experiments.table import TableError, read


def run_plan(options: argparse.Namespace) -> int:
    """Print what a test takes, and whether to start it."""
    lift = options.lift or LEVERS.get(options.lever)
    if lift is None:
        raise ValueError("expected --lift, or what is changed: --lever text, number, placement or channel")
    plan = size(
        options.baseline,
        lift,
        daily=options.daily,
        arms=options.arms,
        kind=options.plan,
        alpha=options.alpha,
        power=options.power,
        days_limit=options.days_limit,
    )
    sentence = advise(plan)[options.lang]
    print(json.dumps({**asdict(plan), "sentence": sentence}, ensure_ascii=False) if options.json else sentence)
    return 0


def run_peek(options: argparse.Namespace) -> int:
    """Print what watching a test of two identical variants would have done."""
    with Progress("simulating") as progress:
        if options.file:
            own, levels = _days(options.file), {"alpha": options.alpha, "hoped_lift": options.lift}
            result = peek_own(own, **levels, tick=progress)
        elif options.baseline and options.daily:
            levels = {"alpha": options.alpha, "hoped_lift": options.lift}
            result = peek(options.baseline, options.daily, options.days, **levels, tick=progress)
        else:
            raise ValueError("expected --baseline and --daily, or a FILE with the site's own days")
    sentence = explain(result)[options.lang]
    print(json.dumps({**asdict(result), "sentence": sentence}, ensure_ascii=False) if options.json else sentence)
    return 0


def _days(path: str) -> list[tuple[int, int]]:
    """Visitors and converted visitors of every day, over all variants of the only experiment of a file."""
    with opened(path) as lines:
        looks = list(read(lines, repeated="sum").looks.values())
        if len(looks) != 1 or len(looks[0]) < 2:
            raise TableError("expected one experiment with a column 'at' and at least two looks")
    whole = [
        [sum(getattr(each, key) for each in counts.variants) for key in ("exposed", "converted")] for counts in looks[0]
    ]
    return [(n - before_n, x - before_x) for (before_n, before_x), (n, x) in pairwise([[0, 0], *whole])]


def run_assign(options: argparse.Namespace) -> int:
    """Print the variant of every unit."""
    total = sum(options.weights)
    if not 0.99 <= total <= 1.01 and len(set(options.weights)) > 1:
        raise ValueError(f"expected weights that sum to 1, got {total:g}: the browser would take them as equal")
    allocation = Allocation(options.experiment, options.weights, options.coverage)
    for unit in options.unit:
        variant = assign(allocation, unit)
        if options.json:
            place = bucket(options.experiment, unit)
            print(json.dumps({"unit": unit, "bucket": place, "variant": variant}, ensure_ascii=False))
        else:
            print(f"{unit}\t{variant}")
    return 0
