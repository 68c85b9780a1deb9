"""The tables of recordings: the rule of a site, what was recorded, who listened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, Table, Text, UniqueConstraint, insert, select, update

from widget_server.kernel.ids import new_id
from widget_server.operators.store import operators
from widget_server.storage import Moment, Tx, metadata

KEEP_DAYS = 30
MOST_DAYS = 365

recording_rules = Table(
    "recording_rules",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("on", Boolean, nullable=False),
    Column("notice", JSON, nullable=False),
    Column("keep_days", Integer, nullable=False),
)
recordings = Table(
    "recordings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False),
    Column("reference", Text, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("stored_at", Moment),
    Column("deleted_at", Moment),
    UniqueConstraint("call_id", "reference"),
)
recording_access = Table(
    "recording_access",
    metadata,
    Column("id", Text, primary_key=True),
    Column("recording_id", Text, ForeignKey("recordings.id"), nullable=False, index=True),
    Column("operator_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("at", Moment, nullable=False),
)


@dataclass(frozen=True)
class RecordingRule:
    """Whether a site's calls are recorded, what visitors hear first (language → words; empty: ours), for how long."""

    on: bool
    notice: dict[str, str]
    keep_days: int


@dataclass(frozen=True)
class Recording:
    """A recorded talk. ``stored_at``: it lies with us. ``deleted_at``: it is gone, the fact remains."""

    id: str
    call_id: str
    reference: str
    seconds: int
    at: datetime
    stored_at: datetime | None
    deleted_at: datetime | None


def find_rule(tx: Tx, site_id: str) -> RecordingRule:
    """Return the site's rule; where none was made, nothing is recorded."""
    row = tx.execute(select(recording_rules).where(recording_rules.c.site_id == site_id)).one_or_none()
    return RecordingRule(False, {}, KEEP_DAYS) if row is None else RecordingRule(row.on, row.notice, row.keep_days)


def put_rule(tx: Tx, site_id: str, rule: RecordingRule) -> None:
    values = {"on": rule.on, "notice": rule.notice, "keep_days": rule.keep_days}
    if not tx.insert_new(recording_rules, {"site_id": site_id, **values}):
        tx.execute(update(recording_rules).where(recording_rules.c.site_id == site_id).values(**values))


def insert_recording(tx: Tx, call_id: str, reference: str, length: timedelta, at: datetime) -> str | None:
    """Write a recording down and return its id; None if it is known."""
    made = Recording(new_id(), call_id, reference, round(length.total_seconds()), at, None, None)
    return made.id if tx.insert_new(recordings, made.__dict__) else None


def find_recording(tx: Tx, recording_id: str) -> Recording | None:
    row = tx.execute(select(recordings).where(recordings.c.id == recording_id)).one_or_none()
    return None if row is None else Recording(**row._mapping)


def list_of_calls(tx: Tx, call_ids: Collection[str]) -> list[Recording]:
    query = select(recordings).where(recordings.c.call_id.in_(call_ids)).order_by(recordings.c.at)
    return [Recording(**row._mapping) for row in tx.execute(query)]


def set_recording(tx: Tx, recording_id: str, **values: Any) -> None:
    tx.execute(update(recordings).where(recordings.c.id == recording_id).values(**values))


def note_access(tx: Tx, recording_id: str, operator_id: str, act: str, at: datetime) -> None:
    tx.execute(
        insert(recording_access).values(id=new_id(), recording_id=recording_id, operator_id=operator_id, act=act, at=at)
    )


def list_access(tx: Tx, recording_ids: Collection[str], most: int) -> list[Any]:
    """Return who listened to them or deleted them, the latest first: rows of ``name``, ``act``, ``at``."""
    query = select(recording_access.c.act, recording_access.c.at, operators.c.name).join(
        operators, operators.c.id == recording_access.c.operator_id
    )
    mine = recording_access.c.recording_id.in_(recording_ids)
    return list(tx.execute(query.where(mine).order_by(recording_access.c.at.desc()).limit(most)))
