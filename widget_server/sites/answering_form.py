"""The part of the site's form about answering: who is called first, when again, the departments, who gets a chat."""

import re
from collections.abc import Collection
from typing import Any, Protocol

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import is_id, new_id
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.answering import MOST_DEPARTMENTS, MOST_RETRIES, check_departments, check_desk
from widget_server.sites.day_time import clock_text, read_minutes
from widget_server.sites.draft import SiteDraft
from widget_server.sites.model import DAY, CallbackRules, Department, DeskRules, Hours, Site
from widget_server.texts import LANGUAGES


class SitePeople(Protocol):
    """Who may answer for sites (operators know)."""

    def people_of(self, site_ids: Collection[str]) -> list[dict[str, Any]]: ...


def answering_fields(site: Site | SiteDraft) -> MultiDict[str, str]:
    """Return the fields of the page as they stand for a site."""
    shown: MultiDict[str, str] = MultiDict()
    shown["callback_first"] = site.callback.first
    shown["callback_retries"] = ", ".join(f"{seconds / 60:g}" for seconds in site.callback.retry_seconds)
    shown["desk_assign"], shown["desk_department"] = site.desk.assign, site.desk.department or ""
    shown["desk_patience"] = f"{site.desk.patience_seconds / 60:g}"
    shown["desk_give_back"] = str(site.desk.give_back_minutes)
    shown.setlist("departments", [one.id for one in site.departments])
    for one in site.departments:
        for language in LANGUAGES:
            shown[f"dep_{one.id}_{language}"] = one.name.get(language, "")
        shown.setlist(f"dep_{one.id}_people", list(one.operators))
        if one.hours is not None:
            days = [day for day, spans in enumerate(one.hours) if spans]
            start, end = one.hours[days[0]][0]
            shown[f"dep_{one.id}_own"] = "1"
            shown[f"dep_{one.id}_from"], shown[f"dep_{one.id}_to"] = clock_text(start), clock_text(end)
            shown.setlist(f"dep_{one.id}_days", [str(day) for day in days])
    return shown


def read_answering(form: Form) -> dict[str, Any]:
    """Read what the settings page asks; look into ``form.errors`` before using it."""
    retries = form.take(lambda: _retries(form.values.get("callback_retries", "")), ())
    first: Any = form.values.get("callback_first", "operator")
    departments = form.take(lambda: _departments(form.values), ())
    desk = form.take(lambda: _desk(form), DeskRules())
    return {"callback": CallbackRules(first, retries), "departments": departments, "desk": desk}


def _desk(form: Form) -> DeskRules:
    """Read who gets a conversation; a form without these fields (a site of before) says the defaults."""
    if "desk_assign" not in form.values:
        return DeskRules()
    assign: Any = form.values["desk_assign"]
    department = form.values.get("desk_department", "")
    rules = DeskRules(
        assign,
        department if is_id(department) else None,
        form.number("desk_patience") * 60,
        form.number("desk_give_back"),
    )
    check_desk(rules)
    return rules


def _retries(raw: str) -> tuple[int, ...]:
    words = [word for word in re.split(r"[\s,;]+", raw) if word]
    if not all(re.fullmatch(r"[1-9]\d{0,2}", word, re.ASCII) for word in words):
        raise BadInput("bad_retries", field="callback_retries", most=MOST_RETRIES, longest=240)
    return tuple(60 * int(word) for word in words)


def _departments(values: MultiDict[str, str]) -> tuple[Department, ...]:
    """Read the rows; one without a name and without people was added and not used."""
    tokens = list(dict.fromkeys(values.getlist("departments")))[: MOST_DEPARTMENTS + 1]
    rows = [_department(values, token) for token in tokens]
    kept = tuple(one for one in rows if one.operators or any(one.name.values()))
    check_departments(kept)
    return kept


def _department(values: MultiDict[str, str], token: str) -> Department:
    typed = {language: clean_text(values.get(f"dep_{token}_{language}", "")) for language in LANGUAGES}
    some = next((name for name in typed.values() if name), "")
    people = tuple(dict.fromkeys(one for one in values.getlist(f"dep_{token}_people") if is_id(one)))
    hours = _own_hours(values, token) if values.get(f"dep_{token}_own") else None
    name = {language: own or some for language, own in typed.items()}
    return Department(token if is_id(token) else new_id(), name, people, hours)


def _own_hours(values: MultiDict[str, str], token: str) -> Hours:
    start, end = (read_minutes(values.get(f"dep_{token}_{edge}", ""), "departments") for edge in ("from", "to"))
    span = ((start, end or DAY),)
    chosen = values.getlist(f"dep_{token}_days")
    return tuple(span if str(day) in chosen else () for day in range(7))
