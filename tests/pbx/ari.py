"""The smallest ARI application, to try the telephones themselves; the product has its own."""

import json
import time
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from simple_websocket import Client

from tests.pbx.server import Asterisk


class Ari:
    """An application named like the product's; ``events`` is all that Asterisk told it."""

    def __init__(self, pbx: Asterisk) -> None:
        self._pbx = pbx
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> "Ari":
        query = urlencode({"app": self._pbx.app, "api_key": f"{self._pbx.user}:{self._pbx.password}"})
        self._socket = Client(f"ws://127.0.0.1:{self._pbx.http_port}/ari/events?{query}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def post(self, path: str, **query: str) -> dict[str, Any]:
        said = self._pbx.ask(f"{path}?{urlencode(query)}", "POST")
        return dict(json.loads(said)) if said else {}

    def delete(self, path: str, **query: str) -> None:
        self._pbx.ask(f"{path}?{urlencode(query)}", "DELETE")

    def call(self, endpoint: str, **query: str) -> str:
        """Begin a call to ``endpoint`` and return its channel."""
        wanted = {"endpoint": endpoint, "app": self._pbx.app, "formats": "alaw"} | query
        return str(self.post("channels", **wanted)["id"])

    def join(self, *channels: str) -> str:
        bridge = str(self.post("bridges", type="mixing")["id"])
        self.post(f"bridges/{bridge}/addChannel", channel=",".join(channels))
        return bridge

    def wait_for(self, kind: str, channel: str = "", seconds: float = 5) -> dict[str, Any]:
        """Return the first such event, also one that has come already."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for event in self.events:
                if event["type"] == kind and channel in ("", event.get("channel", {}).get("id")):
                    return event
            heard = self._socket.receive(timeout=0.1)
            if heard is not None:
                self.events.append(json.loads(heard))
        raise AssertionError(f"no {kind} of {channel} in {[event['type'] for event in self.events]}")
