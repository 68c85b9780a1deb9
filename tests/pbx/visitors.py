"""A visitor's browser, as far as HTTP goes (docs/protocol.md, section 5)."""

import json
import random
import string
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from tests.cast import IPHONE

FINAL = ("completed", "missed", "unreachable", "cancelled", "unknown")
ALPHABET = string.ascii_lowercase + "234567"


def new_name() -> str:
    return "".join(random.choices(ALPHABET, k=26))


@dataclass
class Visitor:
    """One person on a page of the site ``key``."""

    url: str
    key: str
    id: str = field(default_factory=new_name)
    secret: str = field(default_factory=new_name)
    address: str = "203.0.113.7"
    context: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return self.ask("GET", f"/w/v1/site/{self.key}")

    def hello(self) -> dict[str, Any]:
        return self.ask("POST", f"/w/v1/hello?site={self.key}", self.context)

    def report(self, *events: dict[str, Any]) -> None:
        """Send a beacon, as the page does."""
        told = [{"id": new_name(), **event} for event in events]
        said = {"site": self.key, "visitor": self.id, "context": self.context, "events": told}
        self._send("POST", "/w/v1/beacon", said)

    def request_callback(self, phone: str, consent_version: str, **more: Any) -> dict[str, Any]:
        """Ask to be called back, with the words on consent that the page showed."""
        said = {"key": new_name(), "phone": phone, "consent": {"version": consent_version, "accepted": True}} | more
        return dict(self.ask("POST", f"/w/v1/callbacks?site={self.key}", said)["callback"])

    def callback(self, callback_id: str) -> dict[str, Any]:
        return dict(self.ask("GET", f"/w/v1/callbacks/{callback_id}?site={self.key}")["callback"])

    def wait_for_end(self, callback_id: str, seconds: float = 30) -> tuple[str, str | None]:
        """Return the state and the reason to which a callback comes; where it is, when ``seconds`` are over."""
        until = time.monotonic() + seconds
        while (known := self.callback(callback_id))["state"] not in FINAL and time.monotonic() < until:
            time.sleep(0.1)
        return known["state"], known["reason"]

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask the server.

        Raises
        ------
        AssertionError
            With what the server said, if it refused.
        """
        return dict(json.loads(self._send(method, path, body)))

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> bytes:
        headers = {"Origin": "https://shop.example", "Authorization": f"Bearer {self.id}.{self.secret}"}
        headers |= {"X-Forwarded-For": self.address, "Content-Type": "application/json", "User-Agent": IPHONE}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:300]}") from None
