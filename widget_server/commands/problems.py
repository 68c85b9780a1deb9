"""What went wrong in a command, in sentences for who typed it."""

from sqlalchemy.exc import ArgumentError, DBAPIError

from widget_server.commands.running import CannotRun
from widget_server.edge.answers import error_message
from widget_server.kernel.errors import ProductError
from widget_server.settings import BadSettings


def problems_of(error: Exception) -> tuple[str, ...]:
    """Return a line per problem; none for an error that nobody foresaw."""
    match error:
        case BadSettings():
            return tuple(error.problems)
        case ProductError():
            field = f"{error.field}: " if error.field else ""
            return (field + error_message(error, "en"),)
        case CannotRun():
            return (str(error),)
        case ArgumentError():
            return (f"database_url cannot be used: {error}",)
        case ModuleNotFoundError(name="psycopg"):
            return ("database_url needs the driver for PostgreSQL: pip install 'widget-server[postgres]'",)
        case DBAPIError():
            return (f"the database does not answer: {str(error.orig).strip().splitlines()[0]}",)
        case OSError():
            return (f"{error.filename or 'the system'}: {error.strerror or error}",)
    return ()
