"""A lead: one person on the way to an order; the contacts with them, where they stand, what they ordered. Pure.

A lead stands in one stage of its site while it is ``open``; ``won`` and ``lost`` end the way. Leads that turn out to be
one person share a root: what belongs to any of them is read as the root's, and undoing the merge gives it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

Origin = Literal["call", "callback", "chat", "form", "import", "api", "person"]
Warmth = Literal["warm", "cold"]
State = Literal["open", "won", "lost"]
ContactKind = Literal[
    "call", "callback", "chat", "form", "import", "api", "person", "message", "email", "meeting", "offer", "note"
]
OrderState = Literal["waiting", "paid", "refunded", "cancelled"]
KeyKind = Literal["phone", "email", "visitor"]
ORIGINS: tuple[Origin, ...] = get_args(Origin)
WARMTHS: tuple[Warmth, ...] = get_args(Warmth)
STATES: tuple[State, ...] = get_args(State)
MADE_BY_HAND: tuple[ContactKind, ...] = ("call", "message", "email", "meeting", "offer", "note")
ORDER_STATES: tuple[OrderState, ...] = get_args(OrderState)
STRONG: tuple[KeyKind, ...] = ("phone", "email")
LONGEST_NAME, LONGEST_NOTE = 120, 2000


@dataclass(frozen=True)
class Lead:
    """``root_id``: the lead that speaks for this person, itself unless it was merged. ``stage_at``: when it came there.

    ``next_at``: when the next contact is due, ``next_step`` what it should be.
    """

    id: str
    site_id: str
    root_id: str
    name: str
    state: State
    stage: str
    stage_at: datetime
    owner_id: str | None
    origin: Origin
    warmth: Warmth
    source: Mapping[str, Any]
    source_word: str
    created_at: datetime
    changed_at: datetime
    closed_at: datetime | None = None
    reason: str = ""
    next_at: datetime | None = None
    next_step: str = ""


@dataclass(frozen=True)
class Contact:
    """One interaction. ``cause`` is unique on its site: what is reported again is known.

    ``productive_at``: when the lead moved on by it; then, and only then, it counts towards the plan.
    """

    id: str
    lead_id: str
    site_id: str
    kind: ContactKind
    at: datetime
    cause: str
    stage: str
    operator_id: str | None = None
    visitor_id: str | None = None
    ref: str | None = None
    note: str = ""
    answered_at: datetime | None = None
    productive_at: datetime | None = None


@dataclass(frozen=True)
class Move:
    """One step of a lead: from a stage (empty: it was born) to another, or to ``won``, ``lost``."""

    id: str
    lead_id: str
    site_id: str
    at: datetime
    was: str
    now: str
    forward: bool
    operator_id: str | None = None
    contact_id: str | None = None
    reason: str = ""


@dataclass(frozen=True)
class Order:
    """What a lead buys. ``amount`` in minor units of ``currency``; ``number`` is the shop's own, unique on its site."""

    id: str
    site_id: str
    lead_id: str
    cause: str
    number: str
    amount: int
    currency: str
    state: OrderState
    ordered_at: datetime
    operator_id: str | None = None
    paid_at: datetime | None = None
    refunded_at: datetime | None = None


@dataclass(frozen=True)
class Merge:
    """Two leads that turned out to be one person. ``moved``: the leads whose root changed by it."""

    id: str
    site_id: str
    kept_id: str
    gone_id: str
    at: datetime
    why: str
    operator_id: str | None
    moved: tuple[str, ...]
    undone_at: datetime | None = None


@dataclass(frozen=True)
class Arrival:
    """Somebody turned to the site, or was written down. The same ``cause`` again is the same arrival."""

    site_id: str
    cause: str
    origin: Origin
    at: datetime
    phone: str = ""
    email: str = ""
    visitor_id: str | None = None
    name: str = ""
    warmth: Warmth = "warm"
    source: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    ref: str | None = None
    owner_id: str | None = None

    def strong_keys(self) -> list[tuple[KeyKind, str]]:
        """Return what names a person for certain."""
        pairs: list[tuple[KeyKind, str]] = [("phone", self.phone), ("email", self.email)]
        return [(kind, value) for kind, value in pairs if value]


@dataclass(frozen=True)
class LeadBorn:
    """A person was met for the first time; once per lead."""

    lead: Lead


@dataclass(frozen=True)
class LeadChanged:
    """A lead is another one now: moved, contacted, given to somebody."""

    site_id: str
    lead_id: str


@dataclass(frozen=True)
class OrderPaid:
    """An order was paid. ``visitor_ids``, ``phones``: how the person is known. ``noted_at``: when we heard of it."""

    order: Order
    visitor_ids: tuple[str, ...]
    phones: tuple[str, ...]
    at: datetime
    noted_at: datetime


@dataclass(frozen=True)
class OrderTakenBack:
    """A paid order was refunded, or its payment was a slip."""

    order: Order
    at: datetime
