"""How a command ends: 0, what it answers, or one clear line per problem and 2; nobody who types wants a traceback."""

import argparse
import sys
from importlib import import_module


class CannotRun(Exception):
    """The command cannot do what it was asked; the sentence says why and what to do."""


def run_command(args: argparse.Namespace) -> int:
    module, _, function = args.call.partition(":")
    try:
        code: int | None = getattr(import_module(f"widget_server.commands.{module}"), function)(args)
    except (KeyboardInterrupt, EOFError):
        return 130
    except Exception as error:
        from widget_server.commands.problems import problems_of  # knows the database and the web: not for every start

        problems = problems_of(error)
        if not problems:
            raise
        for problem in problems:
            print(f"widget-server: {problem}", file=sys.stderr)
        return 2
    return code or 0
