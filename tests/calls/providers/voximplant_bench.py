"""People at Voximplant's telephones: the real scenario runs in Node, on an imitated VoxEngine."""

import json
import shutil
import subprocess
from datetime import timedelta
from typing import Any

from tests.calls.providers.bench import World
from tests.calls.providers.voximplant_fake import SECRET, Voximplant
from tests.cast import FakeClock
from widget_server.assets import ROOT
from widget_server.calls.providers.voximplant.signature import sign

CODES = {"busy": 486, "no_answer": 408, "failed": 404}
EVENTS = "/telephony/voximplant/events"


class Session:
    """The scenario in a process of its own."""

    def __init__(self, clock: FakeClock, custom_data: str) -> None:
        node = shutil.which("node")
        assert node is not None, "the scenario runs in Node"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._node = subprocess.Popen([node, str(ROOT / "tests/js/voximplant_session.js")], text=True, **pipes)  # type: ignore[call-overload]  # pipes
        self._clock, self.at = clock, clock.now()
        self.legs: list[dict[str, Any]] = []
        self.asked: list[dict[str, Any]] = []
        self.terminated = False
        secrets = {"WIDGET_URL": "https://widget.example", "WIDGET_SECRET": SECRET}
        self.do("open", customData=custom_data, secrets=secrets, now=int(self.at.timestamp() * 1000))

    def do(self, act: str, **parts: Any) -> None:
        self._node.stdin.write(json.dumps({"act": act, **parts}) + "\n")
        self._node.stdin.flush()
        said = json.loads(self._node.stdout.readline())
        self.legs, self.asked, self.terminated = said["legs"], said["asked"], said["terminated"]

    def catch_up(self) -> None:
        """Let as much time pass as has passed outside."""
        passed, self.at = self._clock.now() - self.at, self._clock.now()
        if passed > timedelta(0) and not self.terminated:
            self.do("pass", ms=int(passed.total_seconds() * 1000))

    def close(self) -> None:
        self._node.stdin.close()
        self._node.wait(5)
        self._node.stdout.close()


class VoximplantBench:
    """Plays people at Voximplant's telephones."""

    def __init__(self, world: World, provider: Voximplant) -> None:
        self.world, self.provider = world, provider
        self.sessions: list[Session] = []
        self.said: list[bytes] = []
        self.calls: dict[str, Session] = {}
        self._repeated = 0

    def ringing(self, call_id: str) -> set[str]:
        legs = self._legs(call_id)
        addresses = {one.id: f"7999000000{n}" for n, one in enumerate(self.world.crew)}
        ringing = {leg["to"] for leg in legs if leg["state"] == "ringing"}
        return {operator_id for operator_id, to in addresses.items() if to in ringing}

    def answer(self, call_id: str, operator_id: str) -> bool:
        n = self.leg_of(call_id, operator_id)
        session = self.calls[call_id]
        for act in ({"act": "connect"}, {"act": "press", "key": "1"}, {"act": "finishSaying"}):
            session.do(leg=n, **act)
            self.settle()
        return bool(session.legs[n]["state"] == "connected")

    def fail(self, call_id: str, operator_id: str, how: str) -> None:
        leg = self.leg_of(call_id, operator_id)
        self.calls[call_id].do("fail", leg=leg, code=CODES[how])
        self.settle()

    def leave(self, call_id: str, operator_id: str) -> None:
        leg = self.leg_of(call_id, operator_id)
        self.calls[call_id].do("disconnect", leg=leg)
        self.settle()

    def visitor(self, call_id: str, does: str) -> None:
        self.settle()
        session, n = self.calls[call_id], self._visitor(call_id)
        if does == "answers":
            session.do("connect", leg=n)
            session.do("finishSaying", leg=n)
            session.do("pass", ms=2000)
        elif does == "leaves":
            session.do("disconnect", leg=n)
        else:
            session.do("fail", leg=n, code=CODES[does])
        self.settle()

    def dials(self) -> list[str]:
        crew = {f"7999000000{n}" for n in range(len(self.world.crew))}
        legs = [leg for session in self.sessions for leg in session.legs]
        return [f"+{leg['to']}" for leg in legs if leg["by"] == "callPSTN" and leg["to"] not in crew]

    def alive(self, call_id: str) -> bool:
        self.settle()
        return any(leg["state"] != "ended" for leg in self._legs(call_id))

    def call_in(self, dialled: str, caller: str) -> str | None:
        session = Session(self.world.clock, "")
        self.sessions.append(session)
        reference = f"inbound{len(self.sessions)}"
        session.do("start", id=reference, address=f"{self.provider.url}/session/{len(self.provider.started)}")
        self.provider.started.append("")
        session.do("callIn", dialled=dialled.removeprefix("+"), caller=caller.removeprefix("+"))
        self.settle()
        if session.legs[0]["rejected"] is not None:
            return None
        call = self.world.desk.calls.find_inbound(reference)
        assert call is not None
        self.calls[call.id] = session
        return call.id

    def repeat(self) -> int:
        """Report everything again, as a scenario does whose server did not seem to hear."""
        self.settle()
        told = list(self.said)
        for body in told:
            self._repeated += 1
            again = json.dumps(json.loads(body) | {"seq": 1000 + self._repeated}).encode()
            assert self.post(again, self._headers(again))[0] == 200
        return len(told)

    def settle(self) -> None:
        """Let both sides do what is due."""
        for _ in range(20):
            worked = self.world.desk.work()
            due, self.provider.due = self.provider.due, []
            for act, n in due:
                self._open(n) if act == "start" else self.sessions[n].do("poke")
            for session in self.sessions:
                session.catch_up()
            if not (worked or due or self._carry_reports()):
                return

    def _open(self, n: int) -> None:
        session = Session(self.world.clock, self.provider.started[n])
        self.sessions.insert(n, session)
        self.calls.setdefault(json.loads(self.provider.started[n])["call"], session)
        session.do("start", id=f"session{n}", address=f"{self.provider.url}/session/{n}")

    def _carry_reports(self) -> int:
        carried = 0
        for n, session in enumerate(self.sessions):
            while session.asked:
                request = session.asked[0]
                body = request["body"].encode()
                self.said.append(body)
                code, text = self.post(body, request["headers"])
                session.do("reply", n=request["n"], code=code, text=text)
                carried += 1
            if session.terminated:
                self.provider.gone.add(n)
        return carried

    def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        answer = self.world.client.post(EVENTS, data=body, headers=headers)
        return answer.status_code, answer.get_data(as_text=True)

    def report(self, said: dict[str, Any]) -> dict[str, Any]:
        """Say something signed and fresh; return the answer."""
        body = json.dumps(said).encode()
        code, text = self.post(body, self._headers(body))
        assert code == 200, text
        return dict(json.loads(text))

    def _headers(self, body: bytes) -> dict[str, str]:
        seconds = str(int(self.world.clock.now().timestamp()))
        return {"X-Widget-Timestamp": seconds, "X-Widget-Signature": sign(SECRET, seconds, body)}

    def _legs(self, call_id: str) -> list[dict[str, Any]]:
        self.settle()
        return self.calls[call_id].legs if call_id in self.calls else []

    def leg_of(self, call_id: str, operator_id: str) -> int:
        self.settle()
        address = f"7999000000{[one.id for one in self.world.crew].index(operator_id)}"
        return next(n for n, leg in enumerate(self._legs(call_id)) if leg["to"] == address)

    def _visitor(self, call_id: str) -> int:
        crew = {f"7999000000{n}" for n in range(len(self.world.crew))}
        return next(n for n, leg in enumerate(self._legs(call_id)) if leg["to"] not in crew)
