"""A webhook's URL as a person types it."""

from widget_server.kernel.errors import BadInput
from widget_server.notify.addresses import BadAddress, read_place
from widget_server.notify.port import Address


def read_address(typed: str, *, private_too: bool) -> Address:
    """Return the URL in its full form. Where it leads is looked up for every message, not now.

    Raises
    ------
    BadInput
        ``bad_webhook``, ``webhook_https``, ``webhook_port``.
    """
    try:
        place = read_place(typed, plain_too=private_too)
    except BadAddress as error:
        if str(error) == "https":
            raise BadInput("webhook_https", field="address") from None
        if str(error) == "port":
            raise BadInput("webhook_port", field="address") from None
        raise BadInput("bad_webhook", field="address") from None
    return Address(place.netloc, place.url, {"secret": 1})
