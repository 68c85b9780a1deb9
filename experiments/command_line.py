"""The command line: what it offers and how its arguments are read."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import get_args

from experiments import command_analyse, command_bandit, command_calibrate, command_health, command_means, command_plan
from experiments.command_arguments import columns, fraction, listed, positive, probability, shares, weights, whole
from experiments.model import Kind
from experiments.planning import LEVERS

DESCRIPTION = """\
Statistics of A/B tests for small sites: verdicts that can be looked at every hour.

  analyse   a verdict for every experiment of a file of counts
  plan      visitors and days that a test takes, before it starts
  peek      what watching a test daily would do on your traffic
  assign    which variant a visitor gets, by the same hash as in the browser
  health    whether single exposures split as planned, and who saw two variants
  factorial several factors tested at once, with their interactions
  means     calls, talk time or order value per visitor, and ratios
  bandit    shares for the next period, and a verdict that minds that they moved
  calibrate whether the promised error rates are kept, counted on simulated sites
"""
HEALTH = """\
Can the exposures of FILE be trusted? Ends with code 1 when visitors of some experiment did not split as planned.

FILE has one line per exposure, in the order of time: experiment,unit,variant[,bot][,device,browser,day,...]
Exposures with bot 1 or true are counted and left out. A visitor counts once, with the first variant.
"""
FACTORIAL = """\
A verdict for every factor of a crossed design, from all its visitors.

FILE has one line per combination: [experiment,]FACTOR,FACTOR,...,exposed,converted[,share]
Every combination occurs once; the first level of a factor is what it is compared with.
"""


def parser() -> argparse.ArgumentParser:
    """Describe all commands and their arguments."""
    raw = argparse.RawDescriptionHelpFormatter
    top = argparse.ArgumentParser(prog="python -m experiments", description=DESCRIPTION, formatter_class=raw)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    command_analyse.add(commands.add_parser("analyse", description=command_analyse.DESCRIPTION, formatter_class=raw))
    _add_plan(commands.add_parser("plan", description="Visitors and days that a test takes, before it starts."))
    _add_peek(commands.add_parser("peek", description="What watching a test of two identical variants daily would do."))
    _add_health(commands.add_parser("health", description=HEALTH, formatter_class=raw))
    _add_factorial(commands.add_parser("factorial", description=FACTORIAL, formatter_class=raw))
    command_means.add(commands.add_parser("means", description=command_means.DESCRIPTION, formatter_class=raw))
    command_bandit.add(commands.add_parser("bandit", description=command_bandit.DESCRIPTION, formatter_class=raw))
    _add_assign(
        commands.add_parser("assign", description="Which variant each UNIT (a visitor's id) gets; -1: not in the test.")
    )
    check = commands.add_parser("calibrate", description="Count on simulated sites whether the promises are kept.")
    check.set_defaults(run=command_calibrate.run)
    check.add_argument("--quick", action="store_true", help="a tenth of the simulations, seconds instead of a minute")
    check.add_argument("--seed", type=int, default=1, help="the same seed gives the same figures (1)")
    check.add_argument("--json", action="store_true", help="one JSON object per figure and line")
    return top


def _add_health(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=command_health.run_health)
    command.add_argument("file", metavar="FILE", help="file of exposures, .csv or .csv.gz, or - for standard input")
    command.add_argument("--shares", type=shares, metavar="VARIANT=SHARE[,...]", help="planned shares (equal)")
    command.add_argument(
        "--dimensions", type=listed, metavar="COLUMN[,...]", help="where to look for causes (all other columns)"
    )
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the warnings (en)")
    command.add_argument("--json", action="store_true", help="one JSON object per experiment and line")


def _add_factorial(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=command_health.run_factorial)
    command.add_argument("file", metavar="FILE", help="file of counts, .csv or .csv.gz, or - for standard input")
    command.add_argument("--factors", type=listed, required=True, metavar="COLUMN,COLUMN[,...]", help="the factors")
    command.add_argument("--map", type=columns, default={}, metavar="ROLE=NAME[,...]", help="names of columns")
    command.add_argument("--plan", choices=("anytime", "fixed"), default="anytime", help="when it may be decided")
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument("--lift", type=positive, default=0.3, help="smallest lift worth finding (.3)")
    command.add_argument("--ended", action="store_true", help="no more visitors will come (implied by --plan fixed)")
    command.add_argument("--metric", default="", help="what is counted, for the sentence: answered_call, order, ...")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentences (en)")
    command.add_argument("--json", action="store_true", help="one JSON object per experiment and line")


def _add_plan(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=command_plan.run_plan)
    command.add_argument("--baseline", type=probability, required=True, help="conversion rate now: 0.02 or 2%%")
    command.add_argument("--lift", type=positive, help="lift hoped for: 0.2 or 20%%")
    command.add_argument(
        "--lever",
        choices=tuple(LEVERS),
        help="what is changed, in place of a lift: text (20%%), number (30%%), placement or channel (50%%)",
    )
    command.add_argument("--daily", type=positive, help="visitors a day who see the widget")
    command.add_argument("--arms", type=int, default=2, help="variants, with the control (2)")
    command.add_argument(
        "--plan", choices=get_args(Kind), default="anytime", help="when the test may be decided (anytime)"
    )
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument("--power", type=probability, default=0.8, help="wanted chance of finding the lift (.8)")
    command.add_argument("--days-limit", type=int, default=56, help="longest test that makes sense, days (56)")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentence (en)")
    command.add_argument("--json", action="store_true", help="one JSON object")


def _add_peek(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=command_plan.run_peek)
    command.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="the site's own days: counts as analyse reads them, one experiment, with a column at; or instead:",
    )
    command.add_argument("--baseline", type=probability, help="conversion rate now: 0.02 or 2%%")
    command.add_argument("--daily", type=whole, help="visitors a day who see the widget")
    command.add_argument("--days", type=whole, default=28, help="days of the test (28)")
    command.add_argument("--alpha", type=probability, default=0.05, help="accepted risk of a wrong verdict (.05)")
    command.add_argument("--lift", type=positive, default=0.3, help="lift that the plan hopes for (.3)")
    command.add_argument("--lang", choices=("en", "ru"), default="en", help="language of the sentence (en)")
    command.add_argument("--json", action="store_true", help="one JSON object")


def _add_assign(command: argparse.ArgumentParser) -> None:
    command.set_defaults(run=command_plan.run_assign)
    command.add_argument("--experiment", required=True, metavar="KEY", help="key of the experiment, the hash's seed")
    command.add_argument("--weights", type=weights, required=True, help="planned shares, control first: 0.5,0.5")
    command.add_argument("--coverage", type=fraction, default=1.0, help="part of the visitors who take part (1)")
    command.add_argument("--json", action="store_true", help="one JSON object per unit and line")
    command.add_argument("unit", nargs="+", metavar="UNIT", help="a visitor's id")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when it worked, 2 when its input was bad."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, ValueError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    return code
