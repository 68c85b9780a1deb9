"""What is worth telling people who do not look at the console, whom, and when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from widget_server.edge.identity import Role

Channel = Literal["email", "telegram", "webhook", "webpush"]
Kind = Literal[
    "callback_missed",
    "callback_unreachable",
    "call_missed",
    "conversation_waiting",
    "abuse_suspected",
    "spending_cap",
    "experiment_concluded",
    "conversation_given",
    "colleague_mentioned",
    "test",
    "summary",
]
# What machines may hear of beside alerts: each thing as it happens, nothing gathered, nothing taken back.
EventKind = Literal[
    "conversation_started",
    "message_created",
    "conversation_closed",
    "callback_requested",
    "callback_connected",
    "callback_completed",
    "call_started",
    "call_answered",
    "call_ended",
    "lead_created",
    "order_paid",
    "visitor_identified",
]
State = Literal["queued", "sending", "sent", "failed", "folded"]

CHANNELS: tuple[Channel, ...] = get_args(Channel)
# What is meant for one person: their own browsers are told, without being asked what they wish.
PERSONAL: tuple[Kind, ...] = ("conversation_given", "colleague_mentioned")
KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind not in (*PERSONAL, "test", "summary"))
EVENTS: tuple[EventKind, ...] = get_args(EventKind)
# What an operator's own browser may be told; owners and admins may hear everything.
_PEOPLE: tuple[Kind, ...] = ("callback_missed", "callback_unreachable", "call_missed", "conversation_waiting")
KINDS_OF: Mapping[Role, tuple[Kind, ...]] = {
    "owner": KINDS,
    "admin": KINDS,
    "marketer": (*_PEOPLE, "experiment_concluded"),
    "operator": _PEOPLE,
}
# What somebody may ask to hear in quiet hours too.
WAKES: tuple[Kind, ...] = ("callback_missed", "call_missed")
# How long a conversation may wait for its answer before people are told (wiring: events.py).
PATIENCE = timedelta(minutes=5)
# More than this many alerts within a minute become one summary. Machines (webhooks) get every one.
BURST = 5
BURST_WINDOW = timedelta(minutes=1)
# An attempt that failed is repeated after 5 s, 1 min … 1 day: about 42 hours in all.
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 60, 300, 1800, 7200, 18_000, 36_000, 86_400))
LONGEST_WAIT = timedelta(days=1)
KEPT = timedelta(days=30)
MOST_TARGETS = 100
# Only for a target that may see them: everybody else gets the number masked and no words of the visitor.
PHONE, WORDS = "phone", "words"


@dataclass(frozen=True)
class Alert:
    """Something that happened on a site.

    ``subject`` is the id of what it is about. People are told once per subject and ``episode``: the moment since which
    a conversation waits, for example, as it may wait again tomorrow.
    ``params`` are what the kind knows: docs/alerts.md lists them. ``to``: the operators for whom alone it is.
    """

    kind: Kind | EventKind
    site_id: str
    subject: str
    at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    episode: str = ""
    to: frozenset[str] = frozenset()

    @property
    def occasion(self) -> str:
        return f"{self.kind}:{self.subject}:{self.episode}"


@dataclass(frozen=True)
class Wishes:
    """What a target wants to hear and when. No ``site_ids``: every site of the account, later ones too.

    ``quiet`` are minutes of the local day of the site, ``(from, to)``, and may pass midnight. ``answers``: the
    conversations are held there (a Telegram chat; room ``telegram``).
    """

    kinds: frozenset[str]
    site_ids: frozenset[str] = frozenset()
    quiet: tuple[int, int] | None = None
    wakes: bool = True
    details: bool = False
    language: str = "ru"
    answers: bool = False


@dataclass(frozen=True)
class Target:
    """Who is told: one address of one channel. ``problem`` (a key of ``notify.problem``) means that it is shut."""

    id: str
    account_id: str
    channel: Channel
    name: str
    address: str
    data: Mapping[str, Any]
    operator_id: str | None
    wishes: Wishes
    problem: str | None
    created_at: datetime
    removed_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.removed_at is None and self.problem is None and self.address != ""

    @property
    def is_machine(self) -> bool:
        return self.channel == "webhook"

    def wants(self, kind: str, site_id: str) -> bool:
        return kind in self.wishes.kinds and (not self.wishes.site_ids or site_id in self.wishes.site_ids)

    def due_at(self, kind: str, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when it may be told: at once, or when its quiet hours are over."""
        if self.wishes.quiet is None or self.is_machine or (self.wishes.wakes and kind in WAKES):
            return at
        return quiet_until(self.wishes.quiet, at, zone)


@dataclass(frozen=True)
class Delivery:
    """One alert for one target. Its ``id`` never changes, so a receiver may tell a repetition from news."""

    id: str
    target_id: str
    kind: Kind | EventKind
    site_id: str | None
    subject: str
    occasion: str
    params: Mapping[str, Any]
    alert_at: datetime
    state: State
    created_at: datetime
    due_at: datetime
    attempts: int
    tried_at: datetime | None
    status: int | None
    excerpt: str | None
    error: str | None
    folded_into: str | None

    @property
    def gives_up(self) -> bool:
        """Whether one more failure is the last: somebody looks at a test and presses again themselves."""
        return self.kind == "test" or self.attempts > len(BACK_OFF)

    def next_try(self, at: datetime, wish: timedelta | None = None) -> datetime:
        """Return when the next attempt is due; ``wish`` is what the receiver asked for."""
        wait = BACK_OFF[min(self.attempts, len(BACK_OFF)) - 1]
        return at + min(max(wait, wish or wait), LONGEST_WAIT)


@dataclass(frozen=True)
class Message:
    """What is said, in the language of the target, whatever the channel."""

    id: str
    kind: Kind | EventKind
    language: str
    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    action: str
    path: str
    url: str
    at: datetime
    urgent: bool
    data: Mapping[str, Any]


def quiet_until(quiet: tuple[int, int], at: datetime, zone: ZoneInfo) -> datetime:
    """Return ``at``, or the end of the quiet hours it falls in.

    >>> from datetime import UTC
    >>> night = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # 23:30 in Moscow
    >>> quiet_until((22 * 60, 8 * 60), night, ZoneInfo("Europe/Moscow")).isoformat()
    '2026-11-24T05:00:00+00:00'
    """
    start, end = quiet
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    is_quiet = start <= minute < end if start < end else minute >= start or minute < end
    if not is_quiet:
        return at
    day = local.date() + timedelta(days=1 if minute >= end else 0)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(at.tzinfo)


def kinds_for(role: Role, channel: str) -> tuple[str, ...]:
    """Return what somebody of this role may have told by this channel."""
    return (*KINDS_OF[role], *EVENTS) if channel == "webhook" and role in ("owner", "admin") else KINDS_OF[role]


def path_of(kind: Kind | EventKind, subject: str, site_id: str | None) -> str:
    """Return the page of the console where something can be done about it."""
    if kind in ("abuse_suspected", "spending_cap"):
        return f"/console/sites/{site_id}/guard"
    if kind in ("conversation_waiting", *PERSONAL, *EVENTS[:3]):
        return f"/console/#{subject}"
    if kind == "experiment_concluded":
        return f"/console/experiments/{subject}"
    return {"test": "/console/alerts", "summary": "/console/"}.get(kind, "/console/calls")
