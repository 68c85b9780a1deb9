"""What a session of our scenario says, at ``/telephony/voximplant/events``; the answer is what the call should come to.

Signed, fresh and once: the signature covers the time, and (session, seq) is taken only the first time.
"""

import json
import re
from datetime import timedelta
from typing import Any, cast, get_args

from widget_server.calls.model import Outcome
from widget_server.calls.port import CallEvents, InboundCall, LegResult, Switchboard
from widget_server.calls.providers.orders import (
    VISITOR,
    find_order,
    find_orders,
    insert_order,
    is_over,
    move,
    take_nonce,
)
from widget_server.calls.providers.refusals import refusal
from widget_server.calls.providers.voximplant.signature import TOLERATED, is_signed
from widget_server.calls.providers.voximplant.telephony import RING, SESSION
from widget_server.calls.providers.webhooks import Delivery, Reply
from widget_server.edge.payload import json_object, read_number, read_text
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound, Unauthorized
from widget_server.settings import Settings
from widget_server.storage import Storage
from widget_server.texts import text

NUMBER = re.compile(r"\+?([1-9]\d{6,14})")
VISITOR_RESULTS = ("busy", "no_answer", "failed")
OVER: dict[str, Any] = {"over": True}
Said = dict[str, Any]


class VoximplantWebhooks:
    """The ``Webhooks`` of a Voximplant account."""

    name = "voximplant"

    def __init__(
        self, storage: Storage, clock: Clock, events: CallEvents, switchboard: Switchboard, settings: Settings
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._events = events
        self._switchboard = switchboard
        self._secret = settings.voximplant_secret

    def receive(self, delivery: Delivery) -> Reply:
        said = self._believe(delivery)
        if delivery.path != "events":
            raise NotFound("not_found")
        call_id = self._on_inbound(said) if said["event"] == "inbound" else str(said.get("call", ""))
        answer = self._answer(call_id, said) if call_id and self._claim(call_id, said) else OVER
        return Reply(json.dumps(answer), "application/json")

    def _believe(self, delivery: Delivery) -> Said:
        seconds, signature = (delivery.headers.get(f"X-Widget-{name}", "") for name in ("Timestamp", "Signature"))
        now = self._clock.now()
        if not is_signed(self._secret, seconds, delivery.body, signature, now):
            raise Unauthorized("bad_signature")
        try:
            said = json_object(json.loads(delivery.body))
        except (ValueError, RecursionError):
            raise BadInput("bad_json") from None
        nonce = f"{read_text(said, 'session', most=200)}:{read_number(said, 'seq')}"
        read_text(said, "event", most=40)
        with self._storage.begin() as tx:
            if not take_nonce(tx, nonce, now, 2 * TOLERATED):
                raise Unauthorized("bad_signature")
        return said

    def _claim(self, call_id: str, said: Said) -> bool:
        """Tell whether this session has the call: the first one that asks does, for good."""
        known = {"state": "live", "reference": said["session"], "details": {"address": _optional(said, "address")}}
        with self._storage.begin() as tx:
            session = find_order(tx, call_id, SESSION)
            if session is None or session.state == "refused":
                return False
            if session.reference is not None and session.reference != said["session"]:
                return False
            if session.state in ("given", "placed") and not is_over(tx, call_id):
                move(tx, call_id, SESSION, ("given", "placed"), **known)
            return True

    def _answer(self, call_id: str, said: Said) -> Said:
        more = self._take(call_id, said)
        with self._storage.begin() as tx:
            if is_over(tx, call_id):
                return OVER | more
            orders = find_orders(tx, call_id)
            move(tx, call_id, VISITOR, ("given",), state="handed")
        ring, dial = orders.get(RING), orders.get(VISITOR)
        return {
            "over": False,
            "call": call_id,
            "ring": _with_words(ring.details) if ring else None,
            "dial": dial.details or None if dial else None,
            **more,
        }

    def _take(self, call_id: str, said: Said) -> Said:
        """Pass an event on; return what the session is told besides."""
        match said["event"]:
            case "operator_answered":
                return self._on_operator_answered(call_id, read_text(said, "operator", most=26))
            case "operator_failed" if said.get("result") in get_args(LegResult):
                result = cast(LegResult, said["result"])
                self._events.on_operator_failed(call_id, read_text(said, "operator", most=26), result)
            case "visitor_answered":
                self._events.on_visitor_answered(call_id)
            case "visitor_failed" if said.get("result") in VISITOR_RESULTS:
                self._events.on_visitor_failed(call_id, cast(Outcome, said["result"]))
            case "recorded":
                length = timedelta(seconds=read_number(said, "seconds", most=86_400))
                self._events.on_recorded(call_id, read_text(said, "url", most=1000), length)
            case "ended":
                with self._storage.begin() as tx:
                    move(tx, call_id, SESSION, ("placed", "live"), state="ended")
                self._events.on_ended(call_id)
        return {}

    def _on_operator_answered(self, call_id: str, operator_id: str) -> Said:
        with self._storage.read() as tx:
            ring = find_order(tx, call_id, RING)
        rung = ring.details.get("phones", []) if ring else []
        if ring is None or operator_id not in {phone["operator"] for phone in rung}:
            return {"won": False, "words": ""}
        try:
            call = self._events.on_operator_answered(call_id, operator_id)
        except Conflict as conflict:
            if conflict.code == "already_talking":
                self._events.on_operator_failed(call_id, operator_id, "busy")
            return {"won": False, "words": refusal(ring.details["language"], conflict.code)}
        return {"won": True, "waits": call.visitor_answered_at is not None}

    def _on_inbound(self, said: Said) -> str | None:
        """Somebody dialled a number of ours; who hides their own comes without one."""
        session = said["session"]
        inbound = InboundCall(session, _number(said, "dialled"), _number(said, "caller"))
        call_id = self._switchboard.take(inbound)
        if call_id is not None:
            details = {"address": _optional(said, "address")}
            with self._storage.begin() as tx:
                now = self._clock.now()
                insert_order(tx, call_id, SESSION, now, state="live", reference=session, details=details)
                insert_order(tx, call_id, VISITOR, now, state="answered")
        return call_id


def _with_words(ring: dict[str, Any]) -> dict[str, Any]:
    """Return a ring order with what people besides hear."""
    return ring | {"press": text(ring["language"], "telephony.press_one")}


def _number(said: Said, field: str) -> str:
    match = NUMBER.fullmatch(_optional(said, field))
    return f"+{match[1]}" if match else ""


def _optional(said: Said, field: str) -> str:
    value = said.get(field)
    return value[:500] if isinstance(value, str) else ""
