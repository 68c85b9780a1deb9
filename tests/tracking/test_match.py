"""Whose call it is: the table of match_model.py, line by line."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import MONDAY_NOON
from widget_server.tracking.match_model import Traces, match
from widget_server.tracking.model import TrackingRules
from widget_server.tracking.pool_model import Lease

RULES = TrackingRules(hold_minutes=20, match_minutes=60)


def lease(until: datetime, call_id: str | None = None) -> Lease:
    return Lease("l", "s", "n", "holder", until - timedelta(minutes=20), until, {}, call_id)


def ago(**delta: float) -> datetime:
    return MONDAY_NOON - timedelta(**delta)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ({}, (None, "none")),
        ({"lease": lease(ago(minutes=-1))}, ("holder", "held")),
        ({"lease": lease(ago(minutes=0))}, ("holder", "held_before")),
        ({"lease": lease(ago(minutes=60))}, ("holder", "held_before")),
        ({"lease": lease(ago(minutes=61))}, (None, "none")),
        ({"lease": lease(ago(minutes=90), "call")}, ("holder", "held")),
        ({"tapped": {"tapper"}}, ("tapper", "tapped")),
        ({"tapped": {"one", "two"}}, (None, "none")),
        ({"tapped": {"one", "two"}, "known": "friend"}, ("friend", "known")),
        ({"lease": lease(ago(minutes=-1)), "tapped": {"tapper"}}, ("holder", "held")),
        ({"lease": lease(ago(minutes=5)), "tapped": {"tapper"}}, ("tapper", "tapped")),
        ({"lease": lease(ago(minutes=5)), "known": "friend"}, ("holder", "held_before")),
        ({"known": "friend", "seen": {"reader"}}, ("friend", "known")),
        ({"seen": {"reader"}}, ("reader", "seen")),
        ({"seen": {"one", "two"}}, (None, "none")),
    ],
)
def test_the_surest_trace_tells_and_two_who_could_be_it_are_nobody(traces: dict[str, Any], expected: Any) -> None:
    assert match(Traces(**traces), RULES, MONDAY_NOON) == expected
