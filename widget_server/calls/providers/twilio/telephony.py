"""Twilio: one call per operator's telephone; the winner's line dials the visitor, or joins who waits in a room."""

import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from widget_server.calls.model import TALK_LIMIT, Device
from widget_server.calls.port import CallEvents, DialOrder, Listener, ProviderCall, RingOrder
from widget_server.calls.providers.orders import VISITOR, Order, close, insert_order, is_over, mark_over, move
from widget_server.calls.providers.twilio.api import FINAL, TwilioApi
from widget_server.calls.providers.twilio.lines import Lines, find_legs
from widget_server.calls.providers.web import Refused, Unanswered
from widget_server.jobs.model import Handler, Payload
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage, Tx

T = TypeVar("T")
R = TypeVar("R")
log = logging.getLogger(__name__)
AT_ONCE = 10
LONGEST_SECONDS = int(TALK_LIMIT.total_seconds()) + 600  # nothing is paid for ever, whatever becomes of us


def address(settings: Settings, call_id: str, leg: str, step: str) -> str:
    """Return where Twilio asks or tells about one leg."""
    return f"{settings.url}/telephony/twilio/{call_id}/{leg}/{step}"


class TwilioTelephony:
    """The ``Telephony`` of a Twilio account."""

    def __init__(self, storage: Storage, clock: Clock, events: CallEvents, settings: Settings) -> None:
        self._storage = storage
        self._clock = clock
        self._events = events
        self._settings = settings
        self._api = TwilioApi(settings.twilio_url, settings.twilio_account, settings.twilio_token)
        self._lines = Lines(storage, self._api)

    def ring_operators(self, order: RingOrder) -> None:
        now, shown = self._clock.now(), self._settings.twilio_number
        with self._storage.begin() as tx:
            if is_over(tx, order.call_id):
                return
            fresh = [device for device in order.devices if self._note(tx, order, device, now)]
        for device in order.devices:
            if self._target(device) is None:
                self._events.on_operator_failed(order.call_id, device.operator_id, "failed")
        targets = [(device.operator_id, str(self._target(device))) for device in fresh]
        if not all(_all_at_once(lambda one: self._place(order.call_id, one[0], one[1], shown), targets)):
            raise Unanswered("of some operators' telephones nobody knows whether they ring")

    def dial_visitor(self, order: DialOrder) -> None:
        """Dial the visitor, or leave word for the winner's line, which asks when the whisper is over."""
        shown, now = self._shown(order.shown), self._clock.now()
        words = {"notice": order.notice or "", "language": order.language}
        with self._storage.begin() as tx:
            by_winner = bool(find_legs(tx, order.call_id))
            details = {"to": order.phone, "shown": shown, "by_winner": by_winner, **words}
            state = "waiting" if by_winner else "given"
            if is_over(tx, order.call_id) or not insert_order(
                tx, order.call_id, VISITOR, now, state=state, details=details
            ):
                return
        if not by_winner and not self._place(order.call_id, VISITOR, order.phone, shown):
            raise Unanswered("nobody knows whether the visitor's telephone rings")

    def join(self, call_id: str, operator_id: str) -> None:
        """The winner's line has joined the visitor by itself after the whisper; what is left is the others."""
        self._silence(call_id, operator_id)

    def hang_up(self, call_id: str) -> None:
        with self._storage.begin() as tx:
            mark_over(tx, call_id, self._clock.now())
        _all_at_once(self._lines.end, self._lines.looked_up(call_id).values())
        with self._storage.begin() as tx:
            close(tx, call_id)

    def find(self, call_id: str) -> ProviderCall | None:
        legs = self._lines.looked_up(call_id)
        if not any(leg.reference for leg in legs.values()):
            return None
        visitor = legs.get(VISITOR)
        dialled = visitor is not None and visitor.reference is not None
        return ProviderCall(call_id, dialled, ended=not any(self._lives(leg) for leg in legs.values()))

    def recording(self, reference: str) -> bytes:
        return self._api.recording(reference)

    def delete_recording(self, reference: str) -> None:
        self._api.delete_recording(reference)

    def listen(self) -> Listener | None:
        return None

    def handlers(self) -> Mapping[str, Handler]:
        return {
            "twilio.silence": Handler(lambda job: self._silence(job["call_id"], job["operator_id"]), repeatable=True),
            "twilio.end": Handler(lambda job: self._api.end_call(job["sid"], answered=True), repeatable=True),
            "twilio.record": Handler(self._record),
        }

    def _note(self, tx: Tx, order: RingOrder, device: Device, now: datetime) -> bool:
        """Write down that a device is to ring; False if it cannot, or was told so before."""
        to = self._target(device)
        details = {"to": to, "kind": device.kind, "whisper": order.whisper, "language": order.language}
        return to is not None and insert_order(tx, order.call_id, device.operator_id, now, details=details)

    def _target(self, device: Device) -> str | None:
        """Return what Twilio can dial; nothing can ring in a console."""
        if device.kind == "phone":
            return device.address or None
        if device.kind == "console" or not device.address:
            return None
        if device.address.startswith("sip:"):
            return device.address
        form = self._settings.twilio_phones
        return form.replace("{address}", device.address) if form else None

    def _shown(self, number: str) -> str:
        """Return the number that the visitor sees: Twilio dials with numbers of the account only."""
        own = self._settings.twilio_number
        if number in ("", own):
            return own
        try:
            return number if self._api.owns_number(number) else own
        except (Refused, Unanswered):
            return own

    def _place(self, call_id: str, leg: str, to: str, shown: str) -> bool:
        """Dial a leg that was written down; False if nobody knows whether it was."""
        url, status = (address(self._settings, call_id, leg, name) for name in ("answered", "status"))
        rings = self._settings.visitor_ring_seconds if leg == VISITOR else self._settings.operator_ring_seconds
        try:
            sid = self._api.create_call(to, shown, url, status, rings, LONGEST_SECONDS)
        except Refused as refused:
            log.warning("Twilio dials no %s: %s", "visitor" if leg == VISITOR else "operator", refused)
            self._note_refused(call_id, leg)
            return True
        except Unanswered:
            return False
        with self._storage.begin() as tx:
            move(tx, call_id, leg, ("given",), state="placed", reference=sid)
            late = is_over(tx, call_id)
        if late:
            self._api.end_call(sid, answered=False)
        return True

    def _note_refused(self, call_id: str, leg: str) -> None:
        with self._storage.begin() as tx:
            move(tx, call_id, leg, ("given",), state="refused")
        if leg == VISITOR:
            self._events.on_visitor_failed(call_id, "failed")
        else:
            self._events.on_operator_failed(call_id, leg, "failed")

    def _silence(self, call_id: str, winner: str) -> None:
        legs = self._lines.of(call_id)
        _all_at_once(self._lines.end, [leg for leg in legs.values() if leg.leg not in (winner, VISITOR)])

    def _lives(self, leg: Order) -> bool:
        if not leg.lives or leg.reference is None:
            return False
        if self._api.call_status(leg.reference) not in FINAL:
            return True
        self._lines.set(leg, state="ended")
        return False

    def _record(self, job: Payload) -> None:
        self._api.record_call(job["sid"], address(self._settings, job["call_id"], VISITOR, "recorded"))


def _all_at_once(work: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Do it for all at the same moment; an error is raised once all are through."""
    todo = list(items)
    if len(todo) < 2:
        return [work(item) for item in todo]
    with ThreadPoolExecutor(min(len(todo), AT_ONCE)) as pool:
        started = [pool.submit(work, item) for item in todo]
    return [done.result() for done in started]
