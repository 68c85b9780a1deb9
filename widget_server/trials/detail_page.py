"""What lies behind a verdict as pictures with their tables. Places are percent of the width or height."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from babel.dates import format_date, get_day_names

from experiments.model import OpenInterval
from widget_server.sites.model import Site
from widget_server.texts import text
from widget_server.trials import words
from widget_server.trials.analysis import Cells, letter
from widget_server.trials.detail import REST, Detail, Disagreement, Group, Look, Measured
from widget_server.trials.model import Experiment
from widget_server.trials.people import HOURS_TOGETHER, UNTOLD

WIDEST = 2.0  # a lift of +200 % is as far as a picture goes
STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
LABELS = 4  # as many dates as have room on a phone


@dataclass(frozen=True)
class Scale:
    """From a loss of ``low`` to a gain of ``high``; what goes beyond is cut."""

    low: float
    high: float

    def place(self, lift: float) -> float:
        inside = min(max(lift, self.low), self.high)
        return round((inside - self.low) / (self.high - self.low) * 100, 2)

    def bar(self, lift: float | None, interval: OpenInterval) -> dict[str, Any]:
        low, high = interval
        start, end = self.place(low), self.place(self.high if high is None else high)
        sure = low > 0 or (high is not None and high < 0)
        return {"start": start, "end": end, "dot": None if lift is None else self.place(lift), "is_sure": sure}

    def ticks(self, language: str) -> list[tuple[float, str]]:
        shown = (max(self.low, -1.0), 0.0, self.high)
        return [(self.place(at), words.percent(at, language, signed=True) if at else "0") for at in shown]


def fit(intervals: Iterable[OpenInterval], hoped: float) -> Scale:
    """Return a scale, as wide to both sides, that holds the intervals and the lift that was hoped for.

    >>> fit([(-0.1, 0.3)], 0.2), fit([(-0.9, None)], 0.2)
    (Scale(low=-0.5, high=0.5), Scale(low=-1.0, high=1.0))
    """
    ends = [abs(end) for low, high in intervals for end in (low, low if high is None else high)]
    widest = min(max([hoped, *ends]), WIDEST)
    reach = next(step for step in STEPS if step >= widest)
    return Scale(-min(reach, 1.0), reach)


def detail_page(detail: Detail, experiment: Experiment, site: Site, language: str) -> dict[str, Any]:
    """Return the words and places of everything behind the verdict."""
    return {
        "over_time": _over_time(detail.looks, experiment, site, language),
        "measured": _measured(detail.metrics, experiment, language),
        "groups": [_dimension(name, groups, experiment, language) for name, groups in detail.groups.items()],
        "notes": [note.sentence[language] for note in detail.notes],
        "disagreements": [_disagreement(one, language) for one in detail.disagreements],
    }


def _over_time(looks: Sequence[Look], experiment: Experiment, site: Site, language: str) -> list[dict[str, Any]]:
    """Return one picture per variant: the interval of its lift at the end of each day."""
    pictures = []
    for index, variant in enumerate(experiment.variants[1:]):
        own = [(look, look.comparisons[index]) for look in looks]
        scale = fit((one.decisive_interval for _, one in own[len(own) // 3 :]), experiment.draft.hoped_lift)
        every = ceil(len(own) / LABELS) or 1
        bars = [
            {
                **scale.bar(one.lift, one.decisive_interval),
                "x": round((n + 0.5) / len(own) * 100, 2),
                "day": format_date(look.at.astimezone(site.zone), "d MMM", locale=language),
                "is_labelled": (len(own) - 1 - n) % every == 0,
                "cells": _cells(look.cells, experiment, language),
                "lift": _lift(one.lift, one.decisive_interval, language),
            }
            for n, (look, one) in enumerate(own)
        ]
        if bars:
            pictures.append(
                {"letter": letter(variant.key), "bars": bars, "ticks": scale.ticks(language), "zero": scale.place(0)}
            )
    return pictures


def _measured(metrics: Sequence[Measured], experiment: Experiment, language: str) -> dict[str, Any]:
    scale = fit((c.decisive_interval for one in metrics for c in one.comparisons), experiment.draft.hoped_lift)
    rows = [
        {
            "metric": one.metric,
            "name": text(language, f"experiments.metric.{one.metric}.name"),
            "is_main": one.metric == experiment.draft.metric,
            "letter": comparison.variant,
            "lift": _lift(comparison.lift, comparison.decisive_interval, language),
            **scale.bar(comparison.lift, comparison.decisive_interval),
        }
        for one in metrics
        for comparison in one.comparisons
    ]
    return {"rows": rows, "ticks": scale.ticks(language), "zero": scale.place(0)}


def _dimension(name: str, groups: Sequence[Group], experiment: Experiment, language: str) -> dict[str, Any]:
    parts = [part for group in groups for _, part in group.parts]
    scale = fit((part.lift_interval for part in parts), experiment.draft.hoped_lift)
    rows = []
    for group in groups:
        bars = [
            {
                "letter": variant,
                "lift": _lift(part.lift, part.lift_interval, language),
                **scale.bar(part.lift, part.lift_interval),
            }
            for variant, part in group.parts
        ]
        rows.append(
            {
                "name": group_name(name, group.key, language),
                "cells": _cells(group.cells, experiment, language),
                "bars": bars,
            }
        )
    title = text(language, f"experiments.by.{name}")
    return {"name": name, "title": title, "rows": rows, "ticks": scale.ticks(language), "zero": scale.place(0)}


def group_name(dimension: str, key: str, language: str) -> str:
    """Return how a group is called.

    >>> group_name("hour", "9", "en"), group_name("weekday", "0", "en"), group_name("source", "ya.ru", "en")
    ('9–12', 'Monday', 'ya.ru')
    """
    if key == REST:
        return text(language, "experiments.by.rest")
    if dimension == "weekday" and key:
        return str(get_day_names("wide", context="stand-alone", locale=language)[int(key)]).capitalize()
    if dimension == "hour" and key:
        return f"{key}–{int(key) + HOURS_TOGETHER}"
    if dimension == "device" and key:
        return text(language, f"experiments.device.{key}")
    if dimension == "source" and not key:
        return text(language, "experiments.by.no_source")
    return key.removeprefix(UNTOLD) or text(language, "experiments.by.no_group")


def _cells(cells: Cells, experiment: Experiment, language: str) -> list[tuple[str, str]]:
    """Return (letter, "converted of exposed")."""
    return [
        (letter(variant.key), _of(cells[variant.key][1], cells[variant.key][0], language))
        for variant in experiment.variants
    ]


def _of(did: int, seen: int, language: str) -> str:
    did_words, seen_words = words.figure(did, language), words.figure(seen, language)
    return text(language, "experiments.report.of", did=did_words, seen=seen_words)


def _lift(lift: float | None, interval: OpenInterval, language: str) -> Mapping[str, str | None]:
    known = None if lift is None else words.percent(lift, language, signed=True)
    return {"value": known, "interval": words.span(interval, language, signed=True)}


def _disagreement(one: Disagreement, language: str) -> str:
    names = [text(language, f"experiments.metric.{m.metric}.name").lower() for m in (one.surely, one.other)]
    found = [next(c for c in m.comparisons if c.variant == one.variant) for m in (one.surely, one.other)]
    spans = [words.span(c.decisive_interval, language, signed=True) for c in found]
    return text(
        language,
        "experiments.report.disagree",
        letter=one.variant,
        surely=names[0],
        surely_span=spans[0],
        other=names[1],
        other_span=spans[1],
    )
