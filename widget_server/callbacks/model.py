"""One request to be called back, and the only moves it can make. Pure.

move         from                                     to            when
-----------  ---------------------------------------  ------------  -----------------------------------------------
ring         scheduled, queued                        ringing       its job took it: one more attempt, one more call
take         ringing                                  dialing       one operator answered first
connect      dialing                                  connected     the visitor answered
complete     connected                                completed     either side hung up
miss         ringing                                  missed *      no operator answered
fail         dialing                                  unreachable * the visitor was not reached, or the operator left
lose         ringing, dialing                         unknown *     nobody knows whether the telephony was ever told
call_again   scheduled, missed, unreachable, unknown  queued        a person decided so; never the program
cancel       all but connected, completed, cancelled  cancelled     the visitor does not want it any more
close_task   those with *                             the same      a person has dealt with it

``*`` asks for a person (``needs_person``), until ``call_again``, ``cancel`` or ``close_task``.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

State = Literal[
    "scheduled",
    "queued",
    "ringing",
    "dialing",
    "connected",
    "completed",
    "missed",
    "unreachable",
    "cancelled",
    "unknown",
]
WAITING: tuple[State, ...] = ("scheduled", "queued")
IN_CALL: tuple[State, ...] = ("ringing", "dialing", "connected")
IN_FLIGHT: tuple[State, ...] = (*WAITING, *IN_CALL)
UNSETTLED: tuple[State, ...] = ("missed", "unreachable", "unknown")


class IllegalMove(Exception):
    """A move that the table above does not have."""


@dataclass(frozen=True)
class Callback:
    """A request and how far it is. ``context`` is what the visitor's page said of itself."""

    id: str
    site_id: str
    visitor_id: str
    key: str
    body_hash: str
    phone: str
    state: State
    requested_at: datetime
    due_at: datetime | None
    changed_at: datetime
    consent_id: str
    attempt: int = 0
    operator_id: str | None = None
    call_id: str | None = None
    reason: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    needs_person: bool = False
    done_at: datetime | None = None

    def ring(self, call_id: str, at: datetime) -> "Callback":
        self._only_from("ring", *WAITING)
        fresh = replace(self, attempt=self.attempt + 1, call_id=call_id, operator_id=None, reason=None)
        return replace(fresh, state="ringing", changed_at=at)

    def take(self, operator_id: str, at: datetime) -> "Callback":
        self._only_from("take", "ringing")
        return replace(self, state="dialing", operator_id=operator_id, changed_at=at)

    def connect(self, at: datetime) -> "Callback":
        self._only_from("connect", "dialing")
        return replace(self, state="connected", changed_at=at)

    def complete(self, at: datetime) -> "Callback":
        self._only_from("complete", "connected")
        return replace(self, state="completed", changed_at=at, done_at=at)

    def miss(self, reason: str, at: datetime) -> "Callback":
        self._only_from("miss", "ringing")
        return self._task("missed", reason, at)

    def fail(self, reason: str, at: datetime) -> "Callback":
        self._only_from("fail", "dialing")
        return self._task("unreachable", reason, at)

    def lose(self, at: datetime) -> "Callback":
        self._only_from("lose", "ringing", "dialing")
        return self._task("unknown", "lost", at)

    def call_again(self, at: datetime) -> "Callback":
        self._only_from("call_again", "scheduled", *UNSETTLED)
        fresh = replace(self, operator_id=None, reason=None, needs_person=False, done_at=None)
        return replace(fresh, state="queued", changed_at=at)

    def cancel(self, at: datetime) -> "Callback":
        self._only_from("cancel", *WAITING, "ringing", "dialing", *UNSETTLED)
        return replace(self, state="cancelled", needs_person=False, changed_at=at, done_at=at)

    def close_task(self, at: datetime) -> "Callback":
        self._only_from("close_task", *UNSETTLED)
        return replace(self, needs_person=False, changed_at=at, done_at=at)

    def after_call(self, outcome: str, at: datetime) -> "Callback":
        """Return what the end of its call makes of it."""
        if outcome == "talked":
            return self.complete(at)
        if outcome == "cancelled":
            return self.cancel(at)
        if outcome == "lost":
            return self.lose(at)
        return self.miss(outcome, at) if self.state == "ringing" else self.fail(outcome, at)

    def _task(self, state: State, reason: str, at: datetime) -> "Callback":
        return replace(self, state=state, reason=reason, needs_person=True, changed_at=at)

    def _only_from(self, move: str, *states: State) -> None:
        if self.state not in states:
            raise IllegalMove(f"{move} from {self.state}")


@dataclass(frozen=True)
class Draft:
    """What a visitor asks for, as it came."""

    key: str
    phone: str
    consent_version: str
    accepted: bool
    due_at: datetime | None


@dataclass(frozen=True)
class Consent:
    """The very words that a visitor agreed to. Written once, never changed."""

    id: str
    site_id: str
    visitor_id: str
    text: str
    version: str
    language: str
    page: str | None
    address: str
    at: datetime


@dataclass(frozen=True)
class CallbackRequested:
    """A visitor asked, once per key."""

    site_id: str
    visitor_id: str
    callback_id: str
    at: datetime


@dataclass(frozen=True)
class CallbackChanged:
    """A callback made one of its moves, or was asked for."""

    callback: Callback
