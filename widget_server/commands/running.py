"""How a command ends: 0, what it answers, or one clear line per problem and 2; nobody who types wants a traceback."""

import argparse
import sys
from importlib import import_module

from sqlalchemy.exc import ArgumentError, DBAPIError

from widget_server.edge.answers import error_message
from widget_server.kernel.errors import ProductError
from widget_server.settings import BadSettings


class CannotRun(Exception):
    """The command cannot do what it was asked; the sentence says why and what to do."""


def run_command(args: argparse.Namespace) -> int:
    module, _, function = args.call.partition(":")
    try:
        code: int | None = getattr(import_module(f"widget_server.commands.{module}"), function)(args)
    except BadSettings as error:
        return _say(*error.problems)
    except ProductError as error:
        field = f"{error.field}: " if error.field else ""
        return _say(field + error_message(error, "en"))
    except CannotRun as error:
        return _say(str(error))
    except ArgumentError as error:
        return _say(f"database_url cannot be used: {error}")
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        return _say("database_url needs the driver for PostgreSQL: pip install 'widget-server[postgres]'")
    except DBAPIError as error:
        return _say(f"the database does not answer: {str(error.orig).strip().splitlines()[0]}")
    except OSError as error:
        return _say(f"{error.filename or 'the system'}: {error.strerror or error}")
    except (KeyboardInterrupt, EOFError):
        return 130
    return code or 0


def _say(*problems: str) -> int:
    for problem in problems:
        print(f"widget-server: {problem}", file=sys.stderr)
    return 2
