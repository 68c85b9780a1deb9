"""The rows of my day, of the control and of the week, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from widget_server.chat.model import Conversation
from widget_server.funnel.desk import PlanAndFact, judge
from widget_server.funnel.money import money
from widget_server.funnel.page import ago
from widget_server.funnel.plan import Figure, Line, Need
from widget_server.funnel.stage_model import INDICATORS, Benchmarks
from widget_server.funnel.weekly import Group, Week
from widget_server.funnel.words import stage_name
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.texts import text
from widget_server.trials.words import figure, rate, rate_span
from widget_server.visitors.model import label

JUDGED = {"good": "success", "low": "danger", "early": "neutral"}


def control_view(known: PlanAndFact, names: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return the answer in a sentence, the team's figures, a row per person for today and the week."""
    team = known.today[0]
    behind = [name for line in known.today[1:] if line.behind and (name := names.get(line.operator_id))]
    key = "no_plan" if not known.goals else "behind" if behind else "on_plan"
    return {
        "answer": text(language, f"funnel.control.{key}", names=", ".join(behind)),
        "answer_kind": {"no_plan": "neutral", "behind": "warning", "on_plan": "success"}[key],
        "team": [_stat(name, team.figures[name], language) for name in INDICATORS],
        "today": [_line(line, names, known.benchmarks, language) for line in known.today],
        "week": [_line(line, names, known.benchmarks, language) for line in known.week],
        "indicators": [(name, text(language, f"funnel.indicator.{name}")) for name in INDICATORS],
        "benchmark": text(language, "funnel.control.benchmark", **_marks(known.benchmarks, language)),
    }


def person_view(known: PlanAndFact, operator_id: str, language: str) -> dict[str, Any]:
    own = next(line for line in known.today if line.operator_id == operator_id)
    return {
        "figures": [_stat(name, own.figures[name], language) for name in INDICATORS],
        "talk": ago_or_zero(own.talk, language),
        "has_plan": any(one.plan is not None for one in own.figures.values()),
    }


def need_row(need: Need, language: str) -> dict[str, Any]:
    low, high = figure(need.low, language), None if need.high is None else figure(need.high, language)
    return {
        "name": stage_name(need.stage, language),
        "held": figure(need.held, language),
        "need": figure(need.need, language),
        "range": None if need.by_norm else f"{low}–{high}" if high else text(language, "funnel.need.from", n=low),
        "missing": figure(need.missing, language) if need.missing else None,
        "basis": text(language, "funnel.need.norm" if need.by_norm else "funnel.need.seen"),
    }


def week_view(week: Week, marks: Benchmarks, language: str) -> dict[str, Any]:
    bought, total = week.total.bought, week.total.bought.of
    share = None if bought.rate is None else rate(bought.rate, language)
    key = "none" if not total else "some"
    most = max((one.bought.of for one in week.channels), default=0)
    least = {"warm": marks.warm_least, "cold": marks.cold_least}
    norms = {"warm": (marks.warm_least, marks.warm_most), "cold": (marks.cold_least, marks.cold_most)}
    return {
        "answer": text(language, f"funnel.week.answer_{key}", n=total, bought=bought.hits, share=share or ""),
        "leads": figure(total, language),
        "before_leads": figure(week.total.before, language),
        "share": share,
        "share_range": rate_span(bought.interval, language) if total else None,
        "paid": figure(week.orders, language),
        "money": [money(amount, currency, language) for currency, amount in week.money.items()],
        "channels": [_group(one, f"origin.{one.name}", language, most) for one in week.channels],
        "warmths": [
            _group(one, f"warmth.{one.name}", language, most)
            | _judgement(one, least[one.name], language)
            | {"norm": text(language, "funnel.week.norm", least=norms[one.name][0], most=norms[one.name][1])}
            for one in week.warmths
        ],
        "sources": [_group(one, "", language, most) for one in week.sources],
    }


def period(monday: date, language: str) -> str:
    """Write the days of a week.

    >>> period(date(2026, 11, 23), "en")
    '23 Nov – 29 Nov 2026'
    """
    sunday = monday + timedelta(days=6)
    return f"{format_date(monday, 'd MMM', locale=language)} – {format_date(sunday, 'd MMM y', locale=language)}"


def task_row(task: Mapping[str, Any], site: Site, now: datetime, language: str) -> dict[str, Any]:
    at = datetime.fromisoformat(str(task["requested_at"]))
    way = "calls" if task.get("direction") else "callbacks"
    return {
        "id": task["id"],
        "way": way,
        "phone": task["phone"],
        "phone_text": task["phone_text"],
        "at": short_moment(at, site.zone, now, language),
        "ago": ago(now - at, language),
        "why": text(language, f"calls.state.{task.get('reason') or 'missed'}"),
    }


def chat_row(one: Conversation, now: datetime, language: str) -> dict[str, Any]:
    assert one.waiting_since is not None
    return {"label": label(one.visitor_id), "ago": ago(now - one.waiting_since, language)}


def ago_or_zero(length: timedelta, language: str) -> str:
    minutes = int(length.total_seconds()) // 60
    return text(language, "funnel.talk", hours=minutes // 60, minutes=f"{minutes % 60:02}")


def _line(line: Line, names: Mapping[str, str], marks: Benchmarks, language: str) -> dict[str, Any]:
    calls = line.figures["calls"].fact + line.figures["callbacks"].fact
    return {
        "name": names.get(line.operator_id) or text(language, "funnel.control.team"),
        "is_team": not line.operator_id,
        "figures": [_stat(name, line.figures[name], language) for name in INDICATORS],
        "missed": line.missed,
        "talk": ago_or_zero(line.talk, language),
        "doubt": bool(line.operator_id) and calls > marks.calls_most,
    }


def _stat(name: str, one: Figure, language: str) -> dict[str, Any]:
    return {
        "key": name,
        "name": text(language, f"funnel.indicator.{name}"),
        "fact": figure(one.fact, language),
        "plan": None if one.plan is None else figure(one.plan, language),
        "by_now": None if one.by_now is None else figure(one.by_now, language),
        "behind": one.is_behind,
        "share": None if not one.plan else min(round(100 * one.fact / one.plan), 100),
    }


def _marks(marks: Benchmarks, language: str) -> dict[str, Any]:
    hours = [figure(minutes / 60, language) for minutes in (marks.talk_least, marks.talk_most)]
    return {"least": marks.calls_least, "most": marks.calls_most, "talk_least": hours[0], "talk_most": hours[1]}


def _group(one: Group, key: str, language: str, most: int) -> dict[str, Any]:
    part = one.bought
    return {
        "name": text(language, f"funnel.{key}") if key else one.name or text(language, "funnel.week.unknown_source"),
        "leads": figure(part.of, language),
        "before": figure(one.before, language),
        "bought": figure(part.hits, language),
        "rate": None if part.rate is None else rate(part.rate, language),
        "range": rate_span(part.interval, language) if part.of else None,
        "width": round(100 * part.of / most, 1) if most else 0,
    }


def _judgement(one: Group, least: int, language: str) -> dict[str, Any]:
    word = judge(one.bought, least)
    return {"judged": text(language, f"funnel.judged.{word}"), "judged_kind": JUDGED[word]}
