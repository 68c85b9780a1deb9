"""What a site's own form says: read strictly, and led back to a page of the same origin only. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from widget_server.edge.payload import read_id, read_text
from widget_server.funnel.model import LONGEST_NAME, LONGEST_NOTE
from widget_server.funnel.service import LeadDraft
from widget_server.kernel.errors import BadInput

TRAP = "leave_empty"
LIMIT_SENT = "30/hour"
LONGEST_PAGE = 2_000


def is_trap(body: Mapping[str, Any]) -> bool:
    """Tell whether the field was filled that people do not see."""
    return bool(body.get(TRAP))


def read_cause(body: Mapping[str, Any]) -> str:
    """Return what makes it happen once; empty where the form says nothing of it."""
    return read_id(body, "key") if body.get("key") else ""


def read_site_form(body: Mapping[str, Any], page: str) -> LeadDraft:
    """Return the person as the form tells of them.

    Raises
    ------
    BadInput
        ``bad_field``, ``field_too_long``; the field is named.
    """
    utm = _utm(page)
    return LeadDraft(
        phone=read_text(_known(body, "phone"), "phone", most=60, least=0),
        email=read_text(_known(body, "email"), "email", most=254, least=0),
        name=read_text(_known(body, "name"), "name", most=LONGEST_NAME, least=0),
        note=read_text(_known(body, "text"), "text", most=LONGEST_NOTE, least=0),
        source=utm.get("source", ""),
        medium=utm.get("medium", ""),
        page=page,
    )


def page_of(body: Mapping[str, Any], origin: str, referrer: str | None) -> str:
    """Return the page that the form stands on, as far as it is one of ``origin``; else the origin's first page."""
    for named in (body.get("page"), referrer):
        if isinstance(named, str) and len(named) <= LONGEST_PAGE and (page := own_page(named, origin)):
            return page
    return own_page("/", origin) or ""


def way_back(body: Mapping[str, Any], origin: str) -> str:
    """Return where the browser goes afterwards.

    Raises
    ------
    BadInput
        ``bad_field``: ``next`` is no page of the form's own origin.
    """
    named = body.get("next") or "/"
    page = own_page(named, origin) if isinstance(named, str) and len(named) <= LONGEST_PAGE else None
    if page is None:
        raise BadInput("bad_field", field="next", expected=f"a page of {origin}")
    return page


def own_page(address: str, origin: str) -> str | None:
    """Return the whole address of a page of ``origin``, None if it is anything else.

    >>> own_page("/thanks?a=1", "https://shop.example")
    'https://shop.example/thanks?a=1'
    >>> [own_page(one, "https://shop.example") for one in ("//evil.example", "/\\\\evil.example", "javascript:1")]
    [None, None, None]
    """
    if not address.isprintable() or "\\" in address or " " in address:
        return None
    try:
        whole = urljoin(f"{origin}/", address)
        parts = urlsplit(whole)
    except ValueError:
        return None
    is_own = f"{parts.scheme}://{parts.netloc}".lower() == origin.lower() and parts.scheme in ("http", "https")
    return whole if is_own else None


def _known(body: Mapping[str, Any], field: str) -> dict[str, Any]:
    return {field: "" if body.get(field) is None else body[field]}


def _utm(page: str) -> dict[str, str]:
    try:
        found = parse_qs(urlsplit(page).query, max_num_fields=100)
    except ValueError:
        return {}
    return {name: found[f"utm_{name}"][0] for name in ("source", "medium") if f"utm_{name}" in found}
