"""A week of a person's sites in one letter: when it is due, and what stands in it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from widget_server.edge.identity import Role

ROLES: tuple[Role, ...] = ("owner", "admin", "marketer")  # operators have their day (``/console/leads/today``)
BY_DEFAULT: tuple[Role, ...] = ("owner",)  # as with alerts: until they wish otherwise
MORNING_HOUR = 8
LATEST_WEEKDAY = 2  # a server that was down on Monday makes up for it until Wednesday
MOST_SITES = 20
COUNTED = ("calls", "missed", "callbacks", "chats", "leads", "orders")
WORRYING_MISSED = 0.2  # of all calls


@dataclass(frozen=True)
class Digest:
    """One letter to one person about one week, which began on ``week`` (a Monday)."""

    operator_id: str
    week: date
    created_at: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True)
class Count:
    name: str
    now: int
    before: int


@dataclass(frozen=True)
class Worry:
    """What needs attention: a key of ``digest.worry`` with its values, and where to deal with it."""

    key: str
    path: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class SiteWeek:
    """``tests``: name and verdict of those that run, or ended in the week. ``money``: currency → what was paid."""

    name: str
    first: date
    last: date
    counts: tuple[Count, ...]
    money: Mapping[str, int]
    tests: tuple[tuple[str, str], ...]
    worries: tuple[Worry, ...]


def week_due(at: datetime, zones: Iterable[ZoneInfo]) -> date | None:
    """Return the Monday of the week that is over, once it is Monday morning at all sites; None at other times.

    >>> from datetime import UTC
    >>> moscow, new_york = ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York")
    >>> morning = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    >>> str(week_due(morning, [moscow])), week_due(morning, [moscow, new_york])
    ('2026-11-16', None)
    >>> week_due(datetime(2026, 11, 26, 12, tzinfo=UTC), [moscow])
    """
    weeks = set()
    for zone in zones:
        here = at.astimezone(zone)
        is_late = here.weekday() > LATEST_WEEKDAY
        if is_late or (here.weekday() == 0 and here.hour < MORNING_HOUR):
            return None
        weeks.add(here.date() - timedelta(days=here.weekday() + 7))
    return weeks.pop() if len(weeks) == 1 else None
