"""An operator's line: press 1, hear the whisper, then have the visitor dialled or join who waits."""

from collections.abc import Callable

from widget_server.calls.providers.orders import VISITOR, Order, find_order, move
from widget_server.calls.providers.refusals import refusal
from widget_server.calls.providers.twilio import twiml
from widget_server.calls.providers.twilio.api import FINAL
from widget_server.calls.providers.twilio.ground import NOTHING, RESULTS, THE_END, Form, Ground, read_sid
from widget_server.kernel.errors import Conflict
from widget_server.texts import text

PRESS_SECONDS = 10


class OperatorLine:
    """The steps of one operator's telephone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.steps: dict[str, Callable[[Order, Form], str]] = {
            "answered": self._on_answered,
            "pressed": self._on_pressed,
            "dial": self._say_whom_to_dial,
            "left": lambda leg, form: THE_END,
            "status": self._on_status,
        }

    def _on_answered(self, leg: Order, form: Form) -> str:
        self._ground.learn(leg, form, "answered")
        if leg.details["kind"] != "phone":
            return self._accept(leg)
        language = leg.details["language"]
        words = twiml.say(language, text(language, "telephony.press_one"))
        pressed = self._ground.url(leg, "pressed")
        return twiml.response(twiml.ask_for_digit(pressed, PRESS_SECONDS, words), twiml.hang_up())

    def _on_pressed(self, leg: Order, form: Form) -> str:
        if form.get("Digits") == "1":
            return self._accept(leg)
        self._ground.events.on_operator_failed(leg.call_id, leg.leg, "declined")
        return THE_END

    def _accept(self, leg: Order) -> str:
        ground = self._ground
        try:
            call = ground.events.on_operator_answered(leg.call_id, leg.leg)
        except Conflict as conflict:
            return self._refuse(leg, conflict)
        waits = call.visitor_answered_at is not None
        with ground.storage.begin() as tx:
            if move(tx, leg.call_id, leg.leg, ("given", "placed", "answered"), state="accepted"):
                ground.jobs.add_now(tx, "twilio.silence", {"call_id": leg.call_id, "operator_id": leg.leg})
                ground.record_if_allowed(tx, leg.call_id)
        whisper = twiml.say(leg.details["language"], leg.details["whisper"])
        if waits:
            return twiml.response(whisper, twiml.join_room(leg.call_id, ground.url(leg, "left")))
        return twiml.response(whisper, twiml.redirect(ground.url(leg, "dial")))

    def _refuse(self, leg: Order, conflict: Conflict) -> str:
        if conflict.code == "already_talking":
            self._ground.events.on_operator_failed(leg.call_id, leg.leg, "busy")
        words = twiml.say(leg.details["language"], refusal(leg.details["language"], conflict.code))
        return twiml.response(words, twiml.hang_up())

    def _say_whom_to_dial(self, leg: Order, form: Form) -> str:
        """Give the winner's line the visitor's number, once; it asks again while the order is not there yet."""
        ground = self._ground
        with ground.storage.begin() as tx:
            visitor = find_order(tx, leg.call_id, VISITOR)
            taken = leg.state == "accepted" and move(tx, leg.call_id, VISITOR, ("waiting",), state="taken")
        if taken and visitor is not None:
            notice = ground.url(visitor, "notice") if visitor.details["notice"] else None
            whom = (visitor.details["to"], visitor.details["shown"], ground.settings.visitor_ring_seconds)
            ends = (ground.url(visitor, "dialled"), notice, ground.url(visitor, "status"))
            return twiml.response(twiml.dial_number(*whom, *ends))
        if visitor is not None or leg.state != "accepted":
            return THE_END
        return twiml.response(twiml.pause(1), twiml.redirect(ground.url(leg, "dial")))

    def _on_status(self, leg: Order, form: Form) -> str:
        status = form.get("CallStatus", "")
        if status not in FINAL:
            self._ground.learn(leg, form, "placed")
            return NOTHING
        with self._ground.storage.begin() as tx:
            move(tx, leg.call_id, leg.leg, (leg.state,), state="ended", reference=read_sid(form))
        if leg.state == "accepted":
            self._ground.events.on_ended(leg.call_id)
        elif leg.lives and status in RESULTS:
            self._ground.events.on_operator_failed(leg.call_id, leg.leg, RESULTS[status])
        return NOTHING
