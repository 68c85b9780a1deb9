"""All calls under way as the listener sees them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from widget_server.calls.model import Call
from widget_server.calls.providers.asterisk.model import Arrival, Bridge, Leg, door
from widget_server.calls.providers.asterisk.steps import Check, Close, Ended, HangUp, OpenDoor, Step, Take
from widget_server.calls.providers.asterisk.talk import Talk

# An order that is younger than this may still be under way: what is missing of its call is not missed yet.
SETTLED = timedelta(seconds=5)


class Board:
    """Every method returns the steps to take, in order; some of them are answered by calling another method."""

    def __init__(self) -> None:
        self._talks: dict[str, Talk] = {}
        self._by_channel: dict[str, Talk] = {}

    def start(self, found: Leg | Arrival) -> list[Step]:
        """A channel of ours is there."""
        if found.channel in self._by_channel:
            return []
        if isinstance(found, Arrival):
            return [Take(found.channel, found.dialled, found.caller)]
        known = found.call_id in self._talks
        steps = self._put(found).start(found)
        return steps if known else [*steps, Check(found.call_id)]

    def taken(self, channel: str, call_id: str | None) -> list[Step]:
        """Whoever calls in on ``channel`` belongs to that call; None: nobody takes them."""
        if call_id is None:
            return [HangUp(channel)]
        if channel in self._by_channel:
            return []
        leg = Leg(channel, call_id, None, inbound=True)
        return [OpenDoor(call_id, channel), *self._put(leg).start(leg), Check(call_id)]

    def answer(self, channel: str) -> list[Step]:
        talk = self._by_channel.get(channel)
        return talk.answer(channel) if talk else []

    def win(self, channel: str, *, waits: bool) -> list[Step]:
        talk = self._by_channel.get(channel)
        return talk.win(channel, waits=waits) if talk else []

    def refuse(self, channel: str) -> list[Step]:
        talk = self._by_channel.get(channel)
        return talk.refuse(channel) if talk else []

    def press(self, channel: str, key: str) -> list[Step]:
        talk = self._by_channel.get(channel)
        return talk.press(channel, key) if talk else []

    def played(self, playback: str, *, heard: bool) -> list[Step]:
        talk = self._by_channel.get(playback.partition("~")[0])
        return talk.played(playback, heard=heard) if talk else []

    def lose(self, channel: str, cause: int) -> list[Step]:
        talk = self._by_channel.pop(channel, None)
        if talk is None:
            return []
        steps = talk.lose(channel, cause)
        if not talk.sides:
            del self._talks[talk.call_id]
        return steps

    def is_inbound(self, channel: str) -> bool:
        """Tell whether the end of this channel is told by its leaving the application only."""
        talk = self._by_channel.get(channel)
        side = talk.find(channel) if talk else None
        return side is not None and side.leg.inbound

    def over(self, call_id: str) -> list[Step]:
        """The call has ended elsewhere: nobody stays on the line."""
        talk = self._talks.get(call_id)
        return [*(talk.hush() if talk else []), Close(call_id)]

    def take_over(
        self, legs: Iterable[Leg], bridges: Sequence[Bridge], calls: Sequence[Call], now: datetime
    ) -> list[Step]:
        """Begin anew from what Asterisk has (``legs``, ``bridges``) and from the calls that have not ended."""
        remembered = set(self._talks)
        self._talks, self._by_channel = {}, {}
        for leg in legs:
            self._put(leg).place(leg)
        open_calls = {call.id: call for call in calls}
        seats = {bridge.id: bridge.channels for bridge in bridges}
        steps: list[Step] = []
        for call_id, talk in self._talks.items():
            steps += self._resume(talk, open_calls[call_id], seats, now) if call_id in open_calls else talk.hush()
        for call in calls:
            if call.id not in self._talks and (call.id in remembered or self._is_gone(call, seats, now)):
                steps.append(Ended(call.id))
        return steps

    def _resume(self, talk: Talk, call: Call, seats: dict[str, tuple[str, ...]], now: datetime) -> list[Step]:
        settled = _is_settled(call, now)
        rung, dialled = settled and call.id in seats, settled and door(call.id) in seats
        return talk.resume(call, seats.get(call.id, ()), rung=rung, dialled=dialled)

    def _is_gone(self, call: Call, seats: dict[str, tuple[str, ...]], now: datetime) -> bool:
        """Tell whether a call without a leg had one; the others have clocks of their own."""
        arrived = call.id in seats or door(call.id) in seats
        return call.state == "connected" or (arrived and _is_settled(call, now))

    def _put(self, leg: Leg) -> Talk:
        talk = self._talks.setdefault(leg.call_id, Talk(leg.call_id))
        self._by_channel[leg.channel] = talk
        return talk


def _is_settled(call: Call, now: datetime) -> bool:
    steps = (call.started_at, call.answered_at, call.visitor_answered_at)
    return now - max(at for at in steps if at is not None) > SETTLED
