"""``analyse``: a file of counts in, verdicts out."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from experiments.command_arguments import beta, columns, listed, positive, probability, whole
from experiments.command_files import opened
from experiments.command_plot import forest, over_time
from experiments.command_progress import Progress, Rows
from experiments.command_text import lines_of, totals
from experiments.grouped import Columns, Grouped, read_grouped
from experiments.history import FINAL_WORDS
from experiments.model import DEFAULT_SD, UNIFORM, Kind, Plan, Report, Spending
from experiments.outcome import Outcome, Terms, outcomes, series_sentence
from experiments.planning import LEVERS
from experiments.shrinkage import PRIOR_SD

DESCRIPTION = """\
A verdict for every experiment in a file of counts.

FILE is comma separated text, plain or .gz ("-" reads standard input), one line per variant:

  experiment,variant,exposed,converted[,share][,at]

exposed and converted count visitors, each once. share is the planned part of the traffic; without it the
variants have equal shares. With at (a date or a number) there is one line per variant and look, the counts are
cumulative, and the first look that may decide does.

device, browser, country, language, hour, weekday, source and the like (or --strata) split a variant's visitors
into rows that are added up; lifts inside the groups, the likely cause of an uneven split and Simpson's paradox come
from them: a verdict that points the other way inside the groups is none. --guardrails names columns that count
other conversions of the same visitors, which must not fall; --metrics such that may decide as well. Dates in at
give the days left, and warnings about unfinished weeks and effects that fade.

Other column names are mapped, --map exposed=impressions,converted=clicks; test_id, headline, impressions,
clicks and a few more are known. A file with an error ends with code 2, the line, and what was expected there.
"""


def add(command: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    command.set_defaults(run=run)
    command.add_argument("file", metavar="FILE", help="file of counts, .csv or .csv.gz, or - for standard input")
    command.add_argument("--map", type=columns, default={}, metavar="ROLE=NAME[,...]", help="names of columns")
    command.add_argument("--control", default="", metavar="NAME", help="variant to compare with (default: the first)")
    _add_plan(command)
    command.add_argument("--metric", default="", help="what is counted, for the sentence: answered_call, order, ...")
    command.add_argument(
        "--repeated",
        choices=("auto", "refuse", "number", "sum"),
        default="auto",
        help="a variant that occurs twice in an experiment (auto: refuse, but number headlines)",
    )
    command.add_argument("--strata", type=listed, metavar="COLUMN[,...]", help="columns that are groups of visitors")
    command.add_argument(
        "--metrics", type=listed, default=[], metavar="COLUMN[,...]", help="further conversions that may decide"
    )
    command.add_argument(
        "--guardrails", type=listed, default=[], metavar="COLUMN[,...]", help="conversions that must not fall"
    )
    command.add_argument("--margin", type=probability, default=0.1, help="fall of a guardrail to accept (.1)")
    command.add_argument("--aa", action="store_true", help="the variants are the same: a difference is a fault")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentences (en)")
    command.add_argument("--json", action="store_true", help="one JSON object per experiment and line")
    command.add_argument(
        "--details",
        action=argparse.BooleanOptionalAction,
        help="a line for every comparison, with the Bayesian reading (default: for up to 20 experiments)",
    )
    command.add_argument(
        "--plot",
        metavar="FILE",
        help="also draw, as .svg or .png: the lifts and their ranges; of one experiment with looks, its course",
    )


def _add_plan(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--plan",
        choices=get_args(Kind),
        default="anytime",
        help="anytime (default): may be looked at as often as you like; group-sequential: planned visitors, looks "
        "on the way may decide; fixed: planned visitors, the last look is the only one",
    )
    command.add_argument(
        "--visitors",
        type=whole,
        metavar="N",
        help="planned visitors of an experiment, for group-sequential and fixed (default: those at the last look)",
    )
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument(
        "--lever",
        choices=tuple(LEVERS),
        help="what is changed: sets --lift (text .2, number .3, placement and channel .5) and how large true lifts "
        "are thought to be",
    )
    command.add_argument("--lift", type=positive, help="smallest lift worth finding (.3)")
    command.add_argument("--ended", action="store_true", help="no more visitors will come (implied by --plan fixed)")
    command.add_argument(
        "--spending",
        choices=get_args(Spending),
        default="kim-demets-2.5",
        help="for group-sequential: how early the test dares to decide",
    )
    command.add_argument(
        "--prior",
        type=beta,
        metavar="CONVERTED,OTHER",
        help="visitors that each variant is thought to have had before, for the Bayesian reading (1,1)",
    )
    command.add_argument(
        "--cost",
        type=probability,
        help="decide by your --prior: take a choice as soon as a mistake costs less than this part of the visitors on "
        "average (error rates are not promised then)",
    )


def run(options: argparse.Namespace) -> int:
    """Print a verdict for every experiment of the file, and the totals."""
    plan = plan_of(options)
    grouped = _load(options)
    with Progress("analysing") as progress:
        count = len(grouped.table.looks)
        terms = Terms(plan, options.visitors, options.margin, options.aa)
        found = outcomes(grouped, terms, lambda done: progress(done / count))
    if grouped.table.renamed:
        print(
            f"note: {grouped.table.renamed} variants share the name of another one of their experiment and were "
            "numbered",
            file=sys.stderr,
        )
    _draw(options, grouped, found, plan)
    if options.json:
        rows = (json.dumps(_as_json(each, options.lang), ensure_ascii=False) for each in found)
        sys.stdout.writelines(row + "\n" for row in rows)
        return 0
    details = len(found) <= 20 if options.details is None else options.details
    for each in found:
        lines = lines_of(each, options.lang, details=details, parts=bool(options.strata))
        sys.stdout.writelines(line + "\n" for line in lines)
    print("\n" + totals([each.report for each in found], plan))
    if options.aa:
        print(series_sentence(found, list(grouped.table.looks.values()), plan))
    return 0


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan that the arguments describe; what is changed sets the hoped lift and the prior unless they are given."""
    if options.cost is not None and options.prior is None:
        raise ValueError("--cost needs --prior: a cost decides by your own prior only")
    return Plan(
        options.plan,
        options.alpha,
        options.lift or LEVERS.get(options.lever, 0.3),
        final=options.ended or options.plan == "fixed",
        spending=options.spending,
        prior_sd=PRIOR_SD.get(options.lever, DEFAULT_SD),
        prior=options.prior or UNIFORM,
        cost=options.cost,
    )


