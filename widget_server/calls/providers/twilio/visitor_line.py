"""The visitor's line: dialled by the winner's, called first and waiting in a room, or come in by itself."""

from collections.abc import Callable
from datetime import timedelta

from widget_server.calls.providers.orders import VISITOR, Order, insert_order, move
from widget_server.calls.providers.twilio import twiml
from widget_server.calls.providers.twilio.api import FINAL
from widget_server.calls.providers.twilio.ground import NOTHING, RESULTS, THE_END, Form, Ground, read_sid
from widget_server.calls.providers.twilio.lines import RECORD
from widget_server.texts import text

REFUSE_SECONDS = 2  # after the notice, for the 0


class VisitorLine:
    """The steps of the visitor's telephone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.steps: dict[str, Callable[[Order, Form], str]] = {
            "answered": self._on_answered,
            "notice": self._say_notice,
            "noticed": self._on_noticed,
            "dialled": self._on_dialled,
            "status": self._on_status,
            "room": self._on_room,
            "recorded": self._on_recorded,
        }

    def let_wait(self, visitor: Order) -> str:
        """Let the visitor hear music; in which language a call that came in is to be answered, nobody knows."""
        ground, language = self._ground, visitor.details.get("language")
        words = twiml.say(language, text(language, "telephony.please_wait")) if language else ""
        wait = twiml.wait_in_room(visitor.call_id, ground.url(visitor, "dialled"), ground.url(visitor, "room"))
        return twiml.response(words, wait)

    def _on_answered(self, visitor: Order, form: Form) -> str:
        """The visitor was called first: say the notice, then let them wait."""
        self._ground.learn(visitor, form, "answered")
        self._ground.events.on_visitor_answered(visitor.call_id)
        return self._say_notice(visitor, form) if visitor.details["notice"] else self.let_wait(visitor)

    def _say_notice(self, visitor: Order, form: Form) -> str:
        words = twiml.say(visitor.details["language"], visitor.details["notice"])
        noticed = self._ground.url(visitor, "noticed")
        return twiml.response(twiml.ask_for_digit(noticed, REFUSE_SECONDS, words), twiml.redirect(noticed))

    def _on_noticed(self, visitor: Order, form: Form) -> str:
        """The visitor heard that the talk is recorded; unless they pressed 0, it is."""
        if form.get("Digits") != "0":
            with self._ground.storage.begin() as tx:
                insert_order(tx, visitor.call_id, RECORD, self._ground.clock.now())
                self._ground.record_if_allowed(tx, visitor.call_id)
        return NOTHING if visitor.details["by_winner"] else self.let_wait(visitor)

    def _on_dialled(self, visitor: Order, form: Form) -> str:
        """The winner's ``<Dial>`` is over, or the visitor's stay in the room."""
        self._note(visitor, form.get("DialCallStatus", "") if visitor.details["by_winner"] else "completed")
        return THE_END

    def _on_status(self, visitor: Order, form: Form) -> str:
        status = form.get("CallStatus", "")
        if status in FINAL:
            with self._ground.storage.begin() as tx:
                move(tx, visitor.call_id, VISITOR, (visitor.state,), state="ended", reference=read_sid(form))
        else:
            self._ground.learn(visitor, form, "answered" if status == "in-progress" else "placed")
        self._note(visitor, status)
        return NOTHING

    def _note(self, visitor: Order, status: str) -> None:
        if status in ("in-progress", "completed"):
            self._ground.events.on_visitor_answered(visitor.call_id)
        if status in ("completed", "canceled"):
            self._ground.events.on_ended(visitor.call_id)
        elif status in RESULTS:
            self._ground.events.on_visitor_failed(visitor.call_id, RESULTS[status])

    def _on_room(self, visitor: Order, form: Form) -> str:
        if form.get("StatusCallbackEvent") == "participant-leave" and form.get("CallSid") == visitor.reference:
            self._note(visitor, "completed")
        return NOTHING

    def _on_recorded(self, visitor: Order, form: Form) -> str:
        sid, seconds = form.get("RecordingSid", ""), form.get("RecordingDuration", "")
        if form.get("RecordingStatus") == "completed" and sid and seconds.isascii() and seconds.isdigit():
            self._ground.events.on_recorded(visitor.call_id, sid, timedelta(seconds=int(seconds[:6])))
        return NOTHING
