"""One call as the listener sees it: what follows from each thing that happens to it. Pure."""

from dataclasses import dataclass

from widget_server.calls.model import Call
from widget_server.calls.providers.asterisk.model import Leg, operator_result, visitor_result
from widget_server.calls.providers.asterisk.steps import (
    Ended,
    HangUp,
    LetRing,
    OperatorAnswered,
    OperatorFailed,
    Pick,
    Play,
    Record,
    Seat,
    Step,
    StopPlaying,
    VisitorAnswered,
    VisitorFailed,
)

TAKE, NOT_RECORDED = "1", "0"  # the keys that operators and visitors press


@dataclass
class Side:
    """One leg and how far it is.

    ``pressed``: whoever answered wants the call. ``told``: they heard what is played first. ``hushed``: we hung it up.
    """

    leg: Leg
    up: bool
    pressed: bool
    told: bool
    hushed: bool = False
    rings: bool = False
    plays: int = 0

    @property
    def channel(self) -> str:
        return self.leg.channel

    @property
    def playback(self) -> str:
        return f"{self.channel}~{self.plays}"

    @property
    def is_there(self) -> bool:
        """Tell whether a visitor can be joined."""
        return self.told and (self.up or self.leg.inbound)


class Talk:
    """A call with its legs. Every method returns the steps to take, in order."""

    def __init__(self, call_id: str) -> None:
        self.call_id = call_id
        self.operators: dict[str, Side] = {}
        self.visitor: Side | None = None
        self.winner: Side | None = None
        self.waits = False  # the visitor was on the line before an operator
        self.unrecorded = False
        self.joined = False

    @property
    def sides(self) -> list[Side]:
        return [*self.operators.values(), *([self.visitor] if self.visitor else [])]

    def find(self, channel: str) -> Side | None:
        return self.operators.get(channel) or next((one for one in self.sides if one.channel == channel), None)

    def start(self, leg: Leg) -> list[Step]:
        """A leg was made; its phone rings in a moment."""
        side = self.place(leg)
        if side is self.visitor:
            return self._go_on()
        return [] if self.winner is None else self._hush([side], elsewhere=True)

    def place(self, leg: Leg) -> Side:
        side = Side(leg, leg.up, not leg.prompt, not leg.media)
        if leg.operator_id is None:
            self.visitor = side
        else:
            self.operators[leg.channel] = side
        return side

    def answer(self, channel: str) -> list[Step]:
        side = self.find(channel)
        if side is None or side.up or side.hushed:
            return []
        side.up = True
        if side.leg.operator_id is not None:
            return [self._answered(side) if side.pressed else self._play(side)]
        if side.leg.inbound:
            return []
        self.waits = self.winner is None
        notice: list[Step] = [] if side.told else [self._play(side)]
        return [VisitorAnswered(self.call_id), *notice, *self._go_on()]

    def win(self, channel: str, *, waits: bool) -> list[Step]:
        """This phone has the call. ``waits``: the visitor is on the line already."""
        side = self.operators[channel]
        self.winner, self.waits = side, waits
        others = self._hush([one for one in self.operators.values() if one is not side], elsewhere=True)
        whisper: list[Step] = [] if side.told else [self._play(side)]
        return [*others, Seat(self.call_id, channel), *whisper, *self._go_on()]

    def refuse(self, channel: str) -> list[Step]:
        """This phone answered and does not have the call."""
        side = self.operators.get(channel)
        return [] if side is None else self._hush([side], elsewhere=True)

    def press(self, channel: str, key: str) -> list[Step]:
        side = self.find(channel)
        if side is None or side.hushed:
            return []
        if side is self.visitor and key == NOT_RECORDED and not side.told:
            self.unrecorded = side.told = True
            return [StopPlaying(side.playback), *self._go_on()]
        if key == TAKE and not side.pressed:
            side.pressed = True
            return [StopPlaying(side.playback), self._answered(side)]
        return []

    def played(self, playback: str, *, heard: bool) -> list[Step]:
        """What was played is over; ``heard``: it could be played at all."""
        side = next((one for one in self.sides if one.playback == playback), None)
        if side is None or side.hushed:
            return []
        if not side.pressed:
            return [self._play(side)] if heard else []  # asked until they press or the time is over
        if side.told:
            return []
        side.told = True
        self.unrecorded = self.unrecorded or (side is self.visitor and not heard)
        return self._go_on()

    def lose(self, channel: str, cause: int) -> list[Step]:
        """A leg is gone."""
        side = self.find(channel)
        if side is None:
            return []
        self.operators.pop(channel, None)
        if side is self.visitor:
            self.visitor = None
            came = side.up or side.leg.inbound
            told = Ended(self.call_id) if came else VisitorFailed(self.call_id, visitor_result(cause))
            return [] if side.hushed else [told, *self.hush()]
        if side.hushed:
            return []
        if side is self.winner:
            return [Ended(self.call_id), *self.hush()]
        return self._lose_operator(side, cause)

    def _lose_operator(self, side: Side, cause: int) -> list[Step]:
        operator_id = side.leg.operator_id
        assert operator_id is not None
        if any(one.leg.operator_id == operator_id and not one.hushed for one in self.operators.values()):
            return []  # another phone of theirs still rings
        return [OperatorFailed(self.call_id, operator_id, "no_answer" if side.up else operator_result(cause))]

    def hush(self) -> list[Step]:
        """Hang every leg up; what follows from that is no news."""
        return self._hush(self.sides)

    def _hush(self, sides: list[Side], *, elsewhere: bool = False) -> list[Step]:
        steps: list[Step] = [HangUp(one.channel, elsewhere) for one in sides if not one.hushed]
        for one in sides:
            one.hushed = True
        return steps

    def _answered(self, side: Side) -> OperatorAnswered:
        assert side.leg.operator_id is not None
        return OperatorAnswered(self.call_id, side.leg.operator_id, side.channel)

    def _play(self, side: Side) -> Play:
        side.plays += 1
        return Play(side.channel, side.playback, side.leg.media if side.pressed else side.leg.prompt)

    def _go_on(self) -> list[Step]:
        """Join whoever can be joined; let whoever must wait hear that it rings."""
        operator, visitor = self.winner, self.visitor
        if visitor is None or self.joined:
            return []
        if operator is not None and visitor.is_there and (operator.told or not self.waits):
            return self._join(operator, visitor)
        steps: list[Step] = []
        if visitor.is_there and not visitor.rings:
            visitor.rings = True
            steps.append(LetRing(visitor.channel))
        if operator is not None and operator.told and not visitor.leg.seated and not operator.rings:
            operator.rings = True
            steps.append(LetRing(operator.channel))
        return steps

    def _join(self, operator: Side, visitor: Side) -> list[Step]:
        self.joined = True
        steps: list[Step] = [] if operator.told else [StopPlaying(operator.playback)]
        operator.told = True
        if not visitor.up:
            steps.append(Pick(visitor.channel))
        if not visitor.leg.seated:
            steps.append(Seat(self.call_id, visitor.channel))
        if visitor.leg.media and not self.unrecorded:
            steps.append(Record(self.call_id))
        return steps

    # --- taken over from another listener ---------------------------------------------------------------------------

    def resume(self, call: Call, seats: tuple[str, ...], *, rung: bool, dialled: bool) -> list[Step]:
        """Go on where another listener stopped. ``rung``, ``dialled``: these orders arrived a while ago."""
        for side in self.sides:
            if side.leg.operator_id in (None, call.operator_id):
                side.told = side.pressed = True
        self.unrecorded = True  # nobody knows whether the notice was heard
        self.waits = call.first == "visitor"
        gone = self._what_is_gone(call, rung=rung, dialled=dialled)
        if gone is not None:
            return [gone, *self.hush()]
        steps: list[Step] = []
        if call.operator_id is None:
            answered = [one for one in self.operators.values() if one.up]
            steps += [self._answered(one) if one.pressed else self._play(one) for one in answered]
        else:
            steps += self._resume_winner(call.operator_id, seats)
        if self.visitor and self.visitor.up and call.state == "dialing":
            steps.append(VisitorAnswered(call.id))
        self.joined = bool(self.visitor and self.visitor.up and self.visitor.channel in seats)
        return steps + self._go_on()

    def _what_is_gone(self, call: Call, *, rung: bool, dialled: bool) -> Step | None:
        """Return what ended the call while nobody listened, if anything did."""
        has_operator = any(one.up for one in self.operators.values() if one.leg.operator_id == call.operator_id)
        if call.operator_id is not None and not has_operator:
            return Ended(call.id)
        if call.operator_id is None and call.state == "ringing" and rung and not self.operators:
            return Ended(call.id)
        if self.visitor is not None:
            return None
        if call.state == "connected" or (call.first == "visitor" and call.state == "ringing"):
            return Ended(call.id)
        return VisitorFailed(call.id, "lost") if dialled else None  # perhaps they even talked

    def _resume_winner(self, operator_id: str, seats: tuple[str, ...]) -> list[Step]:
        mine = [one for one in self.operators.values() if one.up and one.leg.operator_id == operator_id]
        self.winner = next((one for one in mine if one.channel in seats), mine[0])
        steps = self._hush([one for one in self.operators.values() if one is not self.winner], elsewhere=True)
        return steps if self.winner.channel in seats else [*steps, Seat(self.call_id, self.winner.channel)]
