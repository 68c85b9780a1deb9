"""A site as its owner set it up: who may embed it, when it is open, what its widget says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from widget_server.sites.analytics import Analytics
from widget_server.sites.calling import Calling
from widget_server.sites.chatting import ChatRules
from widget_server.sites.invitations import Invitations

CHANNELS = ("callback", "click_to_call", "chat")
PLACEMENTS = ("bottom-right", "bottom-left", "bottom-bar", "slot")
DEMO_KEY = "demo"
DAY = 24 * 60

NumberKind = Literal["toll_free", "pretty", "ordinary"]
NumberUse = Literal["shown", "variant", "channel", "pool"]
Hours = tuple[tuple[tuple[int, int], ...], ...]
First = Literal["operator", "visitor"]
Assign = Literal["manual", "round_robin", "least_busy"]


@dataclass(frozen=True)
class Number:
    """One number of the site in one form; the same number may stand there in several."""

    id: str
    e164: str
    text: str
    kind: NumberKind


@dataclass(frozen=True)
class Department:
    """People of a site who answer together. ``hours``: theirs within the site's, None for the same."""

    id: str
    name: Mapping[str, str]
    operators: tuple[str, ...]
    hours: Hours | None = None

    def name_in(self, language: str) -> str:
        """Return its name; in another language if it has none in this one."""
        return self.name.get(language) or next(iter(self.name.values()))


@dataclass(frozen=True)
class CallbackRules:
    """How a site calls back: who is called ``first``, and how long after each attempt that was busy or not picked up
    the next one follows."""

    first: First = "operator"
    retry_seconds: tuple[int, ...] = (180, 600)


@dataclass(frozen=True)
class DeskRules:
    """Whom conversations are for: those of ``department``, where there is one, by the way ``assign`` says.

    A visitor who waited longer than ``patience_seconds`` counts as missed; what waits goes to others once its assignee
    is away for ``give_back_minutes``.
    """

    assign: Assign = "manual"
    department: str | None = None
    patience_seconds: int = 300
    give_back_minutes: int = 15


@dataclass(frozen=True)
class Site:
    """A website of an account.

    ``hours``: Monday first, each day its ``(from, to)`` in minutes of the local day. ``settings``, ``texts`` and
    ``consent`` have the form of the site document (docs/protocol.md, 3). ``numbers`` are shown to everybody,
    ``variant_numbers`` only where an experiment's variant says so: a call to one tells the variant.
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
    calling: Calling
    seen_at: datetime | None
    seen_url: str | None
    callback: CallbackRules = CallbackRules()
    departments: tuple[Department, ...] = ()
    chat: ChatRules = field(default_factory=ChatRules)
    variant_numbers: tuple[Number, ...] = ()
    desk: DeskRules = DeskRules()
    invitations: Invitations = field(default_factory=Invitations)
    analytics: Analytics = field(default_factory=Analytics)
    live: bool = False

    @property
    def main_number(self) -> str | None:
        """Return the number, E.164, that the site shows first and calls from; None if it has none."""
        return next((number.e164 for number in self.numbers if number.id == self.settings["number"]), None)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def find_department(self, department_id: str | None) -> Department | None:
        """Return the department; None if there is none (any more): then anybody of the site answers."""
        return next((one for one in self.departments if one.id == department_id), None)

    def choose_department(self, department_id: str | None) -> Department | None:
        """Return the department that was asked for, or the only one; None for anybody of the site."""
        only = self.departments[0] if len(self.departments) == 1 else None
        return self.find_department(department_id) or only


@dataclass(frozen=True)
class SiteChanged:
    """Something that the site document shows has changed."""

    site_id: str
    key: str


def tag_of(url: str, key: str) -> str:
    """Return what an owner pastes into their pages."""
    return f'<script async src="{url}/widget.js" data-site="{key}"></script>'


def is_open(site: Site, at: datetime, department: Department | None = None) -> bool:
    """Tell whether the hours (of the site and of the department) and the holidays allow calls at that moment."""
    local = at.astimezone(site.zone)
    if local.date().isoformat() in site.holidays:
        return False
    own = department.hours if department is not None else None
    return _is_within(site.hours, local) and (own is None or _is_within(own, local))


def _is_within(hours: Hours, local: datetime) -> bool:
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours[local.weekday()])
