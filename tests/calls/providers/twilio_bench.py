"""People at Twilio's telephones: lines that run our TwiML, webhooks that are signed."""

import secrets
import xml.etree.ElementTree as ET

from tests.calls.providers.bench import PUBLIC, World
from tests.calls.providers.served import Fields
from tests.calls.providers.twilio_fake import ACCOUNT, TOKEN, Line, Twilio
from tests.calls.providers.twilio_rules import read_twiml
from widget_server.calls.providers.twilio.signature import sign


class TwilioBench:
    """Plays people at Twilio's telephones."""

    def __init__(self, world: World, provider: Twilio) -> None:
        self.world, self.provider = world, provider
        self.said: list[tuple[str, Fields]] = []

    def ringing(self, call_id: str) -> set[str]:
        self.settle()
        legs = {one.id: self._leg(call_id, one.id) for one in self.world.crew}
        return {operator_id for operator_id, line in legs.items() if line is not None and line.status == "ringing"}

    def answer(self, call_id: str, operator_id: str) -> bool:
        line = self.pick_up(call_id, operator_id)
        return self.press(line, "1") if line.asked else self._has_it(line)

    def pick_up(self, call_id: str, operator_id: str) -> Line:
        self.settle()
        line = self._leg(call_id, operator_id)
        assert line is not None
        self.connect(line)
        return line

    def press(self, line: Line, digit: str) -> bool:
        asked, line.asked, line.next = line.asked, "", []
        self._run(line, self._fetch(line, asked, Digits=digit))
        self.settle()
        return self._has_it(line)

    def fail(self, call_id: str, operator_id: str, how: str) -> None:
        line = self._leg(call_id, operator_id)
        assert line is not None
        self.provider.end(line, how.replace("_", "-"))
        self.settle()

    def leave(self, call_id: str, operator_id: str) -> None:
        line = self._leg(call_id, operator_id)
        assert line is not None
        self.provider.end(line, "completed")
        self.settle()

    def visitor(self, call_id: str, does: str) -> None:
        self.settle()
        line = self.visitor_line(call_id)
        if does == "answers":
            self.connect(line)
            if line.asked:
                self.press(line, "5")  # any key but 0
        else:
            self.provider.end(line, "completed" if does == "leaves" else does.replace("_", "-"))
        self.settle()

    def dials(self) -> list[str]:
        crew = {line.to for line in self.provider.lines.values() if not self._of_visitor(line)}
        return [line.to for line in self.provider.lines.values() if line.to not in crew]

    def alive(self, call_id: str) -> bool:
        self.settle()
        mine = [line for line in self.provider.lines.values() if call_id in line.callback or self._waits(line, call_id)]
        return any(line.lives for line in mine)

    def call_in(self, dialled: str, caller: str) -> str | None:
        line = Line("CA" + secrets.token_hex(16), dialled, caller, status="ringing")
        self.provider.lines[line.sid] = line
        twiml = self._fetch(line, f"{PUBLIC}/telephony/twilio/inbound", To=dialled, From=caller)
        line.status = "in-progress"
        self._run(line, twiml)
        self.settle()
        return None if line.room is None else line.room.text

    def repeat(self) -> int:
        self.settle()
        told = list(self.said)
        for url, form in told:
            self.post(url, form)
        return len(told)

    def settle(self) -> None:
        """Let both sides do what is due."""
        for _ in range(20):
            if not (self.world.desk.work() + self._flush() + self._resume()):
                return

    def _flush(self) -> int:
        due, self.provider.due = self.provider.due, []
        for url, form in due:
            self.said.append((url, form))
            self.post(url, form)
        return len(due)

    def _resume(self) -> bool:
        """Go on where a line paused."""
        paused = [line for line in self.provider.lines.values() if line.next and line.lives and not line.asked]
        for line in paused:
            verbs, line.next = line.next, []
            self._run_all(line, verbs)
        return bool(paused)

    def post(self, url: str, form: Fields) -> str:
        assert url.startswith(PUBLIC)
        headers = {"X-Twilio-Signature": sign(TOKEN, url, form)}
        answer = self.world.client.post(url.removeprefix(PUBLIC), data=dict(form), headers=headers)
        assert answer.status_code == 200, (url, answer.status_code, answer.data)
        return answer.get_data(as_text=True)

    def _fetch(self, line: Line, url: str, **more: str) -> ET.Element:
        form = [("AccountSid", ACCOUNT), ("CallSid", line.sid), ("CallStatus", "in-progress"), *more.items()]
        self.said.append((url, form))
        return read_twiml(self.post(url, form))

    def connect(self, line: Line) -> None:
        assert line.status == "ringing", line
        line.status = "in-progress"
        self.provider.tell(line, "in-progress")
        self._flush()
        if line.url:
            self._run(line, self._fetch(line, line.url))
        self.settle()

    def _run(self, line: Line, twiml: ET.Element) -> None:
        self._run_all(line, list(twiml))

    def _run_all(self, line: Line, verbs: list[ET.Element]) -> None:
        """Run verbs until one of them waits, or leads elsewhere."""
        for n, verb in enumerate(verbs):
            if verb.tag == "Say":
                line.heard.append(verb.text or "")
                continue
            if verb.tag in ("Pause", "Gather"):
                line.next = verbs[n + 1 :]
                line.heard += [say.text or "" for say in verb]
                line.asked = verb.attrib.get("action", "")
            elif verb.tag == "Redirect":
                self._run(line, self._fetch(line, verb.text or ""))
            elif verb.tag == "Dial":
                self._dial(line, verb)
            else:
                self.provider.end(line, "completed")
            return
        if line.url and line.parent is None:
            self.provider.end(line, "completed")  # nothing is left to do

    def _dial(self, line: Line, dial: ET.Element) -> None:
        noun = dial[0]
        if noun.tag == "Conference":
            line.room = noun
            return
        assert dial.attrib["callerId"] in self.provider.own_numbers
        line.dial = dial
        child = self.provider.dial(noun.text or "", dial.attrib["callerId"], noun.attrib["statusCallback"], line)
        child.url = noun.attrib.get("url", "")

    def _has_it(self, line: Line) -> bool:
        return line.lives and (line.dial is not None or line.room is not None or bool(line.next))

    def _leg(self, call_id: str, leg: str) -> Line | None:
        return next((one for one in self.provider.lines.values() if f"/{call_id}/{leg}/" in one.callback), None)

    def visitor_line(self, call_id: str) -> Line:
        found = self._leg(call_id, "visitor")
        found = found or next(one for one in self.provider.lines.values() if self._waits(one, call_id))
        assert found is not None
        return found

    def _waits(self, line: Line, call_id: str) -> bool:
        return line.room is not None and line.room.text == call_id

    def _of_visitor(self, line: Line) -> bool:
        return "/visitor/" in line.callback
