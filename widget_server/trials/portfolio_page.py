"""The portfolio as a page: the answer first, a picture of what each brought, the figures beside it."""

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_decimal

from experiments.portfolio import Gain
from widget_server.sites.model import Site
from widget_server.texts import text
from widget_server.trials import words
from widget_server.trials.page import sentence
from widget_server.trials.portfolio import ENDS, Brought, Entry, Portfolio

KINDS = {"won": "success", "lost": "warning", "nothing": "neutral", "running": "accent", "broken": "danger"}
ORDER = {end: place for place, end in enumerate(("won", "lost", "nothing", "running", "stopped", "broken", "draft"))}


def portfolio_page(known: Portfolio, shown: list[Entry], sites: Mapping[str, Site], language: str) -> dict[str, Any]:
    return {
        "answer": _answer(known, language),
        "counts": [(end, text(language, f"portfolio.end.{end}"), known.count(end)) for end in ENDS[:4]],
        "brought": [_brought(one, language) for one in known.brought],
        "groups": _groups(shown, sites, language),
        "ends": [("", text(language, "portfolio.all_ends"))]
        + [(end, text(language, f"portfolio.end.{end}")) for end in ENDS],
    }


def _answer(known: Portfolio, language: str) -> str:
    """Say what is known of the metric that most tests were about."""
    if not known.brought:
        return text(language, "portfolio.answer.none")
    most = max(known.brought, key=lambda one: one.experiments)
    _, low, high = most.gain
    key = "more" if low > 0 else "less" if high < 0 else "unclear"
    what = text(language, f"experiments.metric.{most.metric}.name").lower()
    tests = text(language, "portfolio.tests", n=most.experiments)
    ends = {name: end.removeprefix("+") for name, end in _ends(most.gain, language).items()}
    shown = ends if key == "more" else _ends(most.gain, language)
    return text(language, f"portfolio.answer.{key}", tests=tests, what=what, **shown)


def _brought(one: Brought, language: str) -> dict[str, Any]:
    return {
        "what": text(language, f"experiments.metric.{one.metric}.name"),
        "tests": text(language, "portfolio.tests", n=one.experiments),
        **_ends(one.gain, language),
    }


def _groups(shown: list[Entry], sites: Mapping[str, Site], language: str) -> list[dict[str, Any]]:
    """Return the tests by metric: conversions of one kind share a scale, those of different kinds must not."""
    metrics = dict.fromkeys(entry.report.experiment.draft.metric for entry in shown)
    return [
        {
            "what": text(language, f"experiments.metric.{metric}.name"),
            "rows": _rows([one for one in shown if one.report.experiment.draft.metric == metric], sites, language),
        }
        for metric in metrics
    ]


def _rows(entries: list[Entry], sites: Mapping[str, Site], language: str) -> list[dict[str, Any]]:
    ends = [end for one in entries if one.gain is not None for end in one.gain] or [0.0]
    low, high = min(0.0, *ends), max(0.0, *ends, 1e-9)
    ordered = sorted(entries, key=lambda one: (ORDER[one.end], -(one.gain or (0.0,))[0]))
    return [_row(one, sites, (low, high), language) for one in ordered]


def _row(one: Entry, sites: Mapping[str, Site], scale: tuple[float, float], language: str) -> dict[str, Any]:
    experiment, low, width = one.report.experiment, scale[0], scale[1] - scale[0]
    places = None if one.gain is None else [round(2 + 96 * (end - low) / width, 2) for end in (*one.gain, 0.0)]
    return {
        "id": experiment.id,
        "name": experiment.name,
        "site": sites[experiment.site_id].name,
        "end": text(language, f"portfolio.end.{one.end}"),
        "kind": KINDS.get(one.end, "neutral"),
        "sentence": sentence(one.report, language),
        "exposed": words.figure(one.report.exposed, language),
        "gain": None if one.gain is None else _ends(one.gain, language),
        "places": places,
        "likely": None if one.likely_lift is None else words.percent(one.likely_lift, language, signed=True),
    }


def _ends(gain: Gain, language: str) -> dict[str, str]:
    return {name: signed(value, language) for name, value in zip(("gain", "low", "high"), gain, strict=True)}


def signed(value: float, language: str) -> str:
    """Write a count with its sign.

    >>> signed(1234.4, "en"), signed(-3.2, "ru"), signed(0.2, "en")
    ('+1,234', '−3', '0')
    """
    whole = round(value)
    figure = format_decimal(abs(whole), locale=language)
    return f"+{figure}" if whole > 0 else f"−{figure}" if whole < 0 else "0"
