"""What a site's CRM is told, and what it answered. Pure.

A CRM is not told events but how a lead stands: whatever was missed, repeated or came in another order, telling it again
makes both sides alike. ``wanted`` grows with every change of a lead, ``sent`` follows once the CRM has answered.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["queued", "sending", "sent", "failed"]
ENDS = ("won", "lost")
# By our ORIGINATOR_ID and the lead's id as ORIGIN_ID the CRM knows what is ours: that is asked before anything is made.
ORIGINATOR = "widget-server"
# What may take several requests of 15 seconds; an attempt that began longer ago was given up by a worker that died.
LONGEST_ATTEMPT = timedelta(seconds=120)
# A request without an answer may still be at work over there: look whether it made something only when it is over.
AFTER_SILENCE = timedelta(seconds=60)
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 60, 300, 1800, 7200, 18_000, 36_000, 86_400))
LISTED = 50


@dataclass(frozen=True)
class Connection:
    """The CRM of a site. ``sealed``: the address of its webhook, a secret.

    ``problem``: nothing is sent until it is solved.
    ``stages``: our stage → a status of the CRM; ``statuses``: those that the CRM has, as ``(id, name)``.
    ``tested``: what became of the last test lead.
    """

    site_id: str
    portal: str
    sealed: str
    state: Literal["checking", "on"]
    problem: str | None
    stages: Mapping[str, str]
    statuses: Sequence[Sequence[str]]
    makes_deals: bool
    tested: Mapping[str, Any]
    paused_until: datetime | None
    created_at: datetime
    checked_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "on" and self.problem is None


@dataclass(frozen=True)
class Link:
    """A lead over there. ``told``: what the CRM knows of it. ``matched``: it was there before us."""

    lead_id: str
    site_id: str
    wanted: int
    sent: int
    state: State
    attempts: int
    due_at: datetime
    changed_at: datetime
    tried_at: datetime | None = None
    remote_id: str | None = None
    matched: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    excerpt: str | None = None

    @property
    def gives_up(self) -> bool:
        return self.attempts > len(BACK_OFF)

    def next_try(self, at: datetime, wish: timedelta | None) -> datetime:
        wait = BACK_OFF[min(max(self.attempts, 1), len(BACK_OFF)) - 1]
        return at + max(wait, wish or wait)


@dataclass(frozen=True)
class Sale:
    """An order as the CRM is told of it; ``amount`` in words of figures: ``12500.50``."""

    id: str
    number: str
    amount: str
    currency: str
    is_paid: bool


@dataclass(frozen=True)
class Person:
    """A lead as the CRM is told of it.

    ``stage``: where it stands, or ``won``, ``lost``. ``same_as``: which lead this person is, if it was merged.
    """

    id: str
    title: str
    name: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    stage: str
    origin: str
    comment: str
    utm: Mapping[str, str]
    sales: tuple[Sale, ...] = ()
    same_as: str = ""


@dataclass(frozen=True)
class Told:
    """What a telling came to."""

    remote_id: str
    matched: bool
    told: Mapping[str, Any]


def stages_by_default(keys: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """Pair our stages with the statuses that a new Bitrix24 has.

    >>> stages_by_default(["new", "need", "decided"], ["NEW", "IN_PROCESS", "PROCESSED", "JUNK", "CONVERTED"])
    {'new': 'NEW', 'need': 'IN_PROCESS', 'decided': 'PROCESSED', 'won': 'CONVERTED', 'lost': 'JUNK'}
    """
    middle = dict.fromkeys(keys[1:-1], "IN_PROCESS")
    pairs = {keys[0]: "NEW", **middle, keys[-1]: "PROCESSED" if len(keys) > 1 else "NEW"}
    return {key: status for key, status in {**pairs, "won": "CONVERTED", "lost": "JUNK"}.items() if status in known}
