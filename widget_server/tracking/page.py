"""What the page of numbers shows: each number with what it is for and what it brought, the pool, the last calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from widget_server.calls.log import RESULTS
from widget_server.calls.model import Call
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.sites.phone import phone_text
from widget_server.texts import text
from widget_server.tracking.figures import InboundLine, NumberFigures
from widget_server.tracking.model import LineOfVariant, Source, TrackedNumber, TrackingRules
from widget_server.tracking.pool_model import PoolFigures, advised_size

USE_KINDS = {"shown": "neutral", "variant": "accent", "channel": "success", "pool": "warning"}


class NumberTests(Protocol):
    """Which tests of numbers gave which number to which variant, whoever runs them (trials do)."""

    def lines_of(self, site_id: str) -> Sequence[LineOfVariant]: ...


def number_rows(
    found: Sequence[TrackedNumber],
    figures: Mapping[str, NumberFigures],
    lines: Sequence[LineOfVariant],
    site: Site,
    now: datetime,
    language: str,
) -> list[dict[str, Any]]:
    """Return the rows of the list."""
    running = {line.number_id: line for line in lines if line.covers(now)}
    return [
        {
            "number": number,
            "use": text(language, f"tracking.use.{number.use}.name"),
            "kind": USE_KINDS[number.use],
            "where": where_shown(number, running.get(number.id), language),
            "rings": rings(number, site, language),
            "calls": figures[number.id].calls,
            "talked": figures[number.id].talked,
            "last": _moment(figures[number.id].last, site, now, language),
        }
        for number in found
    ]


def where_shown(number: TrackedNumber, line: LineOfVariant | None, language: str) -> str:
    if number.use == "variant":
        if line is None:
            return text(language, "tracking.where.no_test")
        return text(language, "tracking.where.variant", test=line.experiment, variant=line.letter)
    if number.use == "channel" and number.source is not None:
        return source_words(number.source, language)
    return text(language, f"tracking.where.{number.use}")


def source_words(source: Source, language: str) -> str:
    """Say where visitors of a channel come from."""
    if source.direct:
        return text(language, "tracking.where.direct")
    words = [
        f"{name}: {', '.join(source.view()[name])}" for name in ("utm_source", "utm_medium") if name in source.view()
    ]
    if source.referrer:
        words.append(text(language, "tracking.where.referrer", sites=", ".join(source.referrer)))
    return " · ".join(words)


def rings(number: TrackedNumber, site: Site, language: str) -> str | None:
    """Return the department that answers, None for everybody."""
    department = site.find_department(number.department)
    return None if department is None else department.name_in(language)


def pool_view(figures: PoolFigures, rules: TrackingRules, busiest_hour: int) -> dict[str, Any]:
    """Return the figures of the pool. ``busiest_hour``: visitors of the site, to go by while there is no pool."""
    peak = figures.peak_visitors if figures.size else busiest_hour
    advised = advised_size(peak, rules)
    return {
        "figures": figures,
        "used": round(100 * figures.utilisation),
        "peak": peak,
        "advised": advised,
        "is_short": figures.is_short,
        "missing": max(advised - figures.size, 0),
    }


def call_rows(
    found: Sequence[InboundLine], lines: Sequence[LineOfVariant], site: Site, now: datetime, language: str
) -> list[dict[str, Any]]:
    """Return the last calls and what their numbers told."""
    return [
        {
            "id": one.call.id,
            "at": _moment(one.call.started_at, site, now, language),
            "phone": phone_text(one.call.phone, site.country) if one.call.phone else text(language, "calls.hidden"),
            "number": phone_text(one.call.dialled or "", site.country),
            "told": told_by(one, lines, language),
            "match": text(language, f"tracking.match.{one.inbound.match}"),
            "known": one.known if one.call.phone else None,
            "state": text(language, f"calls.state.{one.call.outcome or one.call.state}"),
            "kind": _kind(one.call),
        }
        for one in found
    ]


def told_by(one: InboundLine, lines: Sequence[LineOfVariant], language: str) -> str:
    """Say what the dialled number alone tells of a call."""
    inbound = one.inbound
    line = next((line for line in lines if line.number_id == inbound.number_id and line.covers(inbound.at)), None)
    if line is not None:
        return text(language, "tracking.where.variant", test=line.experiment, variant=line.letter)
    if inbound.source is not None:
        return source_words(inbound.source, language)
    return text(language, f"tracking.use.{inbound.use}.name")


def _kind(call: Call) -> str:
    if call.outcome is None:
        return "accent"
    return "success" if call.outcome in RESULTS["talked"] else "danger"


def _moment(at: datetime | None, site: Site, now: datetime, language: str) -> str | None:
    return None if at is None else short_moment(at, site.zone, now, language)
