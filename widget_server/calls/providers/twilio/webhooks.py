"""What Twilio asks and tells, leg by leg: ``/telephony/twilio/<call>/<leg>/<step>``; and calls that come in.

Every answer is safe to give twice and every report safe to hear twice, late, or of a call that is over: Twilio's
signature has no time in it (see ``signature``).
"""

import re

from widget_server.calls.port import CallEvents, InboundCall, Switchboard
from widget_server.calls.providers.orders import VISITOR, find_by_reference, find_order, insert_order, is_over
from widget_server.calls.providers.twilio import twiml
from widget_server.calls.providers.twilio.api import FINAL
from widget_server.calls.providers.twilio.ground import NOTHING, THE_END, Form, Ground, read_sid
from widget_server.calls.providers.twilio.operator_line import OperatorLine
from widget_server.calls.providers.twilio.signature import is_signed
from widget_server.calls.providers.twilio.visitor_line import VisitorLine
from widget_server.calls.providers.webhooks import Delivery, Reply
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound, Unauthorized
from widget_server.settings import Settings
from widget_server.storage import Storage

E164 = re.compile(r"\+[1-9]\d{6,14}")
OF_ENDED_CALLS = ("status", "recorded")  # what is still heard when a call is over


class TwilioWebhooks:
    """The ``Webhooks`` of a Twilio account."""

    name = "twilio"

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        jobs: JobStore,
        events: CallEvents,
        switchboard: Switchboard,
        settings: Settings,
    ) -> None:
        self._ground = Ground(storage, clock, jobs, events, settings)
        self._switchboard = switchboard
        self._operator = OperatorLine(self._ground)
        self._visitor = VisitorLine(self._ground)

    def receive(self, delivery: Delivery) -> Reply:
        signature = delivery.headers.get("X-Twilio-Signature", "")
        if not is_signed(self._ground.settings.twilio_token, delivery.url, delivery.form, signature):
            raise Unauthorized("bad_signature")
        return Reply(self._answer(delivery.path, dict(delivery.form)), "text/xml; charset=utf-8")

    def _answer(self, path: str, form: Form) -> str:
        if path == "inbound":
            return self._on_inbound(form)
        if path == "inbound-status":
            return self._on_inbound_status(form)
        call_id, leg, step = (*path.split("/"), "", "")[:3]
        with self._ground.storage.read() as tx:
            order, over = find_order(tx, call_id, leg), is_over(tx, call_id)
        take = (self._visitor if leg == VISITOR else self._operator).steps.get(step)
        if order is None or take is None:
            raise NotFound("not_found")
        return THE_END if over and step not in OF_ENDED_CALLS else take(order, form)

    def _on_inbound(self, form: Form) -> str:
        """Somebody dialled a number of ours; who hides their own comes without one."""
        sid, caller = read_sid(form), form.get("From", "")
        inbound = InboundCall(sid, form.get("To", ""), caller if E164.fullmatch(caller) else "")
        call_id = self._switchboard.take(inbound)
        if call_id is None:
            return twiml.response(twiml.reject())
        details = {"by_winner": False, "notice": ""}
        with self._ground.storage.begin() as tx:
            now = self._ground.clock.now()
            insert_order(tx, call_id, VISITOR, now, state="answered", reference=sid, details=details)
            visitor, over = find_order(tx, call_id, VISITOR), is_over(tx, call_id)
        return THE_END if over or visitor is None else self._visitor.let_wait(visitor)

    def _on_inbound_status(self, form: Form) -> str:
        """The caller is gone; the number itself reports it, whatever became of the room."""
        with self._ground.storage.read() as tx:
            visitor = find_by_reference(tx, read_sid(form))
        if visitor is not None and visitor.leg == VISITOR and form.get("CallStatus") in FINAL:
            self._ground.events.on_ended(visitor.call_id)
        return NOTHING
