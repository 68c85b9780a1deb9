"""How words on a button are judged, and patterns to begin with: ``config/cta.toml`` or a file like it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from widget_server.assets import CONFIG
from widget_server.texts import LANGUAGES

LISTS = ("templates", "benefit", "after")


@dataclass(frozen=True)
class Phrases:
    """Of one language: whole ``templates``; how words begin that name a ``benefit`` or what is ``after`` the tap."""

    templates: frozenset[str]
    benefit: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Pattern:
    """Words to begin with; ``name`` and ``words`` by language."""

    name: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Library:
    phrases: Mapping[str, Phrases]
    patterns: tuple[Pattern, ...]


@cache
def load_library(path: str = "") -> Library:
    """Read the file; what it leaves out of the lists is taken from ours.

    Raises
    ------
    OSError, ValueError
        If it cannot be read; ``widget-server check-config`` finds that before a marketer does.
    """
    own = _read(Path(path)) if path else {}
    whole = _read(CONFIG / "cta.toml")
    phrases = {language: _phrases(whole[language] | own.get(language, {})) for language in LANGUAGES}
    found = own.get("patterns", whole["patterns"])
    return Library(phrases, tuple(Pattern(one["name"], {lang: one[lang] for lang in LANGUAGES}) for one in found))


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _phrases(said: Mapping[str, Any]) -> Phrases:
    templates, benefit, after = (tuple(str(one).lower() for one in said[name]) for name in LISTS)
    return Phrases(frozenset(templates), benefit, after)
