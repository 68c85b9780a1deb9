"""What a webhook is posted: JSON, and the headers of Standard Webhooks that prove who wrote it."""

import json
from collections.abc import Sequence
from datetime import datetime

from widget_server.notify.keys import sign
from widget_server.notify.model import Message

AGENT = "widget-server"


def body_of(message: Message) -> bytes:
    return json.dumps(message.data, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(message: Message, body: bytes, secrets: Sequence[bytes], at: datetime) -> dict[str, str]:
    """Return the headers; with two secrets (one is being replaced) there are two signatures."""
    seconds = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message.id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(sign(secret, message.id, seconds, body) for secret in secrets),
    }
