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

from experiments.command_plot import forest, over_time
from experiments.grouped import Grouped, read_grouped
from experiments.model import Plan, Report, Word
from experiments.outcome import Outcome, outcomes, series_sentence
from experiments.table import TableError
from experiments.wording import span

WORDS: tuple[Word, ...] = ("winner", "loser", "no_difference", "keep_running", "not_enough_traffic", "broken")


def run(options: argparse.Namespace) -> int:
    """Print a verdict for every experiment of the file, and the totals."""
    plan = Plan(
        options.plan,
        options.alpha,
        options.lift,
        final=options.ended or options.plan == "fixed",
        spending=options.spending,
    )
    grouped = _load(options)
    found = outcomes(grouped, plan, visitors=options.visitors, margin=options.margin, same=options.aa)
    if grouped.table.renamed:
        print(
            f"note: {grouped.table.renamed} variants share the name of another one of their experiment and were "
            "numbered",
            file=sys.stderr,
        )
    _draw(options, grouped, found, plan)
    if options.json:
        lines = (json.dumps(_as_json(each, options.lang), ensure_ascii=False) for each in found)
        sys.stdout.writelines(line + "\n" for line in lines)
        return 0
    for each in found:
        sys.stdout.writelines(line + "\n" for line in _as_text(each, options))
    print("\n" + totals([each.report for each in found], plan))
    if options.aa:
        print(series_sentence(found, list(grouped.table.looks.values()), plan))
    return 0


def _draw(options: argparse.Namespace, grouped: Grouped, found: Sequence[Outcome], plan: Plan) -> None:
    if options.plot and len(found) == 1 and len(grouped.table.looks[found[0].name]) > 1:
        over_time(options.plot, grouped.table, plan, options.lang)
    elif options.plot:
        left = forest(options.plot, [(each.name, each.report) for each in found], plan.alpha, options.lang)
        if left:
            print(f"note: the plot shows the first comparisons, {left:,} more did not fit", file=sys.stderr)


def _as_text(each: Outcome, options: argparse.Namespace) -> Iterator[str]:
    verdict, way = each.report.verdict, options.lang
    yield f"{each.name}  {verdict.word}  {verdict.sentence[way]}"
    yield from (f"  ! {note.sentence[way]}" for note in each.report.notes)
    for rail in each.guarded:
        yield f"  guardrail {rail.metric}  {rail.variant}  {rail.state}  {span(rail.lift_interval, way, signed=True)}"
    if options.strata:
        for segment in each.segments:
            for part in segment.parts:
                interval = span(part.lift_interval, way, signed=True)
                yield f"  {segment.dimension} {part.value}  {segment.inside.variant}  {interval}"


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


def _as_json(each: Outcome, language: str) -> Mapping[str, Any]:
    report = each.report
    return {
        "experiment": each.name,
        "verdict": report.verdict.word,
        "variant": report.verdict.variant,
        "sentence": report.verdict.sentence[language],
        "metric": report.metric,
        "basis": report.basis,
        "look": each.look + 1,
        "variants": [asdict(one) for one in report.variants],
        "comparisons": [asdict(one) for one in report.comparisons],
        "sample_ratio": asdict(report.sample_ratio),
        "warnings": [{"code": note.code, "sentence": note.sentence[language]} for note in report.notes],
        "guardrails": [asdict(one) for one in each.guarded],
        "segments": [asdict(one) for one in each.segments],
    }


def _load(options: argparse.Namespace) -> Grouped:
    try:
        with opened(options.file) as lines:
            return read_grouped(
                list(lines),
                options.strata,
                options.guardrails,
                options.map,
                options.control,
                options.repeated,
                options.metric,
            )
    except TableError as problem:
        raise TableError(f"{options.file}: {problem}") from problem


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """A file of text, plain or packed, or standard input; what is wrong with it is said with its name."""
    try:
        with _plain(path) as lines:
            yield lines
    except UnicodeDecodeError as problem:
        raise TableError(f"{path}: expected text in UTF-8: {problem}") from problem
    except (gzip.BadGzipFile, zlib.error, EOFError) as problem:
        raise TableError(f"{path}: expected a whole gzip file: {problem}") from problem


@contextmanager
def _plain(path: str) -> Iterator[TextIO]:
    if path == "-":
        yield sys.stdin
    elif path.endswith(".gz"):
        with gzip.open(path) as packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as lines:
            yield lines
    else:
        with open(path, encoding="utf-8", newline="") as lines:
            yield lines
