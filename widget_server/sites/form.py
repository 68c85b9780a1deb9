"""One posted form: every field is read, every error is kept, so that a person sees all of them at once."""

from collections.abc import Callable
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from widget_server.kernel.errors import BadInput, ProductError
from widget_server.kernel.untrusted import clean_text
from widget_server.texts import catalogue, text

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
        field = error.field or "form"
        words = text(self._language, f"errors.{error.code}", **{"field": self.label(field), **error.args_for_text})
        self.errors.setdefault(field, words)

    def label(self, field: str) -> str:
        """Return the field's name as the page says it; ``text_chat_ru_cta`` is named by its last word."""
        known = catalogue(self._language)
        for key in (f"{self._room}.field.{field}", f"{self._room}.field.{field.rpartition('_')[2]}"):
            if isinstance(found := known.get(key), str):
                return found
        return field
