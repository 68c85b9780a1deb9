"""What was known of a call when it began, and what people noted about it since."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Table, Text, delete, func, select

from widget_server.calls.model import Call, CallStarted
from widget_server.calls.store import calls
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata
from widget_server.visitors import store as visitors

KEPT = ("page", "title", "referrer", "utm", "device", "language", "variants")
call_facts = Table(
    "call_facts",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("context", JSON, nullable=False),
    Column("known", Boolean, nullable=False),
)
call_tags = Table(
    "call_tags",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("tag", Text, primary_key=True, index=True),
    Column("operator_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
)


def on_call_started(tx: Tx, event: CallStarted) -> None:
    """Keep the page, the source, the device and the variants of the visitor as they are now; they move on."""
    call = event.call
    row = visitors.find_visitor(tx, call.site_id, call.visitor_id) if call.visitor_id else None
    context = {name: row.context.get(name) for name in KEPT} if row is not None else {}
    tx.execute(call_facts.insert().values(call_id=call.id, context=context, known=_talked_before(tx, call)))


def _talked_before(tx: Tx, call: Call) -> bool:
    """Tell whether somebody of the account has talked with this number before."""
    if not call.phone:
        return False
    account = select(sites.c.account_id).where(sites.c.id == call.site_id).scalar_subquery()
    own = calls.c.site_id.in_(select(sites.c.id).where(sites.c.account_id == account))
    earlier = select(calls.c.id).where(calls.c.phone == call.phone, own, calls.c.talked_at.is_not(None))
    return tx.execute(earlier.limit(1)).first() is not None


def facts_of(tx: Tx, call_ids: Collection[str]) -> dict[str, Any]:
    """Return call id → row with ``context`` and ``known``."""
    rows = tx.execute(select(call_facts).where(call_facts.c.call_id.in_(call_ids)))
    return {row.call_id: row for row in rows}


def tags_of(tx: Tx, call_ids: Collection[str]) -> dict[str, list[str]]:
    """Return call id → its tags by name."""
    found: dict[str, list[str]] = {}
    query = select(call_tags.c.call_id, call_tags.c.tag).where(call_tags.c.call_id.in_(call_ids))
    for row in tx.execute(query.order_by(call_tags.c.tag)):
        found.setdefault(row.call_id, []).append(row.tag)
    return found


def add_tag(tx: Tx, call_id: str, tag: str, operator_id: str, at: datetime) -> bool:
    return tx.insert_new(call_tags, {"call_id": call_id, "tag": tag, "operator_id": operator_id, "at": at})


def remove_tag(tx: Tx, call_id: str, tag: str) -> None:
    tx.execute(delete(call_tags).where(call_tags.c.call_id == call_id, call_tags.c.tag == tag))


def used_tags(tx: Tx, site_ids: Collection[str], most: int) -> list[str]:
    """Return the tags of these sites, the most used first."""
    times = func.count()
    query = select(call_tags.c.tag).join(calls, calls.c.id == call_tags.c.call_id).where(calls.c.site_id.in_(site_ids))
    return list(
        tx.execute(query.group_by(call_tags.c.tag).order_by(times.desc(), call_tags.c.tag).limit(most)).scalars()
    )
