"""Whether a request to be called back can be kept: consent, number, hour. Pure."""

import hashlib
import json
from datetime import datetime, timedelta

from widget_server.callbacks.model import Draft
from widget_server.kernel.clock import iso_or_none
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.sites.calling import judge
from widget_server.sites.model import Site, is_open
from widget_server.sites.phone import Phone, phone_format

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
    phone = _callable(site, draft.phone)
    if draft.due_at is not None:
        if not now < draft.due_at <= now + FURTHEST:
            raise BadInput("bad_due_at", field="due_at", days=FURTHEST.days)
        if not is_open(site, draft.due_at):
            raise Conflict("closed_then", field="due_at")
    return phone


def digest(draft: Draft) -> str:
    """Return what tells two requests with one key apart."""
    said = [draft.phone, draft.consent_version, draft.accepted, iso_or_none(draft.due_at)]
    if draft.department is not None:
        said.append(draft.department)
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _callable(site: Site, typed: str) -> Phone:
    """Return the number if the site's policy lets it be dialled."""
    verdict = judge(typed, site.country, site.calling.policy_for(site.country))
    example = phone_format(site.country)["example"]
    if verdict.phone is None:
        raise BadInput("bad_phone", field="phone", example=example)
    if not verdict.allowed:
        raise BadInput("phone_not_allowed", field="phone", example=example)
    return verdict.phone