def _load(options: argparse.Namespace) -> Grouped:
    wanted = Columns(
        options.strata,
        options.guardrails,
        options.metrics,
        options.map,
        options.control,
        options.repeated,
        options.metric,
    )
    with opened(options.file) as lines:
        return read_grouped(Rows(lines), wanted)


def _draw(options: argparse.Namespace, grouped: Grouped, found: Sequence[Outcome], plan: Plan) -> None:
    if options.plot and len(found) == 1 and len(grouped.table.looks[found[0].name]) > 1:
        decided = found[0].look if found[0].report.verdict.word in FINAL_WORDS else None
        over_time(options.plot, grouped.table, plan, options.lang, decided)
    elif options.plot:
        left = forest(options.plot, [(each.name, each.report) for each in found], plan.alpha, options.lang)
        if left:
            print(f"note: the plot shows the first comparisons, {left:,} more did not fit", file=sys.stderr)


def _as_json(each: Outcome, language: str) -> Mapping[str, Any]:
    report = each.report
    return {
        "experiment": each.name,
        **_verdict(report, language),
        "metric": report.metric,
        "basis": report.basis,
        "look": each.look + 1,
        "variants": [asdict(one) for one in report.variants],
        "comparisons": [asdict(one) for one in report.comparisons],
        "sample_ratio": asdict(report.sample_ratio),
        "warnings": [{"code": note.code, "sentence": note.sentence[language]} for note in report.notes],
        "guardrails": [asdict(one) for one in each.guarded],
        "segments": [asdict(one) for one in each.segments],
        "metrics": [
            {
                "metric": other.metric,
                **_verdict(other, language),
                "variants": [asdict(one) for one in other.variants],
                "comparisons": [asdict(one) for one in other.comparisons],
            }
            for other in each.others
        ],
    }


def _verdict(report: Report, language: str) -> dict[str, Any]:
    verdict = report.verdict
    return {"verdict": verdict.word, "variant": verdict.variant, "sentence": verdict.sentence[language]}
