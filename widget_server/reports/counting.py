"""One local day of a site counted from what was written down as it happened."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from widget_server.beacon.store import beacon_events
from widget_server.callbacks.store import callbacks
from widget_server.calls.facts import call_facts
from widget_server.calls.log import RESULTS
from widget_server.calls.store import calls
from widget_server.chat.store import conversations
from widget_server.reports.model import NAMES, Day, Dimension, Figures, Key, day_span, length_name
from widget_server.storage import Moment, Tx
from widget_server.tracking.store import inbound_calls
from widget_server.visitors.source import source_word
from widget_server.visitors.store import visitors

RESULT_OF = {outcome: name for name, outcomes in RESULTS.items() for outcome in outcomes}
LONGEST_KEY = 300
_b, _c = beacon_events.c, calls.c


class Tally:
    """Adds figures up under the keys of what happened."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(NAMES, 0))

    def add(self, at: datetime, context: Mapping[str, Any], counts: Mapping[str, int], **more: str | None) -> None:
        hour = str(at.astimezone(self._zone).hour)
        keys: dict[Dimension, str | None] = {"all": "", "hour": hour, "device": context.get("device") or ""}
        keys |= {"source": source_word(context), "page": path_of(context.get("page"))}
        keys |= {"number": more.get("number"), "operator": more.get("operator"), "known": more.get("known")}
        for dimension, key in keys.items():
            if key is not None:
                entry = self._found[dimension, key[:LONGEST_KEY]]
                for name, count in counts.items():
                    entry[name] += count

    def add_page(self, page: str | None, views: int) -> None:
        path = path_of(page)
        if path is not None:
            self._found["page", path[:LONGEST_KEY]]["views"] += views

    def day(self) -> Day:
        return {key: Figures(**counts) for key, counts in self._found.items()}


def count_day(tx: Tx, site_id: str, day: date, zone: ZoneInfo) -> Day:
    """Count what happened on one local day."""
    since, until = day_span(day, zone)
    tally = Tally(zone)
    for row in tx.execute(_people(site_id, since, until)):
        context = {"device": row.device, "utm": row.utm, "referrer": row.referrer}
        tally.add(row.at, context, {"visitors": 1, "views": row.views})
    _pages(tx, tally, site_id, since, until)
    for row in tx.execute(_taps(site_id, since, until)):
        tally.add(row.at, dict(row._mapping), {"taps": 1})
    for row in tx.execute(_chats(site_id, since, until)):
        tally.add(row.created_at, row.context or {}, {"chats": 1})
    asked = (callbacks.c.site_id == site_id, callbacks.c.requested_at >= since, callbacks.c.requested_at < until)
    for row in tx.execute(select(callbacks.c.requested_at, callbacks.c.context).where(*asked)):
        tally.add(row.requested_at, row.context, {"callbacks": 1})
    for row in tx.execute(_calls(site_id, since, until)):
        known = None if row.known is None else "known" if row.known else "new"
        tally.add(
            row.started_at, row.context or {}, _counts(row), number=row.number_id, operator=row.operator_id, known=known
        )
    return tally.day()


def first_moment(tx: Tx, site_id: str, since: datetime) -> datetime | None:
    """Return when the first thing of a site happened after ``since``."""
    moments = (
        select(func.min(_b.at, type_=Moment)).where(_b.site_id == site_id, _b.type == "view", _b.at >= since),
        select(func.min(_c.started_at, type_=Moment)).where(_c.site_id == site_id, _c.started_at >= since),
        select(func.min(conversations.c.created_at, type_=Moment)).where(
            conversations.c.site_id == site_id, conversations.c.created_at >= since
        ),
    )
    found = [at for query in moments if (at := tx.execute(query).scalar()) is not None]
    return min(found, default=None)


def _people(site_id: str, since: datetime, until: datetime) -> Select[Any]:
    """Select each visitor's first view of the day with how many followed."""
    mine = (_b.site_id == site_id, _b.type == "view", _b.at >= since, _b.at < until, ~_b.is_bot)
    place = func.row_number().over(partition_by=_b.visitor_id, order_by=(_b.at, _b.id)).label("place")
    views = func.count().over(partition_by=_b.visitor_id).label("views")
    each = select(_b.at, _b.device, _b.utm, _b.referrer, place, views).where(*mine).subquery()
    return select(each).where(each.c.place == 1)


def _pages(tx: Tx, tally: Tally, site_id: str, since: datetime, until: datetime) -> None:
    """Count views by page apart: a visitor's first view tells nothing of the others' pages."""
    mine = (_b.site_id == site_id, _b.type == "view", _b.at >= since, _b.at < until, ~_b.is_bot)
    for row in tx.execute(select(_b.page, func.count().label("views")).where(*mine).group_by(_b.page)):
        tally.add_page(row.page, row.views)


def _taps(site_id: str, since: datetime, until: datetime) -> Select[Any]:
    mine = (_b.site_id == site_id, _b.type == "tap", _b.at >= since, _b.at < until, ~_b.is_bot)
    return select(_b.at, _b.device, _b.utm, _b.referrer, _b.page).where(*mine)


def _chats(site_id: str, since: datetime, until: datetime) -> Select[Any]:
    it = conversations.c
    who = (visitors.c.site_id == it.site_id) & (visitors.c.visitor_id == it.visitor_id)
    mine = (it.site_id == site_id, it.created_at >= since, it.created_at < until)
    return select(it.created_at, visitors.c.context).join(visitors, who, isouter=True).where(*mine)


def _calls(site_id: str, since: datetime, until: datetime) -> Select[Any]:
    own = (_c.started_at, _c.connected_at, _c.ended_at, _c.outcome, _c.direction, _c.operator_id)
    more = (call_facts.c.context, call_facts.c.known, inbound_calls.c.number_id)
    return (
        select(*own, *more)
        .join(call_facts, call_facts.c.call_id == _c.id, isouter=True)
        .join(inbound_calls, inbound_calls.c.call_id == _c.id, isouter=True)
        .where(_c.site_id == site_id, _c.started_at >= since, _c.started_at < until)
    )


def _counts(row: Any) -> dict[str, int]:
    counts = {"calls": 1, "inbound": int(row.direction == "inbound")}
    if row.outcome is not None:
        counts[RESULT_OF[row.outcome]] = 1
    if row.outcome == "talked" and row.connected_at is not None and row.ended_at is not None:
        talk = row.ended_at - row.connected_at
        counts[length_name(talk)] = 1
        counts["talk_seconds"] = round(talk.total_seconds())
        counts["wait_seconds"] = round((row.connected_at - row.started_at).total_seconds())
    return counts


def path_of(page: str | None) -> str | None:
    """Return a page's address without what changes from visit to visit.

    >>> path_of("https://shop.example/prices?utm_source=ya#top")
    'shop.example/prices'
    """
    return None if not page else page.partition("#")[0].partition("?")[0].partition("//")[2].rstrip("/")
