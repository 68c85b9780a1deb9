"""``bandit``: shares for the next period from the results so far, with an analysis inside the periods."""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import asdict

from experiments.bandit import top_two_weights
from experiments.command_arguments import positive, probability
from experiments.command_files import opened
from experiments.command_progress import tracked
from experiments.model import Counts, Plan, Variant
from experiments.periods import analyse_periods
from experiments.table import TableError, columns_of, in_order, row_of

DESCRIPTION = """\
Shares for the next period by top-two Thompson sampling, and a verdict on the periods so far.

FILE has one line per period and variant, counts of that period alone, with the share that was planned for it:

  experiment,period,variant,exposed,converted,share

The verdict compares inside the periods: thrown together, shares that followed the results call a difference where
only the season changed. It may be read after every period.
"""


def add(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.set_defaults(run=run)
    command.add_argument("file", metavar="FILE", help="file of counts, .csv or .csv.gz, or - for standard input")
    command.add_argument("--leader", type=probability, default=0.5, help="share meant for the best variant (.5)")
    command.add_argument("--floor", type=probability, default=0.1, help="least share of a variant (.1)")
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument("--lift", type=positive, default=0.3, help="smallest lift worth finding (.3)")
    command.add_argument("--metric", default="conversion", help="what is counted, for the sentence")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentence (en)")
    command.add_argument("--json", action="store_true", help="one JSON object per experiment and line")


def run(options: argparse.Namespace) -> int:
    """Print next shares and a verdict for every experiment."""
    with opened(options.file) as lines:
        found = read_periods(list(lines), options.metric)
    plan = Plan("anytime", options.alpha, options.lift)
    reports = [(*item, analyse_periods(item[1], plan)) for item in tracked("analysing", found.items())]
    for name, periods, report in reports:
        arms = list(zip(*(counts.variants for counts in periods), strict=True))
        totals = [[sum(getattr(each, key) for each in arm) for arm in arms] for key in ("converted", "exposed")]
        following = top_two_weights(*totals, leader=options.leader, floor=options.floor)
        shares = {arm[0].name: share for arm, share in zip(arms, following, strict=True)}
        if options.json:
            print(json.dumps({"experiment": name, "next": shares, **asdict(report)}, ensure_ascii=False))
            continue
        print(f"{name}  {report.verdict.word}  {report.verdict.sentence[options.lang]}")
        print("  next shares: " + ", ".join(f"{each} {share:.4g}" for each, share in shares.items()))
    return 0


def read_periods(lines: Sequence[str], metric: str = "conversion") -> dict[str, list[Counts]]:
    """Counts of every period by itself, by experiment; all variants in every period.

    Raises
    ------
    TableError
        When a column is missing, a cell is wrong, or a period lacks a variant or has it twice.

    Examples
    --------
    >>> text = ["experiment,period,variant,exposed,converted,share", "cta,1,A,500,5,0.5", "cta,1,B,500,9,0.5"]
    >>> [each.exposed for each in read_periods(text)["cta"][0].variants]
    [500, 500]
    """
    titles = [title.strip().lstrip("\ufeff") for title in next(csv.reader(lines), [])]
    columns, places = columns_of(titles, {})
    for name in ("period", "share"):
        if name not in titles:
            raise TableError(f"line 1: expected a column {name!r}, found the header {','.join(titles)!r}")
    reader = csv.reader(lines)
    next(reader)
    rows: dict[str, dict[str, dict[str, Variant]]] = {}
    for cells in reader:
        if not cells:
            continue
        row = row_of(cells, reader.line_num, columns, places)
        inside = rows.setdefault(row.experiment, {}).setdefault(cells[titles.index("period")].strip(), {})
        if row.variant in inside:
            raise TableError(
                f"line {row.line}, column 'variant': expected each variant once per period, found it again"
            )
        inside[row.variant] = Variant(row.variant, row.exposed, row.converted, row.share)
    if not rows:
        raise TableError("line 2: expected at least one row of counts under the header")
    found = {}
    for experiment, periods in rows.items():
        names = list(next(iter(periods.values())))
        for period, inside in periods.items():
            if set(inside) != set(names) or len(names) < 2:
                raise TableError(f"experiment {experiment!r}, period {period!r}: expected the variants {names}")
        found[experiment] = [
            Counts(tuple(periods[period][name] for name in names), metric) for period in in_order(set(periods))
        ]
    return found
