"""A browser's push subscription, as its page sent it."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from widget_server.kernel.errors import BadInput
from widget_server.notify.addresses import BadAddress, read_place
from widget_server.notify.port import Address

LONGEST_AGENT = 400
# The first that fits: every browser also claims to be others.
BROWSERS = (("YaBrowser", "Yandex"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("CriOS", "Chrome"),
            ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def read_address(subscription: Mapping[str, Any], agent: str, *, private_too: bool) -> Address:
    """Return where and with which keys the browser is to be told.

    Raises
    ------
    BadInput
        ``bad_subscription``.
    """
    keys = subscription.get("keys")
    endpoint = subscription.get("endpoint")
    if not isinstance(endpoint, str) or not isinstance(keys, dict):
        raise BadInput("bad_subscription")
    try:
        place = read_place(endpoint, plain_too=private_too)
        point, auth = from_base64(keys.get("p256dh")), from_base64(keys.get("auth"))
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (BadAddress, ValueError):
        raise BadInput("bad_subscription") from None
    if len(auth) != 16:
        raise BadInput("bad_subscription")
    return Address(name_of(agent), place.url, {"p256dh": to_base64(point), "auth": to_base64(auth)})


def name_of(agent: str) -> str:
    """Call a browser as its owner does.

    >>> name_of("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
    'Chrome, Android'
    """
    browser = next((name for sign, name in BROWSERS if re.search(rf"\b{sign}\b", agent[:LONGEST_AGENT])), "Browser")
    system = next((name for sign, name in SYSTEMS if sign in agent[:LONGEST_AGENT]), None)
    return f"{browser}, {system}" if system else browser


def from_base64(value: object) -> bytes:
    """Return the bytes of unpadded base64url; ValueError for anything else."""
    if not isinstance(value, str) or len(value) > 200:
        raise ValueError("no base64")
    try:
        return base64.b64decode(value.encode("ascii") + b"=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        raise ValueError("no base64") from None


def to_base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
