"""Orders to an Asterisk. What follows from them is heard by the listener, wherever it runs (``listener``).

Legs are made in our application first and dialled then: so they stay when a listener is lost, and whoever answers
meanwhile waits for the next one.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from widget_server.calls.model import Device
from widget_server.calls.port import CallEvents, DialOrder, Listener, ProviderCall, RingOrder, Switchboard
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.events import PbxError
from widget_server.calls.providers.asterisk.lines import Lines
from widget_server.calls.providers.asterisk.listener import AsteriskListener
from widget_server.calls.providers.asterisk.model import PHONES, Leg, door, operator_channel, over, visitor_channel
from widget_server.calls.providers.asterisk.reporter import Reporter
from widget_server.calls.speech import Speech
from widget_server.calls.standing import StandingCalls
from widget_server.jobs.model import Handler
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage
from widget_server.texts import text

# Asterisk itself stops ringing a little after we would have, in case nobody of us is alive then.
MARGIN = 5
# How long an order waits for a listener, as after a restart.
PATIENCE, PAUSE = 12.0, 0.25
# What a call that is over had come to.
OPERATORS, VISITOR = "operators", "visitor"
# Sounds of Asterisk's own, where nothing speaks.
BEEP, A_PAUSE = "sound:beep", "sound:silence/2"


class AsteriskTelephony:
    """The ``Telephony`` of an owner's own Asterisk."""

    def __init__(
        self, ari: Ari, lines: Lines, events: CallEvents, listener: Listener, speech: Speech, settings: Settings
    ) -> None:
        self._ari, self._lines, self._events = ari, lines, events
        self._listener, self._speech = listener, speech
        self._own_notice = settings.asterisk_notice
        self._operator_rings = settings.operator_ring_seconds + MARGIN
        self._visitor_rings = settings.visitor_ring_seconds + MARGIN

    def ring_operators(self, order: RingOrder) -> None:
        names = ",".join(device.operator_id for device in order.devices)
        if self._ari.open_bridge(order.call_id, names):
            self._when_heard(order.call_id, lambda: self._ring(order))

    def dial_visitor(self, order: DialOrder) -> None:
        channel = visitor_channel(order.call_id)
        if not self._ari.open_bridge(door(order.call_id), channel):
            return
        talk = self._ari.find_bridge(order.call_id)
        if talk is not None and not talk.channels and not any(self._ari.is_up(one) for one in talk.legs()):
            self._events.on_ended(order.call_id)  # the operator has left: nobody is dialled
            return
        notice = self._notice(order)
        leg = Leg(channel, order.call_id, None, notice, seated=talk is not None and not notice)
        self._when_heard(door(order.call_id), lambda: self._dial(order, leg))

    def join(self, call_id: str, operator_id: str) -> None:
        """The listener joins them once the operator has heard the whisper; without a phone there is nobody to join."""
        if not any(self._ari.is_up(operator_channel(call_id, operator_id, n)) for n in range(PHONES)):
            self._events.on_ended(call_id)

    def hang_up(self, call_id: str) -> None:
        """End every leg.

        First it is written on the wall that the call is over: an order that is still being carried out looks there once
        its leg is made, and takes the leg back.
        """
        talk, visitor = (self._ari.find_bridge(name) for name in (call_id, door(call_id)))
        self._ari.open_bridge(over(call_id), VISITOR if visitor else OPERATORS if talk else "")
        there = [bridge for bridge in (talk, visitor) if bridge is not None]
        for bridge in there:
            self._ari.close_bridge(bridge.id)
        for channel in {channel for bridge in there for channel in (*bridge.channels, *bridge.legs())}:
            self._ari.hang_up(channel)

    def find(self, call_id: str) -> ProviderCall | None:
        """Return what Asterisk has of a call; it forgets all of them when it restarts."""
        ended = self._ari.find_bridge(over(call_id))
        if ended is not None:
            return ProviderCall(call_id, ended.name == VISITOR, ended=True) if ended.name else None
        talk, visitor = (self._ari.find_bridge(name) for name in (call_id, door(call_id)))
        legs = [channel for bridge in (talk, visitor) if bridge is not None for channel in bridge.legs()]
        alive = any(self._ari.exists(channel) for channel in legs)
        return ProviderCall(call_id, visitor is not None, not alive) if legs else None

    def recording(self, reference: str) -> bytes:
        return self._ari.recording(reference)

    def delete_recording(self, reference: str) -> None:
        self._ari.delete_recording(reference)

    def listen(self) -> Listener:
        return self._listener

    def handlers(self) -> Mapping[str, Handler]:
        return {}

    # --- ringing --------------------------------------------------------------------------------------------------

    def _ring(self, order: RingOrder) -> bool:
        """Ring all phones; False if nobody listens, so that none rang."""
        made = [leg for device in order.devices for leg in self._make(order, device)]
        if self._is_over(order.call_id):
            return self._take_back(made)
        rung = [self._ari.dial(leg.channel, self._operator_rings) for leg in made]
        return any(rung) or not made

    def _make(self, order: RingOrder, device: Device) -> Iterator[Leg]:
        """Make a leg for each phone of an operator."""
        first = operator_channel(order.call_id, device.operator_id)
        prompt = self._prompt(order) if device.kind == "phone" else ()
        leg = Leg(first, order.call_id, device.operator_id, self._whisper(order), prompt)
        told = order.call_id if device.kind == "console" else ""
        if not self._ari.create(first, self._lines.endpoint(device), leg.arguments(), order.shown, told):
            self._events.on_operator_failed(order.call_id, device.operator_id, "failed")
            return
        yield leg
        for n, endpoint in enumerate(self._lines.further(device, first), 1):
            more = replace(leg, channel=operator_channel(order.call_id, device.operator_id, n))
            if self._ari.create(more.channel, endpoint, more.arguments(), order.shown, told):
                yield more

    def _whisper(self, order: RingOrder) -> tuple[str, ...]:
        return self._said(order.whisper, order.language) or ((BEEP,) if order.whisper else ())

    def _prompt(self, order: RingOrder) -> tuple[str, ...]:
        return self._said(text(order.language, "telephony.press_one"), order.language) or (BEEP, A_PAUSE)

    # --- the visitor ----------------------------------------------------------------------------------------------

    def _dial(self, order: DialOrder, leg: Leg) -> bool:
        if not self._ari.create(leg.channel, self._lines.outside(order.phone), leg.arguments(), order.shown):
            self._events.on_visitor_failed(order.call_id, "failed")
            return True
        if self._is_over(order.call_id):
            return self._take_back([leg])
        if leg.seated:
            self._ari.seat(order.call_id, leg.channel)
        return self._ari.dial(leg.channel, self._visitor_rings)

    def _notice(self, order: DialOrder) -> tuple[str, ...]:
        """Return what is played before a recorded talk; without words that can be played nothing is recorded."""
        if order.notice is None:
            return ()
        own = tuple(filter(None, self._own_notice.split("&")))
        return own or self._said(order.notice, order.language)

    def _said(self, words: str, language: str) -> tuple[str, ...]:
        address = self._speech.address(words, language)
        return () if address is None else (f"sound:{address}",)

    # --- both -----------------------------------------------------------------------------------------------------

    def _when_heard(self, bridge: str, carry_out: Callable[[], bool]) -> None:
        """Carry an order out once somebody listens: without, a leg ends before its phone rings.

        Raises
        ------
        PbxError
            If nobody listens; nothing has rung, and ``bridge`` does not say that the order arrived.
        """
        until = time.monotonic() + PATIENCE
        while not carry_out() and self._ari.find_bridge(bridge) is not None:
            if time.monotonic() > until:
                self._ari.close_bridge(bridge)
                raise PbxError("no process listens to Asterisk: nothing was rung")
            time.sleep(PAUSE)

    def _is_over(self, call_id: str) -> bool:
        return self._ari.find_bridge(over(call_id)) is not None

    def _take_back(self, legs: list[Leg]) -> bool:
        for leg in legs:
            self._ari.hang_up(leg.channel)
        return True


def make_asterisk(
    settings: Settings, storage: Storage, clock: Clock, events: CallEvents, switchboard: Switchboard
) -> AsteriskTelephony:
    ari = Ari(settings.asterisk_url, settings.asterisk_user, settings.asterisk_password, settings.asterisk_app)
    standing = StandingCalls(storage)
    listener = AsteriskListener(ari, Reporter(ari, events, switchboard, standing), standing, clock)
    return AsteriskTelephony(ari, Lines(ari, settings), events, listener, Speech(settings), settings)
