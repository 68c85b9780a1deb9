"""``health`` and ``factorial``: single exposures checked, and several factors at once."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from experiments import health, multiplicity
from experiments.command_files import opened
from experiments.command_progress import tracked
from experiments.exposures import Tally, tally
from experiments.factorial import Cell, interactions, main_effects
from experiments.grouped import read_cells
from experiments.model import Note, Plan, Report
from experiments.sample_ratio import ALPHA, sequential_p_value
from experiments.table import TableError


def run_health(options: argparse.Namespace) -> int:
    """Print, for every experiment, whether its exposures can be trusted; 1 when some cannot."""
    with opened(options.file) as lines:
        found = tally(lines, options.dimensions)
        if not found:
            raise TableError("line 2: expected at least one exposure under the header")
    results = {name: _checked(own, options.shares) for name, own in tracked("checking", found.items())}
    broken = 0
    for name, result in results.items():
        broken += not result["ok"]
        if options.json:
            print(json.dumps({"experiment": name, **result}, ensure_ascii=False))
            continue
        seen = ", ".join(f"{each} {n:,}" for each, n in result["visitors"].items())
        state = "as planned" if result["ok"] else "NOT as planned"
        print(f"{name}  split {state} (p = {result['p_value']:.2g}): {seen}")
        counts = f"{result['rows']:,} exposures, {result['bots']:,} of bots left out"
        print(f"  {counts}, {result['crossed']:,} visitors saw more than one variant")
        for note in result["warnings"]:
            print(f"  ! {note['sentence'][options.lang]}")
    return 1 if broken else 0


def _checked(own: Tally, shares: dict[str, float] | None) -> dict[str, Any]:
    names = {*own.first.values(), *(shares or {})}
    if len(names) < 2:
        raise ValueError(f"expected at least two variants among the visitors who are no bots, found {sorted(names)}")
    counts = own.counts(shares)
    plan = [each.share / sum(each.share for each in counts.variants) for each in counts.variants]
    p_value = float(sequential_p_value([each.exposed for each in counts.variants], plan)[0])
    notes: list[Note] = health.crossed_note(len(own.crossed), len(own.first))
    causes = health.split_causes(own.by_group(shares)) if p_value < ALPHA else []
    return {
        "ok": p_value >= ALPHA,
        "p_value": p_value,
        "visitors": {each.name: each.exposed for each in counts.variants},
        "rows": own.rows,
        "bots": own.bots,
        "crossed": len(own.crossed),
        "causes": [asdict(each) for each in causes],
        "warnings": [asdict(each) for each in [*notes, *health.split_note(causes)]],
    }


def run_factorial(options: argparse.Namespace) -> int:
    """Print a verdict for every factor, and whether factors change each other's effect."""
    with opened(options.file) as lines:
        found = read_cells(list(lines), options.factors, options.map)
    plan = Plan(options.plan, options.alpha, options.lift, final=options.ended or options.plan == "fixed")
    results = [(name, *_factors(options, cells, plan)) for name, cells in tracked("analysing", found.items())]
    for name, reports, crossed in results:
        if options.json:
            factors = {key: {"verdict": each.verdict.word, "sentence": each.verdict.sentence[options.lang],
                             "comparisons": [asdict(one) for one in each.comparisons]}
                       for key, each in reports.items()}  # fmt: skip
            row = {"experiment": name, "factors": factors, "interactions": crossed}
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            continue
        for key, report in reports.items():
            print(f"{name}  {key}  {report.verdict.word}  {report.verdict.sentence[options.lang]}")
        for pair in crossed:
            if pair["adjusted_p_value"] < options.alpha:
                one, other = pair["factors"]
                print(f"  ! {one} and {other} change each other's effect (p = {pair['adjusted_p_value']:.2g}): "
                      "the verdicts above are averages, look at the cells")  # fmt: skip
    return 0


def _factors(
    options: argparse.Namespace, cells: Sequence[Cell], plan: Plan
) -> tuple[dict[str, Report], list[dict[str, Any]]]:
    """Reports by factor, and the interactions of all pairs."""
    reports = main_effects(options.factors, cells, plan, options.metric or "conversion")
    pairs = interactions(options.factors, cells)
    adjusted = multiplicity.holm([pair.p_value for pair in pairs])[0].tolist()
    return reports, [
        {"factors": pair.factors, "p_value": pair.p_value, "adjusted_p_value": p}
        for pair, p in zip(pairs, adjusted, strict=True)
    ]
