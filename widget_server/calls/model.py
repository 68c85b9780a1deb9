"""A telephone call and its legs. Pure.

Operator first: ``ringing`` (operators) → ``dialing`` (one answered, the visitor's phone rings) → ``connected``.
Visitor first: ``dialing`` → ``ringing`` (operators; the visitor waits on the line) → ``connected``.
Inbound: ``ringing`` (the caller waits on the line) → ``connected``.
A call may end from every state. What ended it is its outcome:

talked          both sides were connected
missed          no operator answered, or the visitor who waited on the line gave up
nobody          no operator took calls
declined        every operator who was rung refused
late            its turn came when nobody waited for it any more
paused          its turn came while the site's calls back were paused
busy, no_answer, failed   the visitor's phone
operator_left   the operator hung up while the visitor's phone rang
cancelled       the visitor did not want it any more
lost            nobody knows whether the telephony was ever told
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from widget_server.kernel.clock import iso_or_none
from widget_server.operators.model import DeviceKind

State = Literal["ringing", "dialing", "connected", "ended"]
Outcome = Literal[
    "talked",
    "missed",
    "nobody",
    "declined",
    "late",
    "paused",
    "busy",
    "no_answer",
    "failed",
    "operator_left",
    "cancelled",
    "lost",
]
Party = Literal["operator", "visitor"]
Direction = Literal["callback", "inbound"]
LegState = Literal["waiting", "ringing", "answered", "ended"]
OPEN: tuple[State, ...] = ("ringing", "dialing", "connected")
# What a call comes to when somebody simply hangs up, by how far it was.
HUNG_UP: tuple[tuple[State, Outcome], ...] = (
    ("connected", "talked"),
    ("dialing", "operator_left"),
    ("ringing", "missed"),
)
TALK_LIMIT = timedelta(hours=1)


@dataclass(frozen=True)
class Call:
    """One call, however it began.

    ``phone``: the visitor's number, empty if the caller hides it. ``dialled``: the site's number that they dialled, or
    see. ``reference``: the provider's own id of an inbound call. ``answered_at``: by an operator. ``connected_at``:
    both sides joined. ``talked_at``: it counts as answered. ``department``: whom the visitor asked for.
    """

    id: str
    site_id: str
    visitor_id: str | None
    callback_id: str | None
    direction: Direction
    phone: str
    operator_id: str | None
    state: State
    started_at: datetime
    answered_at: datetime | None = None
    connected_at: datetime | None = None
    talked_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    first: Party = "operator"
    dialled: str | None = None
    visitor_answered_at: datetime | None = None
    reference: str | None = None
    department: str | None = None

    def waited(self) -> timedelta | None:
        """Return how long it took until both sides talked, or until it ended without that."""
        until = self.connected_at or self.ended_at
        return None if until is None else until - self.started_at

    def talk(self) -> timedelta | None:
        if self.connected_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.connected_at

    def view(self) -> dict[str, Any]:
        """Return what the console says of it (docs/protocol.md, section 7)."""
        return {
            "id": self.id,
            "answered_at": iso_or_none(self.answered_at),
            "connected_at": iso_or_none(self.connected_at),
            "ended_at": iso_or_none(self.ended_at),
        }


@dataclass(frozen=True)
class Device:
    """Where an operator answers: a button in the console, a SIP phone (its name) or any telephone (its E.164 number).

    Who answers a ``phone`` presses 1 to take the call: a voice mail must not win.
    """

    operator_id: str
    kind: DeviceKind = "console"
    address: str = ""


@dataclass(frozen=True)
class Leg:
    id: str
    call_id: str
    party: Party
    operator_id: str | None
    state: LegState
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    result: str | None = None


@dataclass(frozen=True)
class CallStarted:
    """A call was written down; no telephone has heard of it yet."""

    call: Call


@dataclass(frozen=True)
class VisitorWaits:
    """The visitor was called first, answered, and waits on the line for an operator."""

    call: Call


@dataclass(frozen=True)
class CallTaken:
    """One operator answered first; the visitor is dialled next, or waits on the line."""

    call: Call


@dataclass(frozen=True)
class CallDeclined:
    """One operator refused; others still ring."""

    call: Call


@dataclass(frozen=True)
class CallConnected:
    """Both sides are joined."""

    site_id: str
    visitor_id: str | None
    call_id: str
    at: datetime
    callback_id: str | None = None


@dataclass(frozen=True)
class CallAnswered:
    """Both sides have talked long enough for it to count; once in a call's life."""

    site_id: str
    visitor_id: str | None
    call_id: str
    at: datetime


@dataclass(frozen=True)
class CallEnded:
    """A call ended, once; ``outcome`` says how."""

    call: Call
