"""``means``: calls, talk time or order value per visitor, or per call, compared between variants."""

import argparse
import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from math import isfinite

import numpy as np

from experiments.command_arguments import positive, probability, shares
from experiments.command_files import opened
from experiments.means import analyse_means
from experiments.model import Plan
from experiments.moments import Moments, estimates, moments
from experiments.table import TableError

DESCRIPTION = """\
A verdict on a mean per visitor, or on a ratio, for every experiment of FILE.

  experiment,unit,variant,value[,base][,before]

One line per visitor or per event; the lines of a visitor (unit) are added up, and visitors without an event need one
line with the value 0. With base the metric is the sum of value over the sum of base (talk time per call). before is
something known of the visitor before the test, for example the value of the weeks before; it makes the range narrower.
"""
NUMBERS = ("value", "base", "before")
Rows = dict[str, dict[str, dict[str, list[float]]]]


def add(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.set_defaults(run=run)
    command.add_argument("file", metavar="FILE", help="file of values, .csv or .csv.gz, or - for standard input")
    command.add_argument("--metric", default="calls_per_visitor", help="talk_time, order_value, or a plural noun")
    command.add_argument("--control", default="", metavar="NAME", help="variant to compare with (default: the first)")
    command.add_argument("--shares", type=shares, metavar="VARIANT=SHARE[,...]", help="planned shares (equal)")
    command.add_argument("--plan", choices=("anytime", "fixed"), default="anytime", help="when it may be decided")
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument("--lift", type=positive, default=0.3, help="smallest lift worth finding (.3)")
    command.add_argument("--ended", action="store_true", help="no more visitors will come (implied by --plan fixed)")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentence (en)")
    command.add_argument("--json", action="store_true", help="one JSON object per experiment and line")


def run(options: argparse.Namespace) -> int:
    """Print a verdict for every experiment."""
    plan = Plan(options.plan, options.alpha, options.lift, final=options.ended or options.plan == "fixed")
    with opened(options.file) as lines:
        found = read_values(lines, options.shares)
    for name, (arms, adjust) in found.items():
        report = analyse_means(estimates(arms, adjust=adjust), plan, options.metric, options.control)
        if options.json:
            row = {"experiment": name, "adjusted": adjust, **asdict(report)}
            for each in row["comparisons"]:  # JSON has no infinity
                if not all(map(isfinite, each["difference_interval"])):
                    each["difference_interval"] = None
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{name}  {report.verdict.word}  {report.verdict.sentence[options.lang]}")
    return 0


def read_values(lines: Iterable[str], planned: dict[str, float] | None = None) -> dict[str, tuple[list[Moments], bool]]:
    """Sums per variant of every experiment, and whether there is a covariate.

    Raises
    ------
    TableError
        When a column is missing, a cell is wrong or a visitor is in two variants.

    Examples
    --------
    >>> text = ["experiment,unit,variant,value", "e,1,A,2", "e,1,A,3", "e,2,A,0", "e,3,B,4"]
    >>> [(each.name, each.visitors, each.squares) for each in read_values(text)["e"][0]]
    [('A', 2, 25.0), ('B', 1, 16.0)]
    """
    reader = csv.reader(lines)
    titles = [title.strip().lstrip("\ufeff") for title in next(reader, [])]
    for name in ("experiment", "unit", "variant", "value"):
        if name not in titles:
            raise TableError(f"line 1: expected a column {name!r}, found the header {','.join(titles)!r}")
    numbers = [name for name in NUMBERS if name in titles]
    rows: Rows = {}
    homes: dict[tuple[str, str], str] = {}
    for cells in reader:
        if not cells:
            continue
        row, line = dict(zip(titles, (cell.strip() for cell in cells), strict=False)), reader.line_num
        key = row["experiment"], row.get("unit", "")
        variant = row.get("variant", "")
        if homes.setdefault(key, variant) != variant or not all((*key, variant)):
            raise TableError(f"line {line}, column 'variant': expected one variant per visitor, found {variant!r}")
        own = rows.setdefault(key[0], {}).setdefault(variant, {}).setdefault(key[1], [0.0, 0.0, 0.0])
        for name in numbers:
            value = _number(row.get(name, ""), line, name)
            place = NUMBERS.index(name)
            own[place] = value if name == "before" else own[place] + value
    if not rows:
        raise TableError("line 2: expected at least one row of values under the header")
    adjust = "before" in numbers
    return {
        experiment: ([_moments(name, units, numbers, (planned or {}).get(name, 1.0)) for name, units in arms.items()],
                     adjust)
        for experiment, arms in rows.items()
    }  # fmt: skip


def _number(text: str, line: int, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not isfinite(value) or value < 0:
        raise TableError(f"line {line}, column {name!r}: expected a number from 0, found {text!r}")
    return value


def _moments(name: str, units: dict[str, list[float]], numbers: list[str], share: float) -> Moments:
    value, base, before = np.array(list(units.values())).T
    return moments(
        name,
        value,
        base if "base" in numbers else None,
        before if "before" in numbers else None,
        share,
    )
