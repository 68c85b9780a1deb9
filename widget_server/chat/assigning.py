"""Who a conversation is for: the site's rule decides while nobody else has. Within the caller's transaction.

An ``event`` of the log says ``data.what``: ``taken`` (by ``by``), ``assigned`` (by the rule), ``passed`` (by ``by``,
to a colleague ``to`` or a ``department``), ``released`` (back into the queue, by ``by``), ``given_back`` (``to`` was
away for long), ``closed``, ``reopened``, ``ended`` (closed by the visitor).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, PrimaryKeyConstraint, Table, Text, func, select

from widget_server.chat.log import Log
from widget_server.chat.model import Conversation, ConversationGiven
from widget_server.chat.store import conversations
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.operators.store import find_chat_takers
from widget_server.sites.model import Department, Site
from widget_server.sites.store import find_sites, lock_site, sites
from widget_server.storage import Moment, Tx, metadata

turns = Table(
    "chat_turns",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("operator_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("site_id", "operator_id"),
)


class Assigner:
    """Gives conversations to operators."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log

    def by_rule(self, tx: Tx, conversation: Conversation) -> Conversation:
        """Give it to whom the site's rule says; it stays with nobody where there is no rule, or nobody is there."""
        site = next(iter(find_sites(tx, sites.c.id == conversation.site_id)), None)
        if site is None or site.desk.assign == "manual" or conversation.assignee_id is not None:
            return conversation
        lock_site(tx, site.id)  # two that begin at the same moment take their turns one after the other
        department = site.find_department(conversation.department_id) or site.find_department(site.desk.department)
        chosen = self._choose(tx, site, department)
        if chosen is None:
            return conversation
        _take_turn(tx, site.id, chosen.id, self._clock.now())
        return self.give(tx, conversation, chosen, "assigned", department=department)

    def give(
        self,
        tx: Tx,
        conversation: Conversation,
        to: OperatorIdentity,
        what: str,
        by: OperatorIdentity | None = None,
        department: Department | None = None,
    ) -> Conversation:
        """Give it to a person; they are told unless they took it themselves."""
        now, kept = self._clock.now(), conversation.department_id
        given = conversation.given_to(to.id, department.id if department else kept, now)
        changed = self._log.event(tx, given, what, by, to=_person(to))
        if by is None or by.id != to.id:
            tx.record(ConversationGiven(changed, to.id, by.id if by else None, now))
        return changed

    def _choose(self, tx: Tx, site: Site, department: Department | None) -> OperatorIdentity | None:
        found = find_chat_takers(tx, site.id, self._clock.now())
        able = [one for one in found if department is None or one.id in department.operators]
        if not able:
            return None
        turn = _turns(tx, site.id)
        load = count_open(tx, [one.id for one in able]) if site.desk.assign == "least_busy" else {}
        return min(able, key=lambda one: (load.get(one.id, 0), turn.get(one.id, 0.0), one.id))


def count_open(tx: Tx, operator_ids: list[str]) -> dict[str, int]:
    """Return operator id → how many open conversations are theirs."""
    mine = conversations.c.assignee_id.in_(operator_ids), conversations.c.status == "open"
    query = select(conversations.c.assignee_id, func.count()).where(*mine).group_by(conversations.c.assignee_id)
    return dict(map(tuple, tx.execute(query)))


def _turns(tx: Tx, site_id: str) -> dict[str, float]:
    rows = tx.execute(select(turns.c.operator_id, turns.c.at).where(turns.c.site_id == site_id))
    return {row.operator_id: row.at.timestamp() for row in rows}


def _take_turn(tx: Tx, site_id: str, operator_id: str, at: datetime) -> None:
    if not tx.insert_new(turns, {"site_id": site_id, "operator_id": operator_id, "at": at}):
        tx.execute(turns.update().where(turns.c.site_id == site_id, turns.c.operator_id == operator_id).values(at=at))


def _person(one: OperatorIdentity) -> dict[str, Any]:
    return {"id": one.id, "name": one.name}
