"""From a figure to the very calls behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, and_, false, func, or_, select, true
from sqlalchemy.sql.elements import ColumnElement

from widget_server.calls.facts import call_facts, facts_of
from widget_server.calls.log import RESULTS
from widget_server.calls.model import Call
from widget_server.calls.store import calls, list_calls
from widget_server.reports.counting import path_of
from widget_server.reports.model import Period, day_span, length_name
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx
from widget_server.tracking.store import inbound_calls
from widget_server.visitors.source import source_word

WISHES = ("hour", "weekday", "device", "source", "number", "operator", "page", "known", "result", "length", "direction")
AT_ONCE = 1_000
Where = list[ColumnElement[bool]]
_c, _f = calls.c, call_facts.c


@dataclass(frozen=True)
class Found:
    """A call and what was known of its caller."""

    call: Call
    context: Mapping[str, Any]
    known: bool


class CallFinder:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def find(self, site: Site, period: Period, wishes: Mapping[str, str], most: int) -> list[Found]:
        """Return the latest calls of the period that fit every wish."""
        where = [*_when(site, period, wishes), *_what(wishes)]
        with self._storage.read() as tx:
            found = list_calls(tx, [_c.id.in_(_latest(tx, where, wishes, most))], most)
            facts = facts_of(tx, [call.id for call in found])
        return [
            Found(call, facts[call.id].context if call.id in facts else {}, call.id in facts and facts[call.id].known)
            for call in found
        ]


def _latest(tx: Tx, where: Where, wishes: Mapping[str, str], most: int) -> list[str]:
    """Read back in time, some calls at once, until enough of them fit."""
    ids: list[str] = []
    after: ColumnElement[bool] = true()
    while len(ids) < most:
        rows = _read(tx, [*where, after])
        ids += [row.id for row in rows if _fits(row, wishes)]
        if len(rows) < AT_ONCE:
            break
        last = rows[-1]
        later = or_(_c.started_at < last.started_at, and_(_c.started_at == last.started_at, _c.id < last.id))
        after = and_(_c.started_at <= last.started_at, later)
    return ids[:most]


def _read(tx: Tx, where: Where) -> Sequence[Row[Any]]:
    """Read the latest of these calls; only of them, what was known when they began."""
    own = select(_c.id, _c.started_at, _c.connected_at, _c.ended_at, _c.outcome).where(*where)
    one = own.order_by(_c.started_at.desc(), _c.id.desc()).limit(AT_ONCE).subquery()
    query = select(one, _f.context, _f.known, inbound_calls.c.number_id)
    query = query.join(call_facts, _f.call_id == one.c.id, isouter=True)
    query = query.join(inbound_calls, inbound_calls.c.call_id == one.c.id, isouter=True)
    return tx.execute(query.order_by(one.c.started_at.desc(), one.c.id.desc())).all()


def _fits(row: Any, wishes: Mapping[str, str]) -> bool:
    context: Mapping[str, Any] = row.context or {}
    talked = row.outcome == "talked" and row.connected_at is not None and row.ended_at is not None
    is_now: dict[str, Callable[[], str]] = {
        "device": lambda: str(context.get("device") or ""),
        "source": lambda: source_word(context),
        "page": lambda: path_of(context.get("page")) or "",
        "number": lambda: row.number_id or "",
        "known": lambda: "" if row.known is None else "known" if row.known else "new",
        "length": lambda: length_name(row.ended_at - row.connected_at) if talked else "",
    }
    return all(told() == wishes[name] for name, told in is_now.items() if name in wishes)


def _what(wishes: Mapping[str, str]) -> Where:
    where: Where = []
    if "operator" in wishes:
        where.append(func.coalesce(_c.operator_id, "") == wishes["operator"])
    if "direction" in wishes:
        where.append(_c.direction == wishes["direction"])
    if wishes.get("result") in RESULTS:
        where.append(_c.outcome.in_(RESULTS[wishes["result"]]))
    return where


def _when(site: Site, period: Period, wishes: Mapping[str, str]) -> Where:
    """Select the days; of these, what the clock on the site's wall showed in the hour or on the weekday asked for."""
    since, until = day_span(period.first, site.zone)[0], day_span(period.last, site.zone)[1]
    where: Where = [_c.site_id == site.id, _c.started_at >= since, _c.started_at < until]
    if {"hour", "weekday"} & wishes.keys():
        parts = [and_(_c.started_at >= a, _c.started_at < b) for a, b in _spans(site, period, wishes)]
        where.append(or_(false(), *parts))
    return where


def _spans(site: Site, period: Period, wishes: Mapping[str, str]) -> list[tuple[datetime, datetime]]:
    spans = []
    for day in period:
        if wishes.get("weekday", str(day.weekday())) != str(day.weekday()):
            continue
        if "hour" not in wishes:
            spans.append(day_span(day, site.zone))
        elif wishes["hour"] in _HOURS:
            wall = datetime.combine(day, time(_HOURS[wishes["hour"]]))
            since, until = (at.replace(tzinfo=site.zone).timestamp() for at in (wall, wall + timedelta(hours=1)))
            spans.append((datetime.fromtimestamp(since, site.zone), datetime.fromtimestamp(until, site.zone)))
    return spans


_HOURS = {str(hour): hour for hour in range(24)}
