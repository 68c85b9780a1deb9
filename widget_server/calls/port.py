"""What a PBX must do for us, and what it tells us.

Every order carries our call id and is idempotent by it: given twice it does the work once. An order may raise after it
was carried out; ``find`` then tells. Nothing here is called inside a request, all of it by jobs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from widget_server.calls.model import Call, Device, Outcome
from widget_server.jobs.model import Handler

LegResult = Literal["busy", "declined", "no_answer", "failed"]


@dataclass(frozen=True)
class RingOrder:
    """Ring all devices at the same moment; the first who answers hears ``whisper`` and has the call.

    ``shown``: the number that operators' phones show, E.164: the visitor's, if known. ``whisper``: what the winner is
    told before the visitor is there, in ``language``; empty for nothing.
    """

    call_id: str
    devices: tuple[Device, ...]
    shown: str
    whisper: str
    language: str


@dataclass(frozen=True)
class DialOrder:
    """Dial the visitor.

    ``shown``: the site's number that the visitor's phone shows, E.164; empty for the PBX's own. ``notice``: what the
    visitor hears first when the call is recorded (0 pressed meanwhile: it is not); None for no recording.
    """

    call_id: str
    phone: str
    shown: str
    notice: str | None
    language: str


@dataclass(frozen=True)
class ProviderCall:
    """What the provider knows of a call of ours."""

    call_id: str
    visitor_dialled: bool
    ended: bool


@dataclass(frozen=True)
class InboundCall:
    """Somebody dialled one of our numbers and waits on the line. ``reference``: the provider's own id of that leg."""

    reference: str
    dialled: str
    caller: str


class Switchboard(Protocol):
    """Where calls to our numbers come in."""

    def take(self, inbound: InboundCall) -> str | None:
        """Take a call: returns our id of it (the same for a reference that is known), or None: refuse it.

        The operators are rung by an order of ours that follows.
        """


class CallEvents(Protocol):
    """What a provider reports. All of it may come late, twice or for calls that are over: that changes nothing."""

    def on_operator_answered(self, call_id: str, operator_id: str) -> Call:
        """Give the call to whoever asks first. Raises ``Conflict`` to everybody else: hang their phone up.

        When it returns, silence the other devices at once. The next order (``dial_visitor`` or ``join``) follows.
        """

    def on_operator_failed(self, call_id: str, operator_id: str, result: LegResult) -> None:
        """One operator's phone did not come to an answer; the call goes on while another rings."""

    def on_visitor_answered(self, call_id: str) -> None:
        """The visitor took the phone: joined with the operator who waits, or waiting for one."""

    def on_visitor_failed(self, call_id: str, result: Outcome) -> None:
        """``busy``, ``no_answer``, ``failed``; ``lost`` if nobody saw what became of them."""

    def on_ended(self, call_id: str) -> None:
        """Nobody is left on the line, or one side hung up."""

    def on_recorded(self, call_id: str, reference: str, length: timedelta) -> None:
        """A recording can be fetched by ``Telephony.recording``."""


class Telephony(Protocol):
    """A PBX."""

    def ring_operators(self, order: RingOrder) -> None: ...

    def dial_visitor(self, order: DialOrder) -> None:
        """Dial the visitor; join them with the operator who answered, if one has."""

    def join(self, call_id: str, operator_id: str) -> None:
        """Silence the other devices and join the operator who answered with the visitor who waits."""

    def hang_up(self, call_id: str) -> None:
        """End every leg; nothing happens if there is none."""

    def find(self, call_id: str) -> ProviderCall | None:
        """Return what became of an order that nobody saw answered; None if it never arrived."""

    def recording(self, reference: str) -> bytes:
        """Return a recording (WAV, Ogg or MP3). Raises ``LookupError`` if there is none (any more)."""

    def delete_recording(self, reference: str) -> None:
        """Delete it where the provider keeps it; nothing happens if there is none."""

    def handlers(self) -> Mapping[str, Handler]:
        """Return the provider's own jobs, their kinds begin with its name."""

    def listen(self) -> "Listener | None":
        """Return what hears the provider's events over a connection of its own; None if they come by HTTP."""


class Listener(Protocol):
    """Hears a provider. One process of all does: whoever holds the lease (``jobs.lease``)."""

    def run(self, stop: Any) -> None:
        """Listen until ``stop`` (a ``threading.Event``) is set; comes back by itself after a lost connection."""
