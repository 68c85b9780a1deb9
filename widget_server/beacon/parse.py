"""Reading a beacon: strict about the envelope, generous about single events (an old page never breaks a new server)."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from widget_server.beacon.model import INVITING, MOST_BYTES, MOST_EVENTS, OLDEST, TYPES, Report, Reported, is_bot
from widget_server.edge.payload import json_object, read_id
from widget_server.kernel.errors import BadInput, TooLarge
from widget_server.kernel.ids import is_id
from widget_server.kernel.untrusted import cut_text
from widget_server.sites.model import CHANNELS
from widget_server.visitors.model import read_context

FORCES = "widget-variant="  # static/src/variants.js


def read_envelope(raw: bytes) -> dict[str, Any]:
    """Return the beacon's JSON object; its ``site`` is the site key.

    Raises
    ------
    TooLarge
        ``too_large``: more than 64 KiB.
    BadInput
        ``bad_json``: not a JSON object in UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise TooLarge("too_large")
    try:
        return json_object(json.loads(raw, parse_constant=_refuse))
    except (ValueError, RecursionError):
        raise BadInput("bad_json") from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def read_report(site_id: str, body: Mapping[str, Any], user_agent: str | None, now: datetime) -> Report:
    """Read one beacon of a site; events of unknown types and broken events are left out.

    Raises
    ------
    BadInput
        If the visitor id or the list of events is wrong.
    """
    given = body.get("context")
    raw_events = body.get("events")
    if not isinstance(raw_events, list) or len(raw_events) > MOST_EVENTS:
        raise BadInput("bad_field", field="events", expected=f"a list of at most {MOST_EVENTS} events")
    if _is_look(given):
        raw_events = []
    events = {event.id: event for raw in reversed(raw_events) if (event := _find_event(raw, now)) is not None}
    return Report(
        site_id=site_id,
        visitor_id=read_id(body, "visitor"),
        at=now,
        is_bot=is_bot(user_agent, isinstance(given, dict) and given.get("automated") is True),
        context=read_context(given),
        events=tuple(sorted(events.values(), key=lambda event: (event.at, event.id))),
    )


def _is_look(context: object) -> bool:
    """Tell whether the page's address forces a variant: such a view is a look and counts nowhere.

    >>> _is_look({"page": "https://shop.example/?widget-variant=cta-1:b"}), _is_look({"page": "https://shop.example/"})
    (True, False)
    """
    page = cut_text(context.get("page"), 2000) if isinstance(context, dict) else None
    return FORCES in (unquote(page) if page else "")


def _find_event(raw: object, now: datetime) -> Reported | None:
    """Return the event, None where it is of an unknown type or broken."""
    if not isinstance(raw, dict) or not is_id(raw.get("id")) or raw.get("type") not in TYPES:
        return None
    ago = raw.get("ago_ms", 0)
    if not isinstance(ago, (int, float)) or isinstance(ago, bool):
        return None
    event = Reported(
        id=raw["id"],
        type=raw["type"],
        at=now - timedelta(milliseconds=min(max(ago, 0), OLDEST / timedelta(milliseconds=1))),
        channel=raw["channel"] if raw.get("channel") in CHANNELS else None,
        number_id=cut_text(raw.get("number"), 26),
        experiment=cut_text(raw.get("experiment"), 64),
        variant=cut_text(raw.get("variant"), 32),
        rule_id=cut_text(raw.get("rule"), 26),
        clicks=_clicks(raw.get("clicks")),
    )
    whole = event.experiment and event.variant if event.type == "exposure" else event.rule_id
    return event if whole or event.type not in ("exposure", *INVITING) else None


def _clicks(raw: object) -> tuple[tuple[str, str], ...]:
    """Return which clicks brought the visitor: kind and id."""
    known = raw.items() if isinstance(raw, dict) else ()
    return tuple((str(kind)[:20], value) for kind, given in known if (value := cut_text(given, 201)))[:5]
