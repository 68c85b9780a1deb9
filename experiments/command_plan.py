"""``plan``, ``peek`` and ``assign``: before and at the start of a test."""

import argparse
import json
from dataclasses import asdict

from experiments.advice import advise
from experiments.assignment import Allocation, assign, bucket
from experiments.peeking import explain, peek
from experiments.planning import size


def run_plan(options: argparse.Namespace) -> int:
    """Print what a test takes, and whether to start it."""
    plan = size(
        options.baseline,
        options.lift,
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
    result = peek(options.baseline, options.daily, options.days, alpha=options.alpha, hoped_lift=options.lift)
    sentence = explain(result)[options.lang]
    print(json.dumps({**asdict(result), "sentence": sentence}, ensure_ascii=False) if options.json else sentence)
    return 0


def run_assign(options: argparse.Namespace) -> int:
    """Print the variant of every unit."""
    allocation = Allocation(options.experiment, options.weights, options.coverage)
    for unit in options.unit:
        variant = assign(allocation, unit)
        if options.json:
            place = bucket(options.experiment, unit)
            print(json.dumps({"unit": unit, "bucket": place, "variant": variant}, ensure_ascii=False))
        else:
            print(f"{unit}\t{variant}")
    return 0
