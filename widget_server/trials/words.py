"""Figures and moments as people read them."""

from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from babel.numbers import format_decimal

from experiments.wording import percent, span
from widget_server.sites.moments import moment
from widget_server.texts import text
from widget_server.trials.model import Draft
from widget_server.trials.planning import TrialPlan

__all__ = ["figure", "moment", "percent", "plan_words", "rate", "rate_span", "span", "zone_name"]


def figure(value: float, language: str) -> str:
    """Write a count with the language's thousands separator.

    >>> figure(21109, "en")
    '21,109'
    """
    return str(format_decimal(round(value), locale=language))


def rate(value: float, language: str) -> str:
    """Write the part of people who did something: two digits that count.

    >>> rate(0.0213, "ru"), rate(0.4, "en")
    ('2,1\u202f%', '40\u202f%')
    """
    return f"{_share(value, language)}\u202f%"


def rate_span(interval: tuple[float, float], language: str) -> str:
    """Write an interval of rates.

    >>> rate_span((0.0, 0.0142), "en")
    '0–1.4\u202f%'
    """
    return f"{_share(interval[0], language)}–{rate(interval[1], language)}"


def _share(value: float, language: str) -> str:
    digits = 0 if value >= 0.0995 or not value else 1 if value >= 0.00095 else 2
    return str(format_decimal(round(value * 100, digits), locale=language))


def zone_name(zone: ZoneInfo, language: str) -> str:
    """Name the place whose clock is meant.

    >>> zone_name(ZoneInfo("Europe/Moscow"), "ru")
    'Москва'
    """
    return str(get_timezone_location(zone, locale=language, return_city=True))


def plan_words(plan: TrialPlan, draft: Draft, language: str) -> dict[str, Any]:
    """Return the plan as sentences, the answer first."""
    weeks = draft.planned_days // 7
    lift = percent(draft.hoped_lift, language)
    if plan.missing:
        return {"answer": text(language, "experiments.plan.missing"), "more": [], "kind": "neutral", "missing": True}
    if plan.days_needed is None or plan.visitors is None:
        return {"answer": text(language, "experiments.plan.impossible"), "more": [], "kind": "warning"}
    need = {"days": days_text(plan.days_needed, language), "visitors": figure(plan.visitors, language), "lift": lift}
    answer = text(language, f"experiments.plan.{'too_long' if 'too_long' in plan.warnings else 'need'}", **need)
    more = [text(language, "experiments.plan.instead")] if "too_long" in plan.warnings else []
    if "underpowered" in plan.warnings:
        more.append(_short_words(plan, weeks, language))
    if plan.from_site:
        usual = {"daily": figure(plan.daily_visitors or 0, language), "rate": rate(plan.baseline or 0, language)}
        more.append(text(language, "experiments.plan.from_site", **usual))
    kind = "warning" if plan.warnings else "success"
    return {"answer": answer, "more": more, "kind": kind, "advised_weeks": plan.advised_days // 7}


def days_text(days: int, language: str) -> str:
    """Write a long time in whole weeks.

    >>> days_text(8, "en"), days_text(60, "ru")
    ('2 weeks', '9 недель')
    """
    return text(language, "experiments.weeks", n=ceil(days / 7))


def _short_words(plan: TrialPlan, weeks: int, language: str) -> str:
    time = text(language, "experiments.weeks", n=weeks)
    if plan.smallest_lift is None:
        return text(language, "experiments.plan.sees_nothing", time=time)
    return text(language, "experiments.plan.sees", time=time, lift=percent(plan.smallest_lift, language))
