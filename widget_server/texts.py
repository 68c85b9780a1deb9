"""All words that people read, by key, in Russian and English (``config/texts/<room>.<language>.toml``)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from widget_server.assets import CONFIG

LANGUAGES = ("ru", "en")


class UnknownText(LookupError):
    """A key that no catalogue holds: a mistake of ours, found by tests."""


def text(language: str, key: str, **args: Any) -> str:
    """Return the sentence behind ``key``.

    A table of plural forms is chosen by ``n`` after the rules of CLDR.

    Raises
    ------
    UnknownText
        If the catalogue of ``language`` has no such key.
    """
    found = catalogue(language).get(key)
    if found is None:
        raise UnknownText(f"{language}: {key}")
    if isinstance(found, dict):
        form = Locale.parse(language).plural_form(args["n"])
        found = found.get(form, found["other"])
    return found.format(**args) if args else found


def page_texts(language: str, prefix: str) -> dict[str, str | dict[str, str]]:
    """Return all sentences under ``prefix`` for a page's script."""
    return {key: value for key, value in catalogue(language).items() if key.startswith(prefix + ".")}


@cache
def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """Return key → sentence, or key → {plural form: sentence}."""
    flat: dict[str, str | dict[str, str]] = {}
    for path in sorted((CONFIG / "texts").glob(f"*.{language}.toml")):
        _flatten(path.name.split(".")[0], _read(path), flat)
    return flat


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _flatten(prefix: str, table: dict[str, Any], flat: dict[str, str | dict[str, str]]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict) and "other" not in value:
            _flatten(key, value, flat)
        else:
            flat[key] = value
