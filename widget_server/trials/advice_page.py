"""Advice on the words and numbers of variants while they are written, as sentences by field of the form."""

from typing import Any

from widget_server.sites.beauty import hidden_in
from widget_server.sites.model import Site
from widget_server.texts import text
from widget_server.trials.cta_advice import advise
from widget_server.trials.cta_words import Library
from widget_server.trials.model import Draft, Variant


def notes(draft: Draft, site: Site, library: Library, language: str) -> dict[str, list[str]]:
    """Return what to mend by the name of the field; a field that is fine is not there."""
    found: dict[str, list[str]] = {}
    for variant in draft.variants[1:]:
        found |= _of_words(variant, library, language) | _of_number(variant, site, language)
    return found


def _of_words(variant: Variant, library: Library, language: str) -> dict[str, list[str]]:
    found = {}
    for spoken, said in variant.settings.get("cta", {}).items():
        if spoken in library.phrases:
            for field, keys in advise(said["cta"], said["promise"], library.phrases[spoken]).items():
                sentences = [text(language, f"experiments.advice.{key}") for key in keys]
                found[f"variants.{variant.key}.cta.{spoken}.{field}"] = sentences
    return found


def _of_number(variant: Variant, site: Site, language: str) -> dict[str, list[str]]:
    lines = {number.id: number.text for number in (*site.numbers, *site.variant_numbers)}
    shown = lines.get(variant.settings.get("number", ""))
    hidden = [trait.shown for trait in hidden_in(shown)] if shown else []
    if not hidden:
        return {}
    said = text(language, "experiments.advice.hidden_beauty", digits=", ".join(hidden))
    return {f"variants.{variant.key}.number": [said]}


def patterns(library: Library, language: str) -> list[dict[str, Any]]:
    """Return the patterns as the form shows and fills them."""
    return [{"name": one.name[language], "words": one.words} for one in library.patterns]
