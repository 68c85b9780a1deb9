"""A site as its owner set it up: who may embed it, when it is open, what its widget says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

CHANNELS = ("callback", "click_to_call", "chat")
PLACEMENTS = ("bottom-right", "bottom-left", "bottom-bar", "slot")
DEMO_KEY = "demo"
DAY = 24 * 60

NumberKind = Literal["toll_free", "pretty", "ordinary"]
Hours = tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True)
class Number:
    """One number of the site in one form; the same number may stand there in several."""

    id: str
    e164: str
    text: str
    kind: NumberKind


@dataclass(frozen=True)
class Site:
    """A website of an account.

    ``hours``: Monday first, each day its ``(from, to)`` in minutes of the local day. ``settings``, ``texts`` and
    ``consent`` have the form of the site document (docs/protocol.md, 3).
    """

    id: str
    account_id: str
    key: str
    version: int
    changed_at: datetime
    name: str
    languages: tuple[str, ...]
    country: str
    timezone: str
    origins: tuple[str, ...]
    hours: Hours
    holidays: tuple[str, ...]
    channels: tuple[str, ...]
    numbers: tuple[Number, ...]
    settings: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, Mapping[str, str]]]
    consent: Mapping[str, Any]
    seen_at: datetime | None
    seen_url: str | None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class SiteChanged:
    """Something that the site document shows has changed."""

    site_id: str
    key: str


def is_open(site: Site, at: datetime) -> bool:
    local = at.astimezone(site.zone)
    if local.date().isoformat() in site.holidays:
        return False
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in site.hours[local.weekday()])


def slot_is_open(site: Site, at: datetime) -> bool:
    """Tell whether a callback may be promised for ``at``: only when somebody can be there to make it."""
    return is_open(site, at)


def next_openings(site: Site, at: datetime, days: int = 7) -> list[tuple[datetime, datetime]]:
    """Return the opening times from ``at`` on, over ``days`` local days, as UTC moments; the first may have begun."""
    first = at.astimezone(site.zone).date()
    found = []
    for day in (first + timedelta(days=n) for n in range(days)):
        if day.isoformat() in site.holidays:
            continue
        midnight = datetime.combine(day, time(), site.zone)
        for start, end in site.hours[day.weekday()]:
            opens, closes = ((midnight + timedelta(minutes=minutes)).astimezone(UTC) for minutes in (start, end))
            if closes > at:
                found.append((max(opens, at.astimezone(UTC)), closes))
    return found
