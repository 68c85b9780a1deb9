"""One posted form: every field is read, every error is kept, so that a person sees all of them at once."""

from collections.abc import Callable
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from widget_server.edge.answers import error_message
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.kernel.untrusted import clean_text

T = TypeVar("T")
D = TypeVar("D")


class Form:
    """Reads the fields of a page of ``room``; ``errors`` is what the page's macros show: field → sentence."""

    def __init__(self, values: MultiDict[str, str], language: str, room: str) -> None:
        self.values = values
        self.errors: dict[str, str] = {}
        self._language, self._room = language, room

    def take(self, read: Callable[[], T], instead: D) -> T | D:
        """Return what ``read`` returns; if the input is bad, keep the error and go on with ``instead``."""
        try:
            return read()
        except BadInput as error:
            self.add(error)
            return instead

    def text(self, field: str, *, most: int, least: int = 1) -> str:
        value = clean_text(self.values.get(field, ""))
        if len(value) < least:
            self.add(BadInput("field_empty", field=field))
        if len(value) > most:
            self.add(BadInput("field_too_long", field=field, most=most))
        return value

    def number(self, field: str) -> int:
        """Return a whole number, -1 where it is none (no rule of ours accepts that)."""
        raw = self.values.get(field, "").strip()
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 7 else -1

    def add(self, error: ProductError) -> None:
        self.errors.setdefault(error.field or "form", error_message(error, self._language, self._room))
