"""How a site answers, as it is stored: who is called first, when again, which departments, who gets a chat."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, get_args

from widget_server.kernel.errors import BadInput
from widget_server.sites.model import Assign, CallbackRules, Department, DeskRules, First, Hours

FIRST: tuple[First, ...] = get_args(First)
ASSIGN: tuple[Assign, ...] = get_args(Assign)
LONGEST_PATIENCE = 60 * 60
LONGEST_AWAY = 24 * 60
MOST_RETRIES = 5
LONGEST_RETRY = 4 * 60 * 60
MOST_DEPARTMENTS = 20
LONGEST_NAME = 60


def read_rules(stored: Mapping[str, Any]) -> CallbackRules:
    """Return what is stored, defaults where a field is missing (a site is older than the field)."""
    default = CallbackRules()
    retries = stored.get("retry_seconds", default.retry_seconds)
    return CallbackRules(stored.get("first", default.first), tuple(retries))


def read_desk(stored: Mapping[str, Any]) -> DeskRules:
    """Return what is stored, defaults where a field is missing."""
    return DeskRules(**{name: stored[name] for name in asdict(DeskRules()) if name in stored})


def read_departments(stored: Sequence[Mapping[str, Any]]) -> tuple[Department, ...]:
    return tuple(Department(one["id"], one["name"], tuple(one["operators"]), _hours(one["hours"])) for one in stored)


def stored_answering(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be stored of the fields that are given."""
    stored: dict[str, Any] = {}
    if "callback" in values:
        stored["callback"] = asdict(values["callback"])
    if "desk" in values:
        stored["desk"] = asdict(values["desk"])
    if "departments" in values:
        stored["departments"] = [asdict(one) for one in values["departments"]]
    return stored


def check_rules(rules: CallbackRules) -> None:
    if rules.first not in FIRST:
        raise BadInput("bad_choice", field="callback_first")
    if len(rules.retry_seconds) > MOST_RETRIES or not all(1 <= one <= LONGEST_RETRY for one in rules.retry_seconds):
        raise BadInput("bad_retries", field="callback_retries", most=MOST_RETRIES, longest=LONGEST_RETRY // 60)


def check_desk(rules: DeskRules) -> None:
    if rules.assign not in ASSIGN:
        raise BadInput("bad_choice", field="desk_assign")
    if not 10 <= rules.patience_seconds <= LONGEST_PATIENCE:
        raise BadInput("bad_minutes", field="desk_patience", most=LONGEST_PATIENCE // 60)
    if not 1 <= rules.give_back_minutes <= LONGEST_AWAY:
        raise BadInput("bad_minutes", field="desk_give_back", most=LONGEST_AWAY)


def check_departments(departments: Sequence[Department]) -> None:
    if len(departments) > MOST_DEPARTMENTS:
        raise BadInput("too_many_departments", field="departments", most=MOST_DEPARTMENTS)
    for one in departments:
        names = [name for name in one.name.values() if name]
        if not names:
            raise BadInput("department_nameless", field="departments")
        if max(map(len, names)) > LONGEST_NAME:
            raise BadInput("field_too_long", field="departments", most=LONGEST_NAME)
        if not one.operators:
            raise BadInput("department_empty", field="departments", name=names[0])
        if one.hours is not None and not any(one.hours):
            raise BadInput("department_closed", field="departments", name=names[0])


def _hours(stored: Sequence[Sequence[Sequence[int]]] | None) -> Hours | None:
    return None if stored is None else tuple(tuple((start, end) for start, end in day) for day in stored)
