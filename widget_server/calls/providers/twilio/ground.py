"""What the lines of a call have in common when Twilio asks or tells about them."""

import re
from dataclasses import dataclass

from widget_server.calls.port import CallEvents, LegResult
from widget_server.calls.providers.orders import Order, find_order, is_over, move
from widget_server.calls.providers.twilio import twiml
from widget_server.calls.providers.twilio.lines import RECORD, find_legs
from widget_server.calls.providers.twilio.telephony import address
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.settings import Settings
from widget_server.storage import Storage, Tx

RESULTS: dict[str, LegResult] = {"busy": "busy", "no-answer": "no_answer", "failed": "failed", "completed": "no_answer"}
SID = re.compile(r"CA[0-9a-f]{32}")
Form = dict[str, str]
NOTHING = twiml.response()
THE_END = twiml.response(twiml.hang_up())


@dataclass(frozen=True)
class Ground:
    """What a line stands on."""

    storage: Storage
    clock: Clock
    jobs: JobStore
    events: CallEvents
    settings: Settings

    def learn(self, leg: Order, form: Form, state: str) -> None:
        """Note a leg's SID and how far it is; a leg of a call that is over is hung up."""
        before = {"placed": ("given", "taken"), "answered": ("given", "taken", "placed")}[state]
        with self.storage.begin() as tx:
            move(tx, leg.call_id, leg.leg, before, state=state, reference=read_sid(form))
            if is_over(tx, leg.call_id):
                self.jobs.add_now(tx, "twilio.end", {"sid": read_sid(form)})

    def record_if_allowed(self, tx: Tx, call_id: str) -> None:
        """Let the winner's line be recorded, once both sides are there and the visitor did not say no."""
        winners = [leg for leg in find_legs(tx, call_id).values() if leg.state == "accepted" and leg.reference]
        if winners and find_order(tx, call_id, RECORD) is not None:
            job = {"call_id": call_id, "sid": winners[0].reference}
            self.jobs.add_now(tx, "twilio.record", job, unique_key=f"record:{call_id}")

    def url(self, leg: Order, step: str) -> str:
        return address(self.settings, leg.call_id, leg.leg, step)


def read_sid(form: Form) -> str:
    """Return the SID of the call that a request is about.

    Raises
    ------
    NotFound
        If it has none.
    """
    sid = form.get("CallSid", "")
    if SID.fullmatch(sid) is None:
        raise NotFound("not_found")
    return sid
