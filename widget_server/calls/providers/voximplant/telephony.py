"""Voximplant: one session of our scenario per call. An order is a row that the session asks for; a poke makes it ask.

So an order can be neither lost nor doubled on its way: the session that came first has the call, and takes each order
once; a session that comes later, or after the call, is told that it is over before it has dialled anybody.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any

from widget_server.calls.model import Device
from widget_server.calls.port import CallEvents, DialOrder, Listener, ProviderCall, RingOrder
from widget_server.calls.providers.orders import VISITOR, close, find_order, insert_order, is_over, mark_over, move
from widget_server.calls.providers.voximplant.api import VoximplantApi
from widget_server.calls.providers.web import Refused, Unanswered
from widget_server.jobs.model import Handler
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage, Tx

log = logging.getLogger(__name__)
SESSION, RING = "session", "ring"
NOT_DIALLED = ("given",)


class VoximplantTelephony:
    """The ``Telephony`` of a Voximplant account."""

    def __init__(self, storage: Storage, clock: Clock, events: CallEvents, settings: Settings) -> None:
        self._storage = storage
        self._clock = clock
        self._events = events
        self._settings = settings
        self._api = VoximplantApi(settings.voximplant_url, settings.voximplant_key, settings.voximplant_rule)

    def ring_operators(self, order: RingOrder) -> None:
        phones = [target for device in order.devices if (target := _target(device)) is not None]
        details = {
            "phones": phones,
            "shown": order.shown,
            "own": self._settings.voximplant_number,
            "whisper": order.whisper,
            "language": order.language,
            "seconds": self._settings.operator_ring_seconds,
        }
        new = self._write(order.call_id, RING, details) if phones else None
        reachable = {phone["operator"] for phone in phones}
        for device in order.devices:
            if device.operator_id not in reachable:
                self._events.on_operator_failed(order.call_id, device.operator_id, "failed")
        if new is not None and not self._reach(order.call_id, new):
            for operator_id in reachable:
                self._events.on_operator_failed(order.call_id, operator_id, "failed")

    def dial_visitor(self, order: DialOrder) -> None:
        details = {
            "to": order.phone,
            "shown": self._shown(order.shown),
            "notice": order.notice or "",
            "language": order.language,
            "seconds": self._settings.visitor_ring_seconds,
        }
        new = self._write(order.call_id, VISITOR, details)
        if new is not None and not self._reach(order.call_id, new):
            self._events.on_visitor_failed(order.call_id, "failed")

    def join(self, call_id: str, operator_id: str) -> None:
        """Nothing to do: the session silenced the others and joined them when it heard that this operator has won."""

    def hang_up(self, call_id: str) -> None:
        with self._storage.begin() as tx:
            mark_over(tx, call_id, self._clock.now())
        self._poke(call_id)
        with self._storage.begin() as tx:
            close(tx, call_id)

    def find(self, call_id: str) -> ProviderCall | None:
        """Return what is known. A session that nobody has heard of yet is shut out: it will dial nobody any more."""
        with self._storage.begin() as tx:
            if move(tx, call_id, SESSION, ("given",), state="refused"):
                return None
            session, visitor = find_order(tx, call_id, SESSION), find_order(tx, call_id, VISITOR)
        if session is None or session.state == "refused":
            return None
        dialled = visitor is not None and visitor.state not in NOT_DIALLED
        return ProviderCall(call_id, dialled, ended=not (session.lives and self._poke(call_id)))

    def recording(self, reference: str) -> bytes:
        return self._api.recording(reference)

    def delete_recording(self, reference: str) -> None:
        try:
            self._api.delete_recording(reference)
        except LookupError:
            log.warning("a recording is not Voximplant's and cannot be deleted there")

    def listen(self) -> Listener | None:
        return None

    def handlers(self) -> Mapping[str, Handler]:
        return {}

    def _write(self, call_id: str, leg: str, details: Mapping[str, Any]) -> bool | None:
        """Write an order down; None if it is known or the call is over, else whether the call needs a session."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            if is_over(tx, call_id) or not insert_order(tx, call_id, leg, now, details=details):
                return None
            return insert_order(tx, call_id, SESSION, now)

    def _reach(self, call_id: str, new: bool) -> bool:
        """Start a session, or make the one that runs look for its orders; False if Voximplant starts none."""
        if not new:
            self._poke(call_id)
            return True
        try:
            address = self._api.start_scenario(json.dumps({"call": call_id}))
        except Refused as refused:
            log.warning("Voximplant starts no scenario: %s", refused)
            with self._storage.begin() as tx:
                move(tx, call_id, SESSION, ("given",), state="refused")
            return False
        with self._storage.begin() as tx:
            move(tx, call_id, SESSION, ("given",), state="placed", details={"address": address})
        return True

    def _poke(self, call_id: str) -> bool:
        """Make a session look for orders; False if it is gone. It looks every few seconds by itself as well."""
        with self._storage.read() as tx:
            address = _address(tx, call_id)
        try:
            if address is not None:
                self._api.poke(address)
        except Refused as refused:
            if refused.status != 404:
                return True
            with self._storage.begin() as tx:
                move(tx, call_id, SESSION, ("placed", "live"), state="ended")
            return False
        except Unanswered:
            log.info("a session could not be poked")
        return True

    def _shown(self, number: str) -> str:
        """Return the number that the visitor sees: Voximplant dials with numbers of the account only."""
        own = self._settings.voximplant_number
        if number in ("", own):
            return own
        try:
            return number if self._api.owns_number(number) else own
        except (Refused, Unanswered):
            return own


def _target(device: Device) -> dict[str, str] | None:
    """Return what the scenario can dial; nothing can ring in a console."""
    if device.kind == "console" or not device.address:
        return None
    return {"operator": device.operator_id, "kind": device.kind, "to": device.address}


def _address(tx: Tx, call_id: str) -> str | None:
    session = find_order(tx, call_id, SESSION)
    return session.details.get("address") if session is not None and session.lives else None
