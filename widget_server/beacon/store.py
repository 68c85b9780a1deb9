"""The table of reported events and the questions asked of it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Index, Table, Text, func, select
from sqlalchemy.dialects import postgresql, sqlite

from widget_server.beacon.model import INVITING, PageView, Report
from widget_server.storage import Moment, Tx, metadata

beacon_events = Table(
    "beacon_events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("page", Text),
    Column("title", Text),
    Column("channel", Text),
    Column("number_id", Text),
    Column("experiment", Text),
    Column("variant", Text),
    Column("rule_id", Text),
    Column("device", Text),
    Column("language", Text),
    Column("referrer", Text),
    Column("utm", JSON, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Index("ix_beacon_events_site_id_type_at", "site_id", "type", "at"),
    Index("ix_beacon_events_site_id_visitor_id_at", "site_id", "visitor_id", "at"),
)
_events = beacon_events.c


def insert_new(tx: Tx, reports: Sequence[Report]) -> set[str]:
    """Insert every event that is not known yet, in one statement; return the ids of those that were new."""
    rows = {event.id: _row(report, event) for report in reversed(reports) for event in report.events}
    if not rows:
        return set()
    dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(beacon_events).on_conflict_do_nothing().returning(_events.id)
    # In order of id: two processes that write the same events cannot wait for each other in a circle.
    return set(tx.execute(statement, [rows[event_id] for event_id in sorted(rows)]).scalars())


def _row(report: Report, event: Any) -> dict[str, Any]:
    context = report.context
    return {
        "id": event.id,
        "site_id": report.site_id,
        "visitor_id": report.visitor_id,
        "type": event.type,
        "at": event.at,
        "page": context.page,
        "title": context.title,
        "channel": event.channel,
        "number_id": event.number_id,
        "experiment": event.experiment,
        "variant": event.variant,
        "rule_id": event.rule_id,
        "device": context.device,
        "language": context.language,
        "referrer": context.referrer,
        "utm": dict(context.utm),
        "is_bot": report.is_bot,
    }


def list_views(tx: Tx, site_id: str, visitor_id: str, limit: int) -> list[PageView]:
    """Return the visitor's last page views, newest first."""
    rows = tx.execute(
        select(_events.at, _events.page, _events.title, _events.referrer, _events.utm)
        .where(_events.site_id == site_id, _events.visitor_id == visitor_id, _events.type == "view")
        .order_by(_events.at.desc(), _events.id)
        .limit(limit)
    )
    return [PageView(row.at, row.page, row.title, row.referrer, row.utm) for row in rows]


def count_visitors(tx: Tx, site_ids: Collection[str], since: datetime, until: datetime) -> dict[str, int]:
    """Return type → how many different people did that; programs are left out."""
    rows = tx.execute(
        select(_events.type, func.count(func.distinct(_events.visitor_id)).label("visitors"))
        .where(_events.site_id.in_(site_ids), _events.at >= since, _events.at < until, ~_events.is_bot)
        .group_by(_events.type)
    )
    return {row.type: row.visitors for row in rows}


def count_invited(tx: Tx, site_id: str, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """Return (rule id, type) → how many different people; programs are left out."""
    rows = tx.execute(
        select(_events.rule_id, _events.type, func.count(func.distinct(_events.visitor_id)).label("visitors"))
        .where(_events.site_id == site_id, _events.type.in_(INVITING), _events.at >= since, _events.at < until)
        .where(~_events.is_bot)
        .group_by(_events.rule_id, _events.type)
    )
    return {(row.rule_id, row.type): row.visitors for row in rows}


def find_first_view(tx: Tx, site_id: str, since: datetime) -> datetime | None:
    """Return when the site's first view after ``since`` was, None if there is none."""
    query = select(func.min(_events.at, type_=Moment)).where(
        _events.site_id == site_id, _events.type == "view", _events.at >= since
    )
    found: datetime | None = tx.execute(query).scalar()
    return found
