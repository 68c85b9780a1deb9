"""Firefox ESR as Debian has it, by WebDriver BiDi: the browser speaks it itself."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from websocket import WebSocket, create_connection

from tests.browser.tabs import FIND, Tab

FIREFOX = "/usr/bin/firefox-esr"
SIZE = {"width": 447, "height": 806}
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")


class FirefoxTab:
    name = "firefox"

    def __init__(self, line: WebSocket) -> None:
        self._line = line
        self._asked = 0
        self._ask("session.new", capabilities={})
        self._tab = {"context": self._ask("browsingContext.getTree")["contexts"][0]["context"]}
        self._ask("browsingContext.setViewport", viewport=SIZE, **self._tab)

    def _ask(self, method: str, **params: object) -> Any:
        self._asked += 1
        self._line.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        while True:
            said = json.loads(self._line.recv())
            if said.get("id") == self._asked:
                assert said["type"] == "success", said
                return said["result"]

    def go(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="complete", **self._tab)

    def _call(self, function: str, given: tuple[object, ...], awaits: bool = True) -> Any:
        values = [{"type": "string", "value": json.dumps(given)}]
        wrapped = f"async (given) => ({function})(...JSON.parse(given))"
        call = {"functionDeclaration": wrapped, "arguments": values, "awaitPromise": awaits, "target": self._tab}
        answer = self._ask("script.callFunction", **call)
        assert answer["type"] == "success", answer
        return answer["result"]

    def run(self, function: str, *given: object) -> Any:
        text = self._call(f"async (...given) => JSON.stringify((await ({function})(...given)) ?? null)", given)
        return json.loads(text["value"])

    def press(self, css: str, words: str = "") -> None:
        found = {"type": "element", "element": {"sharedId": self._call(FIND, (css, words))["sharedId"]}}
        steps = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": found},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self._act({"type": "pointer", "id": "finger", "actions": steps})

    def keys(self, css: str, text: str) -> None:
        self.press(css)
        steps = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keyboard", "actions": steps})

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("input.performActions", actions=[source], **self._tab)


@contextmanager
def firefox() -> Iterator[Tab]:
    with tempfile.TemporaryDirectory() as profile:
        command = [FIREFOX, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        running = subprocess.Popen([*command, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert running.stderr is not None
        try:
            heard = next(filter(None, (LISTENS.search(line.decode()) for line in running.stderr)))
            with closing(create_connection(f"{heard[1]}/session", timeout=60, suppress_origin=True)) as line:
                yield FirefoxTab(line)
        finally:
            running.terminate()
            running.wait(20)
            running.stderr.close()
