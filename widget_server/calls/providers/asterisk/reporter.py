"""Takes the board's steps: orders to Asterisk, reports to us."""

import logging
from datetime import timedelta

from widget_server.calls.port import CallEvents, InboundCall, Switchboard
from widget_server.calls.providers.asterisk.board import Board
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.model import door
from widget_server.calls.providers.asterisk.steps import (
    Check,
    Close,
    Ended,
    HangUp,
    LetRing,
    OpenDoor,
    OperatorAnswered,
    OperatorFailed,
    Pick,
    Play,
    Record,
    Seat,
    Step,
    StopPlaying,
    Take,
    VisitorAnswered,
    VisitorFailed,
)
from widget_server.calls.standing import StandingCalls
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.kernel.ids import is_id

log = logging.getLogger(__name__)
BYTES_A_SECOND = 16_000  # of the format that we record in


class Reporter:
    """Carries steps out; what a step is answered with goes back to the board and gives further steps."""

    def __init__(self, ari: Ari, events: CallEvents, switchboard: Switchboard, standing: StandingCalls) -> None:
        self._ari, self._events = ari, events
        self._switchboard, self._standing = switchboard, standing

    def take(self, step: Step, board: Board) -> list[Step]:
        """Take one step and return those that follow from its answer."""
        match step:
            case OperatorAnswered(call_id, operator_id, channel):
                return self._give(board, call_id, operator_id, channel)
            case Take(channel, dialled, caller):
                return board.taken(channel, self._take_in(InboundCall(channel, dialled, caller)))
            case Check(call_id):
                return [] if self._standing.is_open(call_id) else board.over(call_id)
            case OperatorFailed() | VisitorAnswered() | VisitorFailed() | Ended():
                self._report(step)
            case _:
                self._order(step)
        return []

    def recorded(self, name: str, length: timedelta) -> None:
        """Report a recording that Asterisk has written; it bears the name of the call."""
        if self._standing.find(name) is not None:
            self._events.on_recorded(name, name, length)

    def collect(self) -> None:
        """Report the recordings of calls that ended while nobody listened."""
        for name in filter(is_id, self._ari.recordings()):
            call = self._standing.find(name)
            if call is not None and call.state == "ended":
                self.recorded(name, timedelta(seconds=len(self._ari.recording(name)) // BYTES_A_SECOND))

    def _take_in(self, inbound: InboundCall) -> str | None:
        try:
            return self._switchboard.take(inbound)
        except ProductError as error:
            log.warning("a call that came in is refused: %s", error.code)
            return None

    def _give(self, board: Board, call_id: str, operator_id: str, channel: str) -> list[Step]:
        try:
            call = self._events.on_operator_answered(call_id, operator_id)
        except ProductError:
            return board.refuse(channel)
        return board.win(channel, waits=call.state == "connected")

    def _report(self, step: OperatorFailed | VisitorAnswered | VisitorFailed | Ended) -> None:
        try:
            match step:
                case OperatorFailed(call_id, operator_id, result):
                    self._events.on_operator_failed(call_id, operator_id, result)
                case VisitorAnswered(call_id):
                    self._events.on_visitor_answered(call_id)
                case VisitorFailed(call_id, outcome):
                    self._events.on_visitor_failed(call_id, outcome)
                case Ended(call_id):
                    self._events.on_ended(call_id)
        except NotFound:
            log.warning("Asterisk tells of the call %s that is not in the database", step.call_id)

    def _order(self, step: Step) -> None:
        match step:
            case HangUp(channel, elsewhere):
                self._ari.hang_up(channel, elsewhere=elsewhere)
            case Seat(call_id, channel):
                self._ari.seat(call_id, channel)
            case Play(channel, playback, media):
                self._ari.play(channel, playback, media)
            case StopPlaying(playback):
                self._ari.stop_playing(playback)
            case LetRing(channel):
                self._ari.let_ring(channel)
            case Pick(channel):
                self._ari.pick(channel)
            case Record(call_id):
                self._ari.record(call_id, call_id)
            case OpenDoor(call_id, channel):
                self._ari.open_bridge(door(call_id), channel)
            case Close(call_id):
                self._ari.close_bridge(call_id)
                self._ari.close_bridge(door(call_id))
