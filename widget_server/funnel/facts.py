"""What people did in a time: the leading indicators, counted from the rows themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select

from widget_server.calls.log import RESULTS
from widget_server.calls.model import TALK_LIMIT
from widget_server.calls.store import calls, legs
from widget_server.chat.store import conversations, messages
from widget_server.funnel.contact_store import contacts
from widget_server.funnel.order_store import orders
from widget_server.storage import Tx

LONGEST = TALK_LIMIT + timedelta(hours=1)  # a call that was talked in a time began no earlier before it
Counted = Iterator[tuple[str, str, int]]


@dataclass
class Facts:
    """``counts``: by indicator. ``missed``: calls that rang somebody and were talked by nobody."""

    counts: dict[str, int] = field(default_factory=dict)
    talk: timedelta = timedelta()
    missed: int = 0


def read_facts(tx: Tx, site_id: str, since: datetime, until: datetime) -> dict[str, Facts]:
    """Return operator id → what they did in ``[since, until)``."""
    found: dict[str, Facts] = {}
    counted = (_calls(tx, site_id, since, until), _chats(tx, site_id, since, until), _work(tx, site_id, since, until))
    for counting in counted:
        for operator_id, indicator, n in counting:
            found.setdefault(operator_id, Facts()).counts[indicator] = n
    for operator_id, talk in _talks(tx, site_id, since, until):
        found.setdefault(operator_id, Facts()).talk += talk
    for operator_id, missed in _missed(tx, site_id, since, until):
        found.setdefault(operator_id, Facts()).missed = missed
    return found


def _calls(tx: Tx, site_id: str, since: datetime, until: datetime) -> Counted:
    c, n = calls.c, func.count().label("n")
    talked = c.site_id == site_id, c.started_at >= since - LONGEST, c.talked_at >= since, c.talked_at < until
    query = select(c.operator_id, c.direction, n).where(*talked, c.operator_id.is_not(None))
    for row in tx.execute(query.group_by(c.operator_id, c.direction)):
        yield row.operator_id, "calls" if row.direction == "inbound" else "callbacks", row.n


def _chats(tx: Tx, site_id: str, since: datetime, until: datetime) -> Counted:
    m, people = messages.c, func.count(func.distinct(messages.c.conversation_id)).label("n")
    said = m.author == "operator", m.kind == "text", m.at >= since, m.at < until
    lately = conversations.c.site_id == site_id, conversations.c.changed_at >= since
    query = select(m.operator_id, people).join_from(messages, conversations, m.conversation_id == conversations.c.id)
    for row in tx.execute(query.where(*lately, *said).group_by(m.operator_id)):
        yield row.operator_id, "chats", row.n


def _work(tx: Tx, site_id: str, since: datetime, until: datetime) -> Counted:
    n = func.count().label("n")
    for table, indicator, at in (
        (contacts, "contacts", contacts.c.productive_at),
        (orders, "orders", orders.c.paid_at),
    ):
        own = [table.c.site_id == site_id, at >= since, at < until, table.c.operator_id.is_not(None)]
        if indicator == "orders":
            own.append(orders.c.state == "paid")
        for row in tx.execute(select(table.c.operator_id, n).where(*own).group_by(table.c.operator_id)):
            yield row.operator_id, indicator, row.n


def _talks(tx: Tx, site_id: str, since: datetime, until: datetime) -> Iterator[tuple[str, timedelta]]:
    c = calls.c
    own = c.site_id == site_id, c.started_at >= since - LONGEST, c.connected_at >= since, c.connected_at < until
    query = select(c.operator_id, c.connected_at, c.ended_at).where(*own, c.ended_at.is_not(None))
    for row in tx.execute(query.where(c.operator_id.is_not(None))):
        yield row.operator_id, row.ended_at - row.connected_at


def _missed(tx: Tx, site_id: str, since: datetime, until: datetime) -> Iterator[tuple[str, int]]:
    n = func.count(func.distinct(legs.c.call_id)).label("n")
    query = select(legs.c.operator_id, n).join_from(legs, calls, legs.c.call_id == calls.c.id)
    own = calls.c.site_id == site_id, calls.c.started_at >= since, calls.c.started_at < until
    rung = calls.c.outcome.in_(RESULTS["missed"]), legs.c.party == "operator", legs.c.operator_id.is_not(None)
    for row in tx.execute(query.where(*own, *rung).group_by(legs.c.operator_id)):
        yield row.operator_id, row.n
