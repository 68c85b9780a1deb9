"""The details of a customer as we write them down: a phone in E.164, a real address. What is neither is left out."""

from widget_server.identity.model import Claim
from widget_server.kernel.errors import ProductError
from widget_server.notify.providers.email.address import read_address
from widget_server.sites.phone import read_phone
from widget_server.sites.store import get_site
from widget_server.storage import Tx


def read_details(tx: Tx, site_id: str, claim: Claim) -> dict[str, str]:
    country, found = get_site(tx, site_id).country, dict(claim.details)
    try:
        if "phone" in found:
            found["phone"] = read_phone(found["phone"], country).e164
    except ProductError:
        del found["phone"]
    try:
        if "email" in found:
            found["email"] = read_address(found["email"], field="email").address
    except ProductError:
        del found["email"]
    return found
