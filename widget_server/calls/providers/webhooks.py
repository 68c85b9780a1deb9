"""What a cloud provider sends to us over HTTP. Public: nothing is believed before its signature is proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from widget_server.calls.port import InboundCall
from widget_server.kernel.errors import NotFound


@dataclass(frozen=True)
class Delivery:
    """One request as it came. ``path``: what follows the provider's name. ``form``: pairs as they were sent."""

    path: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Reply:
    body: str
    content_type: str


class Webhooks(Protocol):
    """Where a provider's events come in."""

    name: str

    def receive(self, delivery: Delivery) -> Reply:
        """Take one in; safe to repeat.

        Raises
        ------
        Unauthorized
            ``bad_signature``: missing, wrong, too old or seen before. Nothing was changed.
        """


class NoWebhooks:
    """For a PBX that does not speak to us this way."""

    name = ""

    def receive(self, delivery: Delivery) -> Reply:
        raise NotFound("not_found")


class ClosedSwitchboard:
    """Takes no call: none of our numbers rings here."""

    def take(self, inbound: InboundCall) -> str | None:
        return None
