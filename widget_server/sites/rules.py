"""What may be said about a site. Each rule names the field that breaks it."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from widget_server.kernel.errors import BadInput
from widget_server.sites.analytics import check_analytics
from widget_server.sites.answering import check_departments, check_desk, check_rules
from widget_server.sites.calling import check_calling
from widget_server.sites.chatting import check_chat
from widget_server.sites.formats import LONGEST, belongs
from widget_server.sites.invitations import check_invitations
from widget_server.sites.model import CHANNELS, DAY, DEMO_KEY, PLACEMENTS, Department
from widget_server.sites.phone import COUNTRIES
from widget_server.sites.places import known_timezones
from widget_server.texts import LANGUAGES

KEY_FORM = re.compile(r"[a-z0-9][a-z0-9-]{1,40}")
ACCENT_FORM = re.compile(r"#[0-9a-f]{6}")
MOST_OFFSET = 400


def check_site(values: Mapping[str, Any], key: str | None) -> None:
    """Check the fields that are given.

    Raises
    ------
    BadInput
        For the first field that breaks a rule.
    """
    if key is not None and not KEY_FORM.fullmatch(key):
        raise BadInput("bad_choice", field="key")
    if "*" in values.get("origins", ()) and key != DEMO_KEY:
        raise BadInput("bad_domain", field="origins", domain="*")
    for field, rule in RULES.items():
        if field in values:
            rule(values[field])


def check_text_of_number(e164: str, text: str) -> None:
    """Refuse a form that does not show this very number: a visitor must reach what they read."""
    if len(text) > LONGEST or not belongs(e164, text):
        raise BadInput("number_text", field="number", number=e164)


def short_address(url: str) -> str:
    """Return a page's address without query and fragment: those may name a person."""
    return re.split(r"[?#]", url, maxsplit=1)[0][:500]


def _check_name(name: str) -> None:
    if not name.strip():
        raise BadInput("field_empty", field="name")
    if len(name) > 80:
        raise BadInput("field_too_long", field="name", most=80)


def _check_languages(languages: tuple[str, ...]) -> None:
    if not languages or len(set(languages)) != len(languages) or not set(languages) <= set(LANGUAGES):
        raise BadInput("bad_choice", field="languages")


def _check_country(country: str) -> None:
    if country not in COUNTRIES:
        raise BadInput("bad_country", field="country")


def _check_timezone(name: str) -> None:
    if name not in known_timezones():
        raise BadInput("bad_timezone", field="timezone")


def _check_hours(hours: Any) -> None:
    if len(hours) != 7 or not all(_in_order(day) for day in hours):
        raise BadInput("bad_hours", field="hours")


def _in_order(day: Any) -> bool:
    edges = [edge for span in day for edge in span]
    return all(isinstance(edge, int) and 0 <= edge <= DAY for edge in edges) and all(
        left < right for left, right in pairwise(edges)
    )


def _check_departments(departments: tuple[Department, ...]) -> None:
    check_departments(departments)
    for one in departments:
        if one.hours is not None and (len(one.hours) != 7 or not all(_in_order(day) for day in one.hours)):
            raise BadInput("bad_hours", field="departments")


def _check_holidays(days: tuple[str, ...]) -> None:
    for day in days:
        try:
            same = date.fromisoformat(day).isoformat() == day
        except ValueError:
            same = False
        if not same:
            raise BadInput("bad_date", field="holidays", date=day)


def _check_channels(channels: tuple[str, ...]) -> None:
    if not channels or len(set(channels)) != len(channels) or not set(channels) <= set(CHANNELS):
        raise BadInput("bad_choice", field="channels")


def _check_settings(settings: Mapping[str, Any]) -> None:
    if settings.get("channel", CHANNELS[0]) not in CHANNELS:
        raise BadInput("bad_choice", field="channel")
    if settings.get("placement", PLACEMENTS[0]) not in PLACEMENTS:
        raise BadInput("bad_choice", field="placement")
    if not ACCENT_FORM.fullmatch(settings.get("accent", "#000000")):
        raise BadInput("bad_accent", field="accent")
    offset = settings.get("offset", (0, 0))
    if len(offset) != 2 or not all(isinstance(edge, int) and 0 <= edge <= MOST_OFFSET for edge in offset):
        raise BadInput("bad_offset", field="offset", most=MOST_OFFSET)


def _check_texts(texts: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
    for channel, by_language in texts.items():
        for language, words in by_language.items():
            for name, most in (("cta", 40), ("promise", 80)):
                if len(words.get(name) or "") > most:
                    raise BadInput("field_too_long", field=f"text_{channel}_{language}_{name}", most=most)


def _check_consent(consent: Mapping[str, Mapping[str, str]]) -> None:
    for language, words in consent.items():
        if len(words.get("text") or "") > 500:
            raise BadInput("field_too_long", field=f"consent_{language}_text", most=500)
        url = words.get("url") or ""
        if url and (urlsplit(url).scheme not in ("https", "http") or not urlsplit(url).hostname or len(url) > 500):
            raise BadInput("bad_address", field=f"consent_{language}_url")


RULES: dict[str, Callable[[Any], None]] = {
    "name": _check_name,
    "languages": _check_languages,
    "country": _check_country,
    "timezone": _check_timezone,
    "hours": _check_hours,
    "holidays": _check_holidays,
    "channels": _check_channels,
    "settings": _check_settings,
    "texts": _check_texts,
    "consent": _check_consent,
    "calling": check_calling,
    "callback": check_rules,
    "desk": check_desk,
    "departments": _check_departments,
    "chat": check_chat,
    "invitations": check_invitations,
    "analytics": check_analytics,
}
