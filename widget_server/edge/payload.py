"""Reading what came from outside: strict types, lengths, one clear error per field."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import request

from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import is_id
from widget_server.kernel.untrusted import clean_text


def json_body() -> dict[str, Any]:
    """Return the request's JSON object.

    Raises
    ------
    BadInput
        ``bad_json`` if the body is not a JSON object.
    """
    try:
        return json_object(request.get_json(force=True, silent=True))
    except RecursionError:
        raise BadInput("bad_json") from None


def json_object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadInput("bad_json")
    return value


def read_text(body: Mapping[str, Any], field: str, *, most: int, least: int = 1) -> str:
    """Return ``body[field]`` without outer white space, NUL and lone surrogates; its length is checked, never cut."""
    value = body.get(field)
    if not isinstance(value, str):
        raise BadInput("bad_field", field=field, expected="text")
    clean = clean_text(value)
    if len(clean) < least:
        raise BadInput("field_empty", field=field)
    if len(clean) > most:
        raise BadInput("field_too_long", field=field, most=most)
    return clean


def read_id(body: Mapping[str, Any], field: str) -> str:
    value = body.get(field)
    if not is_id(value):
        raise BadInput("bad_field", field=field, expected="an id of 26 letters")
    return str(value)


def read_number(body: Mapping[str, Any], field: str, *, least: int = 0, most: int = 2**31 - 1) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadInput("bad_field", field=field, expected=f"a whole number, {least} to {most}")
    return value


def read_flag(body: Mapping[str, Any], field: str) -> bool:
    value = body.get(field)
    if not isinstance(value, bool):
        raise BadInput("bad_field", field=field, expected="true or false")
    return value


def read_moment(body: Mapping[str, Any], field: str) -> datetime | None:
    """Return an aware moment, None where the field is absent or null."""
    value = body.get(field)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
        known_zone, moment = at.tzinfo is not None, at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadInput("bad_field", field=field, expected="a time like 2026-11-22T10:00:00Z") from None
    if not known_zone:
        raise BadInput("bad_field", field=field, expected="a time with its zone, like 2026-11-22T10:00:00Z")
    return moment


def query_number(field: str, *, default: int = 0, most: int = 2**31 - 1) -> int:
    """Return a whole number of the query string."""
    raw = request.args.get(field, str(default))
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 10 and int(raw) <= most):
        raise BadInput("bad_field", field=field, expected=f"a whole number, 0 to {most}")
    return int(raw)
