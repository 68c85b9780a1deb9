"""An e-mail address as a person types it."""

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
