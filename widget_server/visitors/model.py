"""A visitor: an anonymous browser on one site, and where it came from."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from widget_server.kernel.untrusted import cut_text

_LINK = re.compile(r"/c/[a-z2-7]{26}\b")
UTM = ("source", "medium", "campaign", "term", "content")
DEVICES = ("phone", "tablet", "desktop")


@dataclass(frozen=True)
class Context:
    """What the widget says of the page it stands on; every field optional, cut to length, never trusted."""

    page: str | None = None
    title: str | None = None
    referrer: str | None = None
    utm: dict[str, str] = field(default_factory=dict)
    device: str | None = None
    language: str | None = None
    timezone: str | None = None
    variants: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Contact:
    """Who a visitor turned out to be, as operators wrote it down; the phone is E.164."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class ContactNoted:
    """An operator wrote down who a visitor turned out to be."""

    site_id: str
    visitor_id: str
    contact: Contact
    at: datetime


def read_context(raw: object) -> Context:
    """Take what is usable of a context; nothing in it can make a request fail."""
    given: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    device = given.get("device")
    return Context(
        page=_without_token(cut_text(given.get("page"), 2000)),
        title=cut_text(given.get("title"), 200),
        referrer=cut_text(given.get("referrer"), 2000),
        utm=_read_pairs(given.get("utm"), UTM),
        device=device if device in DEVICES else None,
        language=cut_text(given.get("language"), 10),
        timezone=cut_text(given.get("timezone"), 64),
        variants=_read_pairs(given.get("variants")),
    )


def _without_token(page: str | None) -> str | None:
    """Leave out what would open a talk (identity/links.py): whoever sees the page need not be able to."""
    return page and _LINK.sub("/c/", page)


def _read_pairs(raw: object, names: tuple[str, ...] | None = None) -> dict[str, str]:
    given = raw if isinstance(raw, dict) else {}
    kept = {cut_text(key, 64): cut_text(given[key], 200) for key in list(given)[:20] if names is None or key in names}
    return {key: value for key, value in kept.items() if key and value}


def label(visitor_id: str) -> str:
    """Return the short name by which operators tell visitors apart.

    >>> label("abcd" + "e" * 22)
    '#ABCD'
    """
    return f"#{visitor_id[:4].upper()}"
