"""What the listener does next: orders to Asterisk, and reports to us. Pure."""

from dataclasses import dataclass
from typing import TypeAlias

from widget_server.calls.model import Outcome
from widget_server.calls.port import LegResult


@dataclass(frozen=True)
class HangUp:
    """``elsewhere``: another answered; the phone shows no missed call."""

    channel: str
    elsewhere: bool = False


@dataclass(frozen=True)
class Pick:
    """Answer a call that came in."""

    channel: str


@dataclass(frozen=True)
class LetRing:
    """Let somebody who waits hear that it rings."""

    channel: str


@dataclass(frozen=True)
class Play:
    channel: str
    playback: str
    media: tuple[str, ...]


@dataclass(frozen=True)
class StopPlaying:
    playback: str


@dataclass(frozen=True)
class Seat:
    """Put a channel into the bridge where both sides talk."""

    call_id: str
    channel: str


@dataclass(frozen=True)
class OpenDoor:
    """Note in Asterisk that this channel is the call's visitor."""

    call_id: str
    channel: str


@dataclass(frozen=True)
class Close:
    """Remove the bridges of a call that is over."""

    call_id: str


@dataclass(frozen=True)
class Record:
    call_id: str


@dataclass(frozen=True)
class Check:
    """A call is new to us: if it is over already, it is told to the board."""

    call_id: str


@dataclass(frozen=True)
class Take:
    """Somebody calls in; the answer is told to the board."""

    channel: str
    dialled: str
    caller: str


@dataclass(frozen=True)
class OperatorAnswered:
    """Whether they have the call is told to the board."""

    call_id: str
    operator_id: str
    channel: str


@dataclass(frozen=True)
class OperatorFailed:
    call_id: str
    operator_id: str
    result: LegResult


@dataclass(frozen=True)
class VisitorAnswered:
    call_id: str


@dataclass(frozen=True)
class VisitorFailed:
    call_id: str
    result: Outcome


@dataclass(frozen=True)
class Ended:
    call_id: str


Step: TypeAlias = (
    HangUp
    | Pick
    | LetRing
    | Play
    | StopPlaying
    | Seat
    | OpenDoor
    | Close
    | Record
    | Check
    | Take
    | OperatorAnswered
    | OperatorFailed
    | VisitorAnswered
    | VisitorFailed
    | Ended
)
