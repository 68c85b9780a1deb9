"""A site as its owner set it up: who may embed it, when it is open, what its widget says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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


def tag_of(url: str, key: str) -> str:
    """Return what an owner pastes into their pages."""
    return f'<script async src="{url}/widget.js" data-site="{key}"></script>'


def is_open(site: Site, at: datetime) -> bool:
    """Tell whether the site's hours and holidays let it be called at that moment."""
    local = at.astimezone(site.zone)
    if local.date().isoformat() in site.holidays:
        return False
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in site.hours[local.weekday()])
