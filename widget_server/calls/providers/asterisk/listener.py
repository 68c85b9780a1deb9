"""Hears an Asterisk: keeps the connection, puts what happens on the board, hands the board's steps on."""

import logging
import threading
from datetime import timedelta
from typing import Any

from widget_server.calls.providers.asterisk.board import Board
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.events import Events, PbxError
from widget_server.calls.providers.asterisk.model import Arrival, Leg, door, read_leg
from widget_server.calls.providers.asterisk.reporter import Reporter
from widget_server.calls.providers.asterisk.steps import Step
from widget_server.calls.standing import StandingCalls
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import is_id

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.5
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
REPLACED_SECONDS = 5.0  # longer than it takes to notice that the lease is lost
NO_CAUSE = 0
TIDY = timedelta(seconds=15)


class Replaced(Exception):
    """Asterisk tells another connection instead of us."""


class AsteriskListener:
    """The ``Listener`` of an Asterisk. Whatever goes wrong ends the connection; the next one begins by looking."""

    def __init__(self, ari: Ari, reporter: Reporter, standing: StandingCalls, clock: Clock) -> None:
        self._ari, self._reporter = ari, reporter
        self._standing, self._clock = standing, clock
        self._board = Board()
        self._tidied_at = clock.now()

    def run(self, stop: threading.Event) -> None:
        tries = 0
        while not stop.is_set():
            try:
                with self._ari.listen() as events:
                    self._begin()
                    tries = 0
                    self._hear(events, stop)
            except Replaced:
                log.warning("another process listens to Asterisk")
                stop.wait(REPLACED_SECONDS)
            except PbxError as error:
                log.warning("Asterisk is not heard, trying again: %s", error)
            except Exception:
                log.exception("Asterisk is not heard, trying again")
            stop.wait(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def _begin(self) -> None:
        """Go on where an earlier connection, perhaps of another process, stopped."""
        bridges = self._ari.bridges()
        doors = {bridge.name: bridge.call_id for bridge in bridges if bridge.id == door(bridge.call_id)}
        found = [self._read(channel) for channel in self._ari.channels()]
        arrivals = [one for one in found if isinstance(one, Arrival)]
        known = [one for one in arrivals if one.channel in doors]
        legs = [one for one in found if isinstance(one, Leg)]
        legs += [Leg(one.channel, doors[one.channel], None, inbound=True, up=one.up) for one in known]
        calls = self._standing.list_open()
        log.info("Asterisk is heard as %s: %d legs, %d calls under way", self._ari.app, len(legs), len(calls))
        self._take(self._board.take_over(legs, bridges, calls, self._clock.now()))
        for arrival in arrivals:
            self._take(self._board.start(arrival))  # does nothing for those that are known
        self._reporter.collect()

    def _hear(self, events: Events, stop: threading.Event) -> None:
        while not stop.is_set():
            self._tidy()
            event = events.next(LOOK_SECONDS)
            if event is not None:
                self.react(event)

    def react(self, event: dict[str, Any]) -> None:
        """Do what follows from an event."""
        if event["type"] == "ApplicationReplaced":
            raise Replaced
        self._take(self._follow(event))

    def _tidy(self) -> None:
        """Remove now and then what calls that are over have left behind."""
        now = self._clock.now()
        if now - self._tidied_at < TIDY:
            return
        self._tidied_at = now
        for bridge in self._ari.bridges():
            call = self._standing.find(bridge.call_id) if is_id(bridge.call_id) else None
            if call is not None and call.ended_at is not None and now - call.ended_at > TIDY:
                self._ari.close_bridge(bridge.id)

    def _take(self, steps: list[Step]) -> None:
        """Take steps, and those that follow from them, in order."""
        waiting = list(steps)
        while waiting:
            waiting[:1] = self._reporter.take(waiting[0], self._board)

    def _follow(self, event: dict[str, Any]) -> list[Step]:
        board = self._board
        channel = event.get("channel", {}).get("id", "")
        match event["type"]:
            case "StasisStart":
                found = read_leg(channel, event["args"], up=event["channel"]["state"] == "Up")
                return board.start(found) if found else []
            case "ChannelStateChange" if event["channel"]["state"] == "Up":
                return board.answer(channel)
            case "ChannelDestroyed":
                return board.lose(channel, event.get("cause", NO_CAUSE))
            case "StasisEnd" if board.is_inbound(channel):
                return board.lose(channel, NO_CAUSE)
            case "ChannelDtmfReceived":
                return board.press(channel, event["digit"])
            case "PlaybackFinished":
                return board.played(event["playback"]["id"], heard=event["playback"]["state"] == "done")
            case "RecordingFinished":
                recording = event["recording"]
                self._reporter.recorded(recording["name"], timedelta(seconds=recording.get("duration", 0)))
            case "RecordingFailed":
                log.warning("a talk could not be recorded: %s", event["recording"].get("cause", "no cause"))
        return []

    def _read(self, channel: dict[str, Any]) -> Leg | Arrival | None:
        """Read what stands in Asterisk's list of channels."""
        where = channel["dialplan"]
        app, _, arguments = where.get("app_data", "").partition(",")
        if where.get("app_name") != "Stasis" or app != self._ari.app:
            return None
        return read_leg(channel["id"], arguments.split(","), up=channel["state"] == "Up")
