"""What a visitor's page does when it is asked for work."""

import hashlib
from itertools import count
from typing import Any

from tests.callbacks.desk import Desk
from widget_server.callbacks.guard.proof import zero_bits
from widget_server.callbacks.model import Callback
from widget_server.kernel.errors import ProofNeeded
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Site


def solve(challenge: str) -> str:
    """Return the proof: the challenge with a number that makes its SHA-256 begin with enough zero bits."""
    bits = int(challenge.partition(".")[0])
    start = hashlib.sha256(f"{challenge}.".encode())
    for nonce in count():
        attempt = start.copy()
        attempt.update(str(nonce).encode())
        if zero_bits(attempt.digest()) >= bits:
            return f"{challenge}.{nonce}"
    raise AssertionError


def ask_with_work(desk: Desk, site: Site, **asked: Any) -> Callback:
    """Ask as ``Desk.ask`` does; work when asked to."""
    asked = {"key": new_id(), **asked}
    for _ in range(3):
        try:
            return desk.ask(site, **asked)
        except ProofNeeded as needed:
            asked["proof"] = solve(needed.args_for_text["challenge"])
    return desk.ask(site, **asked)
