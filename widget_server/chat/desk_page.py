"""What the page of the desk shows, for owners and admins: the days, and everybody who answers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from widget_server.chat.figures import Summary, Talk

PERIODS = (1, 7, 30)
HEIGHT = 120


@dataclass(frozen=True)
class Bar:
    """One day of the picture: how high its parts are."""

    day: date
    answered: int
    missed: int
    top: float
    answered_height: float
    missed_height: float


@dataclass(frozen=True)
class Person:
    """Somebody who answers: how they stand now, and how their first answers were."""

    name: str
    state: str
    takes_chats: bool
    takes_calls: bool
    open: int
    summary: Summary


def bars(talks: Sequence[Talk], days: int, zone: ZoneInfo, now: datetime) -> list[Bar]:
    """Return the days, the oldest first, as parts of the highest one."""
    missed = Counter(one.asked_at.astimezone(zone).date() for one in talks if one.is_missed(now))
    all_ = Counter(one.asked_at.astimezone(zone).date() for one in talks)
    most = max(all_.values(), default=0) or 1
    today = now.astimezone(zone).date()
    found = []
    for day in (today - timedelta(days=ago) for ago in reversed(range(days))):
        low, high = HEIGHT * missed[day] / most, HEIGHT * all_[day] / most
        found.append(Bar(day, all_[day] - missed[day], missed[day], HEIGHT - high, high - low, low))
    return found


def people_rows(
    talks: Sequence[Talk], people: Sequence[Mapping[str, Any]], load: Mapping[str, int], now: datetime
) -> list[Person]:
    """Return everybody who may answer; who is there stands first."""
    rows = [
        Person(
            one["name"],
            "away" if one["away"] else "on" if one["online"] else "off",
            one["takes_chats"],
            one["takes_calls"],
            load.get(one["id"], 0),
            Summary.of([talk for talk in talks if talk.answered_by == one["id"]], now),
        )
        for one in people
    ]
    return sorted(rows, key=lambda row: (("on", "away", "off").index(row.state), row.name))
