"""``analyse``: a file of counts in, verdicts out."""

import argparse
import gzip
import io
import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, TextIO

from experiments.command_plot import forest
from experiments.history import follow
from experiments.model import Plan, Report, Word
from experiments.table import Table, TableError, read

WORDS: tuple[Word, ...] = ("winner", "loser", "no_difference", "keep_running", "not_enough_traffic", "broken")


def run(options: argparse.Namespace) -> int:
    """Print a verdict for every experiment of the file, and the totals."""
    plan = Plan(options.plan, options.alpha, options.lift, final=options.ended or options.plan == "fixed")
    table = _load(options)
    settled = follow(list(table.looks.values()), plan, options.visitors)
    if table.renamed:
        print(
            f"note: {table.renamed} variants share the name of another one of their experiment and were numbered",
            file=sys.stderr,
        )
    if options.plot:
        named = [(name, report) for name, (_, report) in zip(table.looks, settled, strict=True)]
        left = forest(options.plot, named, plan.alpha, options.lang)
        if left:
            print(f"note: the plot shows the first comparisons, {left:,} more did not fit", file=sys.stderr)
    if options.json:
        rows = zip(table.looks, settled, strict=True)
        lines = (json.dumps(_as_json(name, *row, options.lang), ensure_ascii=False) for name, row in rows)
        sys.stdout.writelines(line + "\n" for line in lines)
        return 0
    sys.stdout.writelines(
        f"{name}  {report.verdict.word}  {report.verdict.sentence[options.lang]}\n"
        for name, (_, report) in zip(table.looks, settled, strict=True)
    )
    print("\n" + totals([report for _, report in settled], plan))
    return 0


def totals(reports: Sequence[Report], plan: Plan) -> str:
    """Count the verdicts, and what reading raw p-values would have made of the same data."""
    words = Counter(report.verdict.word for report in reports)
    comparisons = [each for report in reports for each in report.comparisons]
    naive = sum(any(each.p_value < plan.alpha for each in report.comparisons) for report in reports)
    counted = [
        f"{n:,} {noun}{'' if n == 1 else 's'}"
        for n, noun in ((len(reports), "experiment"), (len(comparisons), "comparison"))
    ]
    lines = [f"{counted[0]}, {counted[1]} with the control"]
    lines += [f"  {words[word]:>6,}  {word}" for word in WORDS if words[word]]
    lines.append(
        f"  {naive:>6,}  would look significant to a reader of single p-values below {plan.alpha:g}, "
        "without correction for looks or variants"
    )
    return "\n".join(lines)


def _as_json(name: str, look: int, report: Report, language: str) -> Mapping[str, Any]:
    return {
        "experiment": name,
        "verdict": report.verdict.word,
        "variant": report.verdict.variant,
        "sentence": report.verdict.sentence[language],
        "metric": report.metric,
        "basis": report.basis,
        "look": look + 1,
        "variants": [asdict(each) for each in report.variants],
        "comparisons": [asdict(each) for each in report.comparisons],
        "sample_ratio": asdict(report.sample_ratio),
    }


def _load(options: argparse.Namespace) -> Table:
    try:
        with _opened(options.file) as lines:
            return read(lines, options.map, options.control, options.repeated, options.metric)
    except UnicodeDecodeError as problem:
        raise TableError(f"{options.file}: expected text in UTF-8: {problem}") from problem
    except (gzip.BadGzipFile, zlib.error, EOFError) as problem:
        raise TableError(f"{options.file}: expected a whole gzip file: {problem}") from problem
    except TableError as problem:
        raise TableError(f"{options.file}: {problem}") from problem


@contextmanager
def _opened(path: str) -> Iterator[TextIO]:
    if path == "-":
        yield sys.stdin
    elif path.endswith(".gz"):
        with gzip.open(path) as packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as lines:
            yield lines
    else:
        with open(path, encoding="utf-8", newline="") as lines:
            yield lines
