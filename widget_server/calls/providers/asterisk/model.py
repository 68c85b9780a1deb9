"""Legs of a call on an Asterisk: what they are called there, what they mean, what can be done with them. Pure.

All that must be known of a leg stands in Asterisk itself, so that any process can take a call over: its channel is
named ``<call>-<operator>.<phone>`` or ``<call>-visitor`` and carries arguments. Every call has two bridges:
``<call>``, where both sides talk, made by the order to ring (its name lists the operators), and ``<call>-door``, made
by the order to dial or by a call that comes in (its name is the visitor's channel). They live until the call is hung
up, so they also tell which orders have arrived. An empty third one, ``<call>-over``, stands for a while after that: no
order that comes late is carried out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from widget_server.calls.model import Outcome
from widget_server.calls.port import LegResult

PHONES = 3  # of one operator, at most
SEATED = "seated"
# Causes of Q.850. Whatever is not listed is a failure.
_OPERATOR: dict[int, LegResult] = {16: "no_answer", 17: "busy", 18: "no_answer", 19: "no_answer", 21: "declined"}
_VISITOR: dict[int, Outcome] = {
    16: "no_answer",
    17: "busy",
    18: "no_answer",
    19: "no_answer",
    20: "no_answer",
    21: "busy",
}


@dataclass(frozen=True)
class Leg:
    """One channel. ``operator_id`` None: the visitor's.

    ``prompt``: what asks whoever answers to press 1; empty: they need not. ``media``: what is played to it first:
    whisper or notice. ``seated``: it is in the bridge from the start. ``inbound``: the visitor dialled us. ``up``: it
    was answered.
    """

    channel: str
    call_id: str
    operator_id: str | None
    media: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    seated: bool = False
    inbound: bool = False
    up: bool = False

    def arguments(self) -> str:
        """Return what ``read_leg`` reads.

        >>> leg = Leg("c1-anna", "c1", "anna", ("sound:beep",), ("sound:press", "sound:silence/2"))
        >>> leg.arguments()
        'leg,c1,anna,,sound:beep,sound:press&sound:silence/2'
        >>> read_leg("c1-anna", leg.arguments().split(","), up=False) == leg
        True
        """
        seat = SEATED if self.seated else ""
        sounds = "&".join(self.media), "&".join(self.prompt)
        return ",".join(("leg", self.call_id, self.operator_id or "", seat, *sounds))


@dataclass(frozen=True)
class Arrival:
    """Somebody dialled a number of ours and waits; no call of ours yet."""

    channel: str
    dialled: str
    caller: str
    up: bool = False


def read_leg(channel: str, arguments: Sequence[str], *, up: bool) -> Leg | Arrival | None:
    """Read the arguments of a channel in our application; None for what is not ours.

    >>> read_leg("7.1", ["inbound", "+74951234567", ""], up=False)
    Arrival(channel='7.1', dialled='+74951234567', caller='', up=False)
    >>> read_leg("7.1", ["echo"], up=True)
    """
    match [*arguments]:
        case ["leg", call_id, operator_id, seat, media, prompt]:
            sounds = _sounds(media), _sounds(prompt)
            return Leg(channel, call_id, operator_id or None, *sounds, seated=seat == SEATED, up=up)
        case ["inbound", dialled, *caller]:
            return Arrival(channel, dialled, caller[0] if caller else "", up)
    return None


def _sounds(joined: str) -> tuple[str, ...]:
    return tuple(filter(None, joined.split("&")))


def operator_channel(call_id: str, operator_id: str, contact: int = 0) -> str:
    """Name a leg of an operator; each of their phones has a number.

    No name begins with another one: Asterisk would take the two channels for one.
    """
    return f"{call_id}-{operator_id}.{contact}"


def visitor_channel(call_id: str) -> str:
    return f"{call_id}-visitor"


def door(call_id: str) -> str:
    return f"{call_id}-door"


def over(call_id: str) -> str:
    return f"{call_id}-over"


def operator_result(cause: int) -> LegResult:
    """Say why an operator's phone did not come to an answer, by the cause of Q.850."""
    return _OPERATOR.get(cause, "failed")


def visitor_result(cause: int) -> Outcome:
    return _VISITOR.get(cause, "failed")


@dataclass(frozen=True)
class Bridge:
    """A bridge as Asterisk tells it."""

    id: str
    name: str
    channels: tuple[str, ...]

    @property
    def call_id(self) -> str:
        """Return the call that it would be a bridge of.

        >>> {Bridge(name, "", ()).call_id for name in ("c1", door("c1"), over("c1"))}
        {'c1'}
        """
        return self.id.removesuffix("-door").removesuffix("-over")

    def legs(self) -> list[str]:
        """Return the channels that it stands for, whether they are still there or not."""
        if self.id != self.call_id:
            return [self.name]
        return [operator_channel(self.id, one, n) for one in self.name.split(",") for n in range(PHONES)]
