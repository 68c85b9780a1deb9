"""How our scenario signs what it says: hex of HMAC-SHA256(secret, ``<unix seconds>|<body>``)."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

TOLERATED = timedelta(seconds=300)


def sign(secret: str, seconds: str, body: bytes) -> str:
    """Return the signature of a body sent at that moment.

    >>> sign("secret", "1700000000", b"{}")
    'f21b0f8063132919ea77a20bc8fe0bf017cf85fb9c068e9fb874ae44b676dd5f'
    """
    return hmac.new(secret.encode(), seconds.encode("utf-8", "surrogatepass") + b"|" + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, seconds: str, body: bytes, signature: str, now: datetime) -> bool:
    """Tell whether the signature is right and the moment it was made near."""
    right = hmac.compare_digest(sign(secret, seconds, body).encode(), signature.encode("utf-8", "surrogatepass"))
    return right and _is_near(seconds, now)


def _is_near(seconds: str, now: datetime) -> bool:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        return False
    return abs(datetime.fromtimestamp(int(seconds), UTC) - now) <= TOLERATED
