"""Whether a request to be called back can be kept: consent, number, hour. Pure."""

import hashlib
import ipaddress
import json
from datetime import datetime, timedelta

from widget_server.callbacks.model import Draft
from widget_server.kernel.clock import iso_or_none
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.sites.model import Site, is_open
from widget_server.sites.phone import Phone, callable_back, read_phone

FURTHEST = timedelta(days=14)


def check_draft(site: Site, draft: Draft, now: datetime) -> Phone:
    """Check what a visitor asks for and return the number to call.

    Raises
    ------
    BadInput
        ``consent_needed``, ``bad_phone``, ``phone_not_allowed``, ``bad_due_at``.
    Conflict
        ``consent_changed`` (show the new words and ask again), ``closed_then``.
    """
    if not draft.accepted:
        raise BadInput("consent_needed", field="consent")
    if draft.consent_version != site.consent["version"]:
        raise Conflict("consent_changed", field="consent")
    phone = callable_back(read_phone(draft.phone, site.country), site.country)
    if draft.due_at is not None:
        if not now < draft.due_at <= now + FURTHEST:
            raise BadInput("bad_due_at", field="due_at", days=FURTHEST.days)
        if not is_open(site, draft.due_at):
            raise Conflict("closed_then", field="due_at")
    return phone


def digest(draft: Draft) -> str:
    """Return what tells two requests with one key apart."""
    said = [draft.phone, draft.consent_version, draft.accepted, iso_or_none(draft.due_at)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def network(address: str) -> str:
    """Return what one household shares: an IPv4 address, or the /64 of an IPv6 one.

    >>> network("10.1.2.3"), network("2001:db8:1:2:3::4")
    ('10.1.2.3', '2001:db8:1:2::/64')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if known.version == 4 else str(ipaddress.ip_network((known, 64), strict=False))
