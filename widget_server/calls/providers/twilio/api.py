"""The part of Twilio's REST interface that we use (version 2010-04-01)."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from urllib3.util import make_headers

from widget_server.calls.providers.web import Refused, Web

FINAL = ("completed", "busy", "failed", "no-answer", "canceled")
_RECORDING = re.compile(r"RE[0-9a-f]{32}")
GONE = (400, 404)  # over already, or forgotten


class TwilioApi:
    """One account.

    Parameters
    ----------
    url : str
        Where the interface is; another one in tests.
    """

    def __init__(self, url: str, account: str, token: str) -> None:
        proof = make_headers(basic_auth=f"{account}:{token}")
        self._web = Web(f"{url.rstrip('/')}/2010-04-01/Accounts/{account}", lambda: dict(proof))
        self._own_numbers: dict[str, bool] = {}

    def create_call(
        self, to: str, shown: str, url: str, status_callback: str, ring_seconds: int, longest_seconds: int
    ) -> str:
        """Dial; ``url`` is asked what to do once it is answered. Returns the call's SID."""
        fields = [
            ("To", to),
            ("From", shown),
            ("Url", url),
            ("StatusCallback", status_callback),
            ("StatusCallbackEvent", "initiated"),
            ("StatusCallbackEvent", "answered"),
            ("StatusCallbackEvent", "completed"),
            ("Timeout", str(ring_seconds)),
            ("TimeLimit", str(longest_seconds)),
        ]
        return str(self._web.post("/Calls.json", fields)["sid"])

    def end_call(self, sid: str, answered: bool) -> None:
        """End a call; nothing happens if it is over."""
        try:
            said = self._set_status(sid, "completed" if answered else "canceled")
            if said == "in-progress":  # ``canceled`` ends only what still rings
                self._set_status(sid, "completed")
        except Refused as refused:
            if refused.status not in GONE:
                raise

    def _set_status(self, sid: str, status: str) -> str:
        return str(self._web.post(f"/Calls/{sid}.json", [("Status", status)])["status"])

    def call_status(self, sid: str) -> str:
        return str(self._web.get(f"/Calls/{sid}.json")["status"])

    def list_calls_to(self, to: str, since: datetime) -> list[str]:
        """Return the SIDs of calls to a number that were created at that moment or later, the oldest first."""
        found = self._list([("To", to), ("StartTime>", since.strftime("%Y-%m-%d"))])
        # a call that still waits for its line has no start time, so such a filter leaves it out
        found += self._list([("To", to), ("Status", "queued")])
        made = {call["sid"]: parsedate_to_datetime(call["date_created"]) for call in found if call["date_created"]}
        return [sid for sid, at in sorted(made.items(), key=lambda item: item[1]) if at >= since.replace(microsecond=0)]

    def list_children(self, sid: str) -> list[str]:
        """Return the SIDs of the calls that a call's ``<Dial>`` made."""
        return [call["sid"] for call in self._list([("ParentCallSid", sid)])]

    def _list(self, filters: list[tuple[str, str]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._web.get("/Calls.json", [*filters, ("PageSize", "50")])["calls"]
        return found

    def owns_number(self, number: str) -> bool:
        """Tell whether the account may show this number; asked once in a process's life."""
        if number not in self._own_numbers:
            own = self._web.get("/IncomingPhoneNumbers.json", [("PhoneNumber", number)])["incoming_phone_numbers"]
            verified = own or self._web.get("/OutgoingCallerIds.json", [("PhoneNumber", number)])["outgoing_caller_ids"]
            self._own_numbers[number] = bool(verified)
        return self._own_numbers[number]

    def record_call(self, sid: str, callback: str) -> None:
        """Record both sides from now on; ``callback`` hears when it can be fetched."""
        fields: Mapping[str, str] = {"RecordingStatusCallback": callback, "RecordingChannels": "dual"}
        self._web.post(f"/Calls/{sid}/Recordings.json", list(fields.items()))

    def recording(self, sid: str) -> bytes:
        try:
            return self._web.fetch(f"/Recordings/{_known(sid)}.wav")
        except Refused as refused:
            if refused.status == 404:
                raise LookupError(sid) from None
            raise

    def delete_recording(self, sid: str) -> None:
        try:
            self._web.delete(f"/Recordings/{_known(sid)}.json")
        except Refused as refused:
            if refused.status != 404:
                raise


def _known(sid: str) -> str:
    if _RECORDING.fullmatch(sid) is None:
        raise LookupError(sid)
    return sid
