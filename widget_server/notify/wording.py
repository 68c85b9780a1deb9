"""What a delivery says: a title, a sentence, the facts, and where to go; the same for every channel."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import phonenumbers

from widget_server.kernel.clock import iso
from widget_server.kernel.untrusted import cut_text
from widget_server.notify.model import EVENTS, PERSONAL, PHONE, WORDS, Alert, Delivery, Message, Target, path_of
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.sites.phone import mask_phone, phone_text
from widget_server.texts import text

LONGEST_FACT = 200
HIDDEN = "***"
URGENT = ("callback_missed", "call_missed", "conversation_waiting", *PERSONAL)
_E164 = re.compile(r"\+\d{5,15}")
# Facts in the order in which they are read, after the site and the time.
FACTS = (PHONE, "visitor", WORDS, "colleague", "experiment", "n")
# What events say of people, beside numbers.
OF_PEOPLE = ("body", "visitor_name", "email")
# What machines are told beside them.
SIGNS = ("share", "alarm", "reason")


def params_for(alert: Alert, details: bool) -> dict[str, Any]:
    """Return what of an alert's params a target may know; numbers are masked before they are written down for it."""
    if alert.kind in EVENTS:
        return dict(alert.params) if details else {name: _hidden(name, it) for name, it in alert.params.items()}
    known = {name: _fact(alert.params[name]) for name in (*FACTS, *SIGNS) if alert.params.get(name) is not None}
    if not details:
        known.pop(WORDS, None)
        if PHONE in known:
            known[PHONE] = _read_out(mask_phone, str(known[PHONE])) or HIDDEN
    return known


def compose(
    delivery: Delivery, target: Target, sites: Mapping[str, Site], parts: Sequence[Delivery], url: str, now: datetime
) -> Message:
    """Return what ``delivery`` says. A summary (``parts``) of one alert is that alert."""
    if len(parts) == 1:
        return replace(compose(parts[0], target, sites, (), url, now), id=delivery.id)
    if delivery.kind in EVENTS:
        return _event(delivery, sites.get(delivery.site_id or ""), url)
    language, site = target.wishes.language, sites.get(delivery.site_id or "")
    facts = _counted(parts, language) if parts else _facts(delivery, site, language, now)
    path = path_of(delivery.kind, delivery.subject, delivery.site_id)
    return Message(
        id=delivery.id,
        kind=delivery.kind,
        language=language,
        title=text(language, f"notify.kind.{delivery.kind}.title", n=len(parts), **_share(delivery)),
        lead=text(language, f"notify.kind.{delivery.kind}.lead"),
        facts=tuple(facts),
        action=text(language, f"notify.kind.{delivery.kind}.action"),
        path=path,
        url=url + path,
        at=delivery.alert_at,
        urgent=delivery.kind in URGENT,
        data=_data(delivery, site, url + path),
    )


def event_name(kind: str) -> str:
    """Return what a webhook calls it.

    >>> event_name("callback_missed")
    'callback.missed'
    """
    return kind.replace("_", ".", 1)


def _event(delivery: Delivery, site: Site | None, url: str) -> Message:
    """Return what a machine is told: data, and no words."""
    path = path_of(delivery.kind, delivery.subject, delivery.site_id)
    name = event_name(delivery.kind)
    data = _data(delivery, site, url + path)
    return Message(
        delivery.id, delivery.kind, "en", name, "", (), "", path, url + path, delivery.alert_at, urgent=False, data=data
    )


def _hidden(name: str, value: Any) -> Any:
    """Return what may be known of an event's value by those who may not see people's words and numbers."""
    if name == PHONE and value:
        return _read_out(mask_phone, str(value)) or HIDDEN
    return None if name in OF_PEOPLE else value


def _facts(delivery: Delivery, site: Site | None, language: str, now: datetime) -> list[tuple[str, str]]:
    found: list[tuple[str, Any]] = []
    if site is not None:
        at = short_moment(delivery.alert_at, site.zone, now, language)
        found = [("site", site.name), ("at", at)]
    shown = dict(delivery.params)
    if site is not None and PHONE in shown:
        country = site.country
        shown[PHONE] = _read_out(lambda phone: phone_text(phone, country), str(shown[PHONE])) or shown[PHONE]
    found += [(name, shown[name]) for name in FACTS if name in shown]
    return [(text(language, f"notify.fact.{name}"), str(value)) for name, value in found]


def _counted(parts: Sequence[Delivery], language: str) -> list[tuple[str, str]]:
    counts = Counter(part.kind for part in parts)
    return [(text(language, f"notify.kind.{kind}.name"), str(n)) for kind, n in counts.most_common()]


def _share(delivery: Delivery) -> dict[str, Any]:
    """Return how much of the cap is spent, for the kind that says so."""
    return {"share": delivery.params.get("share", 100)}


def _data(delivery: Delivery, site: Site | None, url: str) -> dict[str, Any]:
    about = {"id": site.id, "key": site.key, "name": site.name} if site is not None else None
    return {
        "type": event_name(delivery.kind),
        "timestamp": iso(delivery.alert_at),
        "data": {"site": about, "subject": delivery.subject, "url": url, **delivery.params},
    }


def _read_out(show: Callable[[str], str], phone: str) -> str | None:
    """Return ``show(phone)``, None for what is no full number: a caller may hide theirs, and a masked one stays so."""
    try:
        return show(phone) if _E164.fullmatch(phone) else None
    except phonenumbers.NumberParseException:
        return None


def _fact(value: object) -> Any:
    return value if isinstance(value, int) else cut_text(str(value), LONGEST_FACT) or ""
