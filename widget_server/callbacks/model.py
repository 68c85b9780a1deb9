"""One request to be called back, and the only moves it can make. Pure.

move         from                                     to            when
-----------  ---------------------------------------  ------------  -----------------------------------------------
ring         scheduled, queued                        ringing       its job took it: one more attempt, one more call
dial_first   scheduled, queued                        dialing       the same, where the visitor is called first
wait         dialing                                  ringing       the visitor was called first and waits on the line
take         ringing                                  dialing       one operator answered first
connect      dialing                                  connected     both sides are there
complete     connected                                completed     either side hung up
miss         ringing                                  missed *      no operator answered
fail         dialing                                  unreachable * the visitor was not reached, or the operator left
try_later    dialing                                  scheduled     busy or not picked up, and the site's rule has a
                                                                    next time: ``due_at``; ``reason`` is kept
meet         scheduled after an attempt               completed     they talked in another call meanwhile
lose         ringing, dialing                         unknown *     nobody knows whether the telephony was ever told
call_again   scheduled, missed, unreachable, unknown  queued        an operator decided so
hurry        scheduled                                queued        the visitor would rather be called now
cancel       all but connected, completed, cancelled  cancelled     the visitor does not want it any more
close_task   those with *                             the same      a person has dealt with it
reopen_task  missed, unreachable, unknown, closed     the same *    that was a slip

``*`` asks for a person (``needs_person``), until ``call_again``, ``cancel`` or ``close_task``. By itself the program
calls again by ``try_later`` only: at most as often as the site says.
"""

from collections.abc import Sequence
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
WORTH_ANOTHER_TRY = ("busy", "no_answer")
ALL_BUSY = "all_busy"


class IllegalMove(Exception):
    """A move that the table above does not have."""


@dataclass(frozen=True)
class Callback:
    """A request and how far it is.

    ``due_at``: when the attempt to come (or the last one) was wanted, None for at once when it was asked for.
    ``context``: what the visitor's page said of itself. ``department``: whom they want to talk to, None for anybody.
    ``reason``: why it came to this; while it rings, ``all_busy`` if everybody who is rung is in a talk.
    ``task_at``: when it first asked for a person.
    """

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
    department: str | None = None
    task_at: datetime | None = None

    @property
    def is_retry(self) -> bool:
        """Tell whether it waits for another attempt after one that reached nobody."""
        return self.state == "scheduled" and self.attempt > 0

    @property
    def asks_operators(self) -> bool:
        """Tell whether its call has come to the operators: it rings them, or one of them has it."""
        return self.state not in WAITING and (self.state != "dialing" or self.operator_id is not None)

    def ring(self, call_id: str, at: datetime, reason: str | None = None) -> "Callback":
        self._only_from("ring", *WAITING)
        return self._begin("ringing", call_id, at, reason)

    def dial_first(self, call_id: str, at: datetime) -> "Callback":
        self._only_from("dial_first", *WAITING)
        return self._begin("dialing", call_id, at, None)

    def wait(self, at: datetime) -> "Callback":
        self._only_from("wait", "dialing")
        return replace(self, state="ringing", changed_at=at)

    def take(self, operator_id: str, at: datetime) -> "Callback":
        self._only_from("take", "ringing")
        return replace(self, state="dialing", operator_id=operator_id, reason=None, changed_at=at)

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

    def try_later(self, reason: str, due_at: datetime, at: datetime) -> "Callback":
        self._only_from("try_later", "dialing")
        return replace(self, state="scheduled", reason=reason, operator_id=None, due_at=due_at, changed_at=at)

    def meet(self, at: datetime) -> "Callback":
        if not self.is_retry:
            raise IllegalMove(f"meet from {self.state}")
        return replace(self, state="completed", reason="other_call", changed_at=at, done_at=at)

    def lose(self, at: datetime) -> "Callback":
        self._only_from("lose", "ringing", "dialing")
        return self._task("unknown", "lost", at)

    def call_again(self, at: datetime) -> "Callback":
        self._only_from("call_again", "scheduled", *UNSETTLED)
        return self._now(at)

    def hurry(self, at: datetime) -> "Callback":
        self._only_from("hurry", "scheduled")
        return self._now(at)

    def cancel(self, at: datetime) -> "Callback":
        self._only_from("cancel", *WAITING, "ringing", "dialing", *UNSETTLED)
        return replace(self, state="cancelled", needs_person=False, changed_at=at, done_at=at)

    def close_task(self, at: datetime) -> "Callback":
        self._only_from("close_task", *UNSETTLED)
        return replace(self, needs_person=False, changed_at=at, done_at=at)

    def reopen_task(self, at: datetime) -> "Callback":
        self._only_from("reopen_task", *UNSETTLED)
        return replace(self, needs_person=True, changed_at=at, done_at=None)

    def after_call(self, outcome: str, at: datetime, retry_at: datetime | None = None) -> "Callback":
        """Return what the end of its call makes of it. ``retry_at``: when the site would try again, if it would."""
        if outcome == "talked":
            return self.complete(at)
        if outcome == "cancelled":
            return self.cancel(at)
        if outcome == "lost":
            return self.lose(at)
        if self.state == "dialing" and outcome in WORTH_ANOTHER_TRY and retry_at is not None:
            return self.try_later(outcome, retry_at, at)
        return self.miss(outcome, at) if self.state == "ringing" else self.fail(outcome, at)

    def _task(self, state: State, reason: str, at: datetime) -> "Callback":
        asked = self.task_at or at
        return replace(self, state=state, reason=reason, needs_person=True, task_at=asked, changed_at=at)

    def _begin(self, state: State, call_id: str, at: datetime, reason: str | None) -> "Callback":
        fresh = replace(self, attempt=self.attempt + 1, call_id=call_id, operator_id=None, reason=reason)
        return replace(fresh, state=state, changed_at=at)

    def _now(self, at: datetime) -> "Callback":
        fresh = replace(self, operator_id=None, reason=None, needs_person=False, done_at=None)
        return replace(fresh, state="queued", due_at=at, changed_at=at)

    def _only_from(self, move: str, *states: State) -> None:
        if self.state not in states:
            raise IllegalMove(f"{move} from {self.state}")


def ring_order(callback: Callback, operator_ids: Sequence[str] | None = None) -> dict[str, Any]:
    """Return the payload of the job that begins the next attempt; ``operator_ids``: ring them instead of all."""
    return {"callback_id": callback.id, "attempt": callback.attempt + 1, "operator_ids": operator_ids}


@dataclass(frozen=True)
class Draft:
    """What a visitor asks for, as it came. ``is_trusted``: a program of the account's own asks for them."""

    key: str
    phone: str
    consent_version: str
    accepted: bool
    due_at: datetime | None
    proof: str | None = None
    department: str | None = None
    is_trusted: bool = False


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


@dataclass(frozen=True)
class CallbackNeedsPerson:
    """The program cannot help any more: a task for a person began. Once in a callback's life."""

    callback: Callback
    at: datetime
