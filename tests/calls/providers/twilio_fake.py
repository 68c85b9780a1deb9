"""Twilio as its documents describe it: an interface on this machine, lines, what it tells of them."""

import json
import secrets
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from email.utils import format_datetime

from tests.calls.providers.bench import OWN_NUMBER
from tests.calls.providers.served import Fields, NoAnswer
from tests.calls.providers.twilio_rules import check_request, operation
from tests.cast import FakeClock

ACCOUNT, TOKEN, NUMBER = "AC" + "0" * 32, "12345", "+74951234567"
FINAL = ("completed", "busy", "failed", "no-answer", "canceled")


@dataclass
class Line:
    """One call of Twilio's: a telephone, how far it is, what our TwiML lets it wait for."""

    sid: str
    to: str
    shown: str
    url: str = ""
    callback: str = ""
    parent: "Line | None" = None
    created: str = ""
    status: str = "queued"
    heard: list[str] = field(default_factory=list)
    asked: str = ""
    next: list[ET.Element] = field(default_factory=list)
    room: ET.Element | None = None
    dial: ET.Element | None = None
    recording: str = ""

    @property
    def lives(self) -> bool:
        return self.status not in FINAL


class Twilio:
    """The provider. ``mood``: ``lose`` orders, ``swallow`` them (carry out, say nothing) or do them ``late``."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.lines: dict[str, Line] = {}
        self.mood = ""
        self.refused: int | None = None
        self.requests: list[str] = []
        self.deleted: list[str] = []
        self.own_numbers = {NUMBER, OWN_NUMBER}
        self.due: list[tuple[str, Fields]] = []
        self.late: list[Fields] = []

    # its REST interface

    def answer(self, method: str, path: str, fields: Fields, headers: dict[str, str]) -> tuple[int, bytes]:
        assert headers["authorization"].startswith("Basic ")
        path = path.removeprefix(f"/2010-04-01/Accounts/{ACCOUNT}")
        name = operation(method, path)
        said = check_request(name, fields)
        self.requests.append(name)
        if self.mood == "lose":
            raise NoAnswer
        if self.mood == "late" and name == "POST /Calls.json":
            self.late.append(fields)
            raise NoAnswer
        if self.refused is not None and method == "POST":
            return self.refused, b'{"code": 20003, "message": "no", "status": 401}'
        found = self._carry_out(name, path, said, fields)
        if self.mood == "swallow" and method == "POST":
            raise NoAnswer
        return found if isinstance(found, tuple) else (200, json.dumps(found).encode())

    def _carry_out(self, name: str, path: str, said: dict[str, str], fields: Fields) -> object:
        sid = path.split("/")[2].removesuffix(".json").removesuffix(".wav") if path.count("/") > 1 else ""
        match name:
            case "POST /Calls.json":
                return self._view(self._create(said, [value for key, value in fields if key == "StatusCallbackEvent"]))
            case "GET /Calls.json":
                return {"calls": [self._view(line) for line in self.lines.values() if self._fits(line, said)]}
            case "GET /Calls/{Sid}.json":
                return self._view(self.lines[sid])
            case "POST /Calls/{Sid}.json":
                return self._set_status(self.lines[sid], said["Status"])
            case "POST /Calls/{Sid}/Recordings.json":
                self.lines[sid].recording = said["RecordingStatusCallback"]
                return {"sid": "RE" + "a" * 32}
            case "GET /IncomingPhoneNumbers.json":
                return {"incoming_phone_numbers": [{}] if said["PhoneNumber"] in self.own_numbers else []}
            case "GET /OutgoingCallerIds.json":
                return {"outgoing_caller_ids": []}
            case "GET /Recordings/{Sid}.wav":
                return (404, b"{}") if sid in self.deleted else (200, b"RIFF" + sid.encode())
        self.deleted.append(sid)
        return 204, b""

    def _create(self, said: dict[str, str], events: list[str]) -> Line:
        assert said["From"] in self.own_numbers, "Twilio dials with numbers of the account only"
        line = self.dial(said["To"], said["From"], said["StatusCallback"], None)
        assert set(events) == {"initiated", "answered", "completed"}
        line.url = said["Url"]
        return line

    def _set_status(self, line: Line, status: str) -> object:
        if not line.lives:
            return 400, b'{"code": 21220, "message": "Call is not in-progress. Cannot redirect."}'
        if status == "completed" or line.status != "in-progress":
            self.end(line, "canceled" if line.status != "in-progress" else "completed")
        return self._view(line)

    def _fits(self, line: Line, said: dict[str, str]) -> bool:
        parent = line.parent.sid if line.parent else ""
        started = line.created if line.status != "queued" else ""
        wanted = {"To": line.to, "ParentCallSid": parent, "Status": line.status}
        return all(said.get(key, value) == value for key, value in wanted.items()) and (
            "StartTime>" not in said or bool(started)
        )

    def _view(self, line: Line) -> dict[str, str]:
        return {"sid": line.sid, "status": line.status, "to": line.to, "date_created": line.created}

    def do_late(self) -> None:
        """Carry out what nobody waits for any more."""
        for fields in self.late:
            self._carry_out("POST /Calls.json", "/Calls.json", dict(fields), fields)

    # its lines

    def dial(self, to: str, shown: str, callback: str, parent: Line | None) -> Line:
        created = format_datetime(self.clock.now())
        line = Line("CA" + secrets.token_hex(16), to, shown, callback=callback, parent=parent, created=created)
        self.lines[line.sid] = line
        line.status = "ringing"
        self.tell(line, "initiated")
        return line

    def tell(self, line: Line, status: str, url: str = "", **more: str) -> None:
        parent = [("ParentCallSid", line.parent.sid)] if line.parent else []
        said = [("AccountSid", ACCOUNT), ("CallSid", line.sid), ("CallStatus", status), *parent, *more.items()]
        if target := url or line.callback:
            self.due.append((target, said))

    def end(self, line: Line, status: str) -> None:
        """End a line and what hangs on it."""
        if not line.lives:
            return
        bridged, line.status = line.status == "in-progress", status
        if line.room is not None:
            self.tell(line, "", line.room.attrib.get("statusCallback", ""), StatusCallbackEvent="participant-leave")
        if line.recording:
            recorded = {"RecordingSid": "RE" + "a" * 32, "RecordingStatus": "completed", "RecordingDuration": "17"}
            self.tell(line, "", line.recording, **recorded)
        self.tell(line, status)
        for other in self.lines.values():
            if other.parent is line:
                self.end(other, "completed" if other.status == "in-progress" else "canceled")
            elif line.room is not None and other.room is not None and other.room.text == line.room.text:
                self.end(other, "completed")  # endConferenceOnExit
        if line.parent is not None and line.parent.lives and line.parent.dial is not None:
            done = "completed" if bridged else status
            self.tell(line.parent, "in-progress", line.parent.dial.attrib["action"], DialCallStatus=done)
