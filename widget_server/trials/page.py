"""What the pages of experiments show: reports and forms turned into words, figures and choices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from widget_server.sites.model import PLACEMENTS, Site
from widget_server.texts import page_texts, text
from widget_server.trials import crossed, rules
from widget_server.trials.model import (
    CTA_LENGTH,
    HOPED_LIFT,
    KEYS,
    LEVERS,
    METRICS,
    NO_INVITATION,
    PROMISE_LENGTH,
    Draft,
    Experiment,
)
from widget_server.trials.number_test import number_test
from widget_server.trials.report import TrialReport
from widget_server.trials.words import figure

KINDS = {"draft": "neutral", "running": "accent", "ended": "success", "stopped": "neutral"}
ON_PAGE = 25
WEEKS = (1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 26)


@dataclass(frozen=True)
class Pages:
    """Where a page of a list stands among the others."""

    number: int
    count: int


def leaf(found: Sequence[Experiment], asked: str) -> tuple[Sequence[Experiment], Pages]:
    """Return a page of the list, running ones and drafts first; only these are counted.

    >>> leaf((), "x")[1]
    Pages(number=1, count=1)
    """
    place = {"running": 0, "paused": 0, "draft": 1, "stopped": 2}
    ordered = sorted(found, key=lambda one: place[one.state])
    count = max(1, -(-len(ordered) // ON_PAGE))
    number = min(max(int(asked), 1), count) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return ordered[(number - 1) * ON_PAGE : number * ON_PAGE], Pages(number, count)


def list_rows(reports: Iterable[TrialReport], sites: Mapping[str, Site], language: str) -> list[dict[str, Any]]:
    """Return the rows of the list: running first, then drafts, then what is over."""
    order = {"running": 0, "draft": 1, "ended": 2, "stopped": 2}
    return [
        {
            "report": report,
            "site": sites[report.experiment.site_id].name,
            "state": text(language, f"experiments.phase.{state_of(report)}"),
            "kind": "danger" if report.verdict == "broken" else KINDS[report.phase],
            "sentence": sentence(report, language),
            "exposed": figure(report.exposed, language),
            "converted": figure(report.converted, language),
            "left": text(language, "experiments.days", n=report.days_left) if report.phase == "running" else None,
        }
        for report in sorted(reports, key=lambda report: order[report.phase])
    ]


def state_of(report: TrialReport) -> str:
    """Return the word on the badge: a running experiment may be paused."""
    return "paused" if report.phase == "running" and report.experiment.state == "paused" else report.phase


def sentence(report: TrialReport, language: str) -> str:
    """Return the verdict as a sentence."""
    if report.sentence is not None:
        return report.sentence[language]
    days = text(language, "experiments.days", n=report.days_left)
    return text(language, f"experiments.verdict.{report.verdict}", days=days)


def variant_names(language: str) -> list[str]:
    return [text(language, "experiments.variant.now"), text(language, "experiments.variant.new")]


def check_plannable(draft: Draft) -> None:
    """Check what a plan needs of a draft that is still being written."""
    rules.check_draft(replace(draft, name=draft.name[:80] or "-", levers=draft.levers or LEVERS[:1]))


def form_page(
    site: Site, sites: Sequence[Site], values: Mapping[str, str], levers: Sequence[str], language: str
) -> dict[str, Any]:
    """Return all that the form needs: choices with their words, what is filled in, what the preview draws with."""
    lifts = {lever: round(HOPED_LIFT[lever] * 100) for lever in LEVERS}
    open_keys = [key for key in KEYS if f"variants.{key}.name" in values]
    return {
        "site": site,
        "own_sites": [(own.id, own.name) for own in sites],
        "values": values,
        "chosen": list(levers),
        "keys": KEYS,
        "open_keys": open_keys,
        "levers": [(lever, *_pair(language, f"lever.{lever}")) for lever in LEVERS],
        "metrics": [(metric, *_pair(language, f"metric.{metric}")) for metric in METRICS],
        "numbers": [(number.id, _number_name(number.text, number.kind, language)) for number in site.numbers],
        "lines": [
            (number.id, text(language, "experiments.number.line", number=number.text))
            for number in site.variant_numbers
        ],
        "placements": [(name, text(language, f"experiments.placement.{name}")) for name in PLACEMENTS],
        "invitations": _invitations(site, language),
        "accent": site.settings["accent"],
        "channels": [(name, text(language, f"experiments.channel.{name}")) for name in site.channels],
        "weeks": [(str(n), text(language, "experiments.weeks", n=n)) for n in WEEKS],
        "most": {"cta": CTA_LENGTH, "promise": PROMISE_LENGTH},
        "boot": preview_boot(site, language) | {"lifts": lifts},
    }


def preview_boot(site: Site, language: str) -> dict[str, Any]:
    """Return what the drawing of a launcher needs to know of the site."""
    return {
        "site": {
            "id": site.id,
            "settings": dict(site.settings),
            "texts": site.texts,
            "numbers": [{"id": one.id, "text": one.text} for one in (*site.numbers, *site.variant_numbers)],
            "languages": list(site.languages),
            "language": language if language in site.languages else site.languages[0],
            "invitations": [rule.view() for rule in site.invitations.rules],
            "invited": site.invitations.shown(),
        },
        "texts": page_texts(language, "experiments.script"),
    }


def preview_page(site: Site, language: str) -> dict[str, Any]:
    """Return what the page of one preview needs: how to draw the real widget as a variant that is only thought of."""
    numbers = [{"id": one.id, "tel": one.e164, "text": one.text} for one in (*site.numbers, *site.variant_numbers)]
    rules = {rule.id: rule.view() for rule in site.invitations.rules}
    return {
        "site": site,
        "language": language if language in site.languages else site.languages[0],
        "boot": {"site": site.key, "numbers": numbers, "invitations": rules},
    }


def crossed_name(language: str) -> Callable[[str], str]:
    """Return how the variants are called in which one lever alone is changed."""

    def name(lever: str) -> str:
        lever = text(language, f"experiments.lever.{lever}.name").lower()
        return text(language, "experiments.crossed.only", lever=lever)

    return name


def add_crossed(words: dict[str, Any], draft: Draft, language: str) -> dict[str, Any]:
    """Say in a plan why two changes at once take no longer."""
    if not crossed.levels(draft):
        return words
    return {**words, "more": [text(language, "experiments.crossed.plan"), *words["more"]]}


def add_number_test(words: dict[str, Any], draft: Draft, site: Site, language: str) -> dict[str, Any]:
    """Say in a plan what a test of numbers can tell."""
    kind = number_test(draft, site)
    if kind is None:
        return words
    warns = {"kind": "warning"} if kind == "untracked" else {}
    return {**words, **warns, "more": [*words["more"], text(language, f"experiments.number_test.{kind}.hint")]}


def _pair(language: str, key: str) -> tuple[str, str]:
    return text(language, f"experiments.{key}.name"), text(language, f"experiments.{key}.hint")


def _invitations(site: Site, language: str) -> list[tuple[str, str]]:
    rules = [(rule.id, rule.title) for rule in site.invitations.rules]
    return [(NO_INVITATION, text(language, "experiments.invitation.none")), *rules]


def _number_name(shown: str, kind: str, language: str) -> str:
    return shown if kind == "ordinary" else f"{shown} · {text(language, f'experiments.number.{kind}')}"
