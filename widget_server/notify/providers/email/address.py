"""An e-mail address as a person types it."""

import base64
import hmac
import re

from widget_server.kernel.errors import BadInput
from widget_server.notify.port import Address

LONGEST = 254
# What every mail server takes; quoted names and letters beyond ASCII before the @ are refused.
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def read_address(typed: str, field: str = "address") -> Address:
    """Return the address in the form in which it is sent.

    Raises
    ------
    BadInput
        ``bad_email``.

    >>> read_address(" olga@окна.рф ").address
    'olga@xn--80atjc.xn--p1ai'
    """
    name = typed.strip()
    local, _, domain = name.rpartition("@")
    try:
        sent = f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        sent = ""
    if len(sent) > LONGEST or not _MAIL.fullmatch(sent):
        raise BadInput("bad_email", field=field)
    return Address(name, sent)


def reply_token(key: bytes, delivery_id: str) -> str:
    """Return what stands behind the plus of the address that a notification is answered to."""
    signature = hmac.digest(key, delivery_id.encode(), "sha256")
    return f"{delivery_id}-{base64.b32encode(signature).decode()[:26].lower()}"


def reply_address(mailbox: str, token: str) -> str:
    """Return the address.

    >>> reply_address("reply@shop.example", "abc")
    'reply+abc@shop.example'
    """
    local, _, domain = mailbox.rpartition("@")
    return f"{local}+{token}@{domain}"
