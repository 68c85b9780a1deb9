"""What the pages of invitations show."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal, format_percent

from widget_server.invitations.service import Outcome
from widget_server.sites.invitations import LONGEST_WORDS, Rule
from widget_server.sites.model import Site
from widget_server.texts import page_texts, text


def list_rows(site: Site, outcomes: Mapping[str, Outcome], language: str) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "words": said(rule, language),
            "when": when_sentence(rule, language),
            "leads": text(language, f"invitations.leads.{rule.leads}"),
            **_figures(outcomes.get(rule.id, Outcome()), language),
        }
        for rule in site.invitations.rules
    ]


def said(rule: Rule, language: str) -> str:
    """Return the words in the reader's language, else in one that there is."""
    return rule.words.get(language) or next((words for words in rule.words.values() if words), "")


def when_sentence(rule: Rule, language: str) -> str:
    """Say in one line when the invitation is due."""
    named = ("seconds", "scroll", "pages")
    figures = [(name, n) for name in named if (n := getattr(rule, name)) and not (name == "pages" and n == 1)]
    parts = [text(language, f"invitations.when.{name}", n=n) for name, n in figures]
    if rule.on_exit:
        parts.append(text(language, "invitations.when.exit"))
    if rule.paths:
        parts.append(", ".join(rule.paths))
    parts += [f"{name}: {', '.join(words)}" for name, words in (rule.source or {}).items()]
    parts += [
        text(language, f"invitations.when.{name}.{value}")
        for name in ("visitor", "hours")
        if (value := getattr(rule, name)) != "any"
    ]
    if rule.needs_people:
        parts.append(text(language, "invitations.when.online"))
    if rule.element:
        parts.append(text(language, "invitations.when.element", selector=rule.element))
    return " · ".join(parts)


def _figures(outcome: Outcome, language: str) -> dict[str, Any]:
    counts = {
        name: str(format_decimal(getattr(outcome, name), locale=language)) for name in ("shown", "taken", "closed")
    }
    shown = outcome.shown
    shares = {name: getattr(outcome, name) / shown if shown else None for name in ("taken", "closed")}
    return counts | {
        f"{name}_share": None if share is None else str(format_percent(min(share, 1), locale=language))
        for name, share in shares.items()
    }


def form_page(site: Site, rule: Rule, language: str) -> dict[str, Any]:
    """Return the choices of the form, and what its preview draws with."""
    answers = {
        "chat": text(language, "invitations.answer.chat"),
        "callback": text(language, "invitations.answer.callback"),
        "click_to_call": site.numbers[0].text if site.numbers else "",
    }
    return {
        "site": site,
        "rule": rule,
        "languages": [(one, text(language, f"invitations.field.{one}")) for one in site.languages],
        "leads": [(name, text(language, f"invitations.leads.{name}")) for name in site.channels],
        "visitors": [(name, text(language, f"invitations.visitor.{name}")) for name in ("any", "new", "returning")],
        "times": [(name, text(language, f"invitations.hours.{name}")) for name in ("any", "open", "closed")],
        "most": LONGEST_WORDS,
        "boot": {
            "accent": site.settings["accent"],
            "placement": site.settings["placement"],
            "answers": answers,
            "most": LONGEST_WORDS,
            "texts": page_texts(language, "invitations.script"),
        },
    }
