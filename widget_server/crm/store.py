"""The tables of the CRM: one connection a site, one row a lead that it was or shall be told of."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, Table, Text, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from widget_server.crm.model import Connection, Link
from widget_server.funnel.store import leads
from widget_server.storage import Moment, Tx, metadata

connections = Table(
    "crm_connections",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("portal", Text, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("problem", Text),
    Column("stages", JSON, nullable=False),
    Column("statuses", JSON, nullable=False),
    Column("makes_deals", Boolean, nullable=False),
    Column("tested", JSON, nullable=False),
    Column("paused_until", Moment),
    Column("created_at", Moment, nullable=False),
    Column("checked_at", Moment),
)
links = Table(
    "crm_links",
    metadata,
    Column("lead_id", Text, ForeignKey("leads.id"), primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("remote_id", Text),
    Column("matched", Boolean, nullable=False),
    Column("told", JSON, nullable=False),
    Column("error", Text),
    Column("excerpt", Text),
    Index("ix_crm_links_site_id_state_changed_at", "site_id", "state", "changed_at"),
)
_c, _k = connections.c, links.c


def find_connection(tx: Tx, site_id: str) -> Connection | None:
    row = tx.execute(select(connections).where(_c.site_id == site_id)).one_or_none()
    return None if row is None else Connection(**row._mapping)


def put_connection(tx: Tx, made: Connection) -> None:
    tx.execute(delete(connections).where(_c.site_id == made.site_id))
    tx.execute(insert(connections).values(**vars(made)))


def update_connection(tx: Tx, site_id: str, **values: Any) -> None:
    tx.execute(update(connections).where(_c.site_id == site_id).values(**values))


def delete_connection(tx: Tx, site_id: str) -> None:
    """Forget the CRM, and which lead is which over there."""
    tx.execute(delete(links).where(_k.site_id == site_id))
    tx.execute(delete(connections).where(_c.site_id == site_id))


def find_link(tx: Tx, lead_id: str) -> Link | None:
    row = tx.execute(select(links).where(_k.lead_id == lead_id)).one_or_none()
    return None if row is None else Link(**row._mapping)


def list_links(tx: Tx, *where: ColumnElement[bool], most: int) -> list[Link]:
    """Return the latest changed first."""
    rows = tx.execute(select(links).where(*where).order_by(_k.changed_at.desc(), _k.lead_id).limit(most))
    return [Link(**row._mapping) for row in rows]


def links_of_family(tx: Tx, root_id: str) -> list[Link]:
    """Return the links of all leads that are one person with this one."""
    own = select(leads.c.id).where(leads.c.root_id == root_id)
    return list_links(tx, _k.lead_id.in_(own), most=100)


def want(tx: Tx, lead_id: str, site_id: str, at: datetime) -> None:
    """Note that the CRM is to be told of a lead, once more if it was."""
    row = Link(lead_id, site_id, 1, 0, "queued", 0, at, at)
    if not tx.insert_new(links, vars(row)):
        again = {"wanted": _k.wanted + 1, "attempts": 0, "due_at": at, "changed_at": at}
        tx.execute(update(links).where(_k.lead_id == lead_id).values(**again))
        tx.execute(update(links).where(_k.lead_id == lead_id, _k.state != "sending").values(state="queued"))


def begin_attempt(tx: Tx, link: Link, at: datetime) -> bool:
    """Take a link for one attempt; False if somebody was faster."""
    same = (_k.lead_id == link.lead_id) & (_k.state == link.state) & (_k.attempts == link.attempts)
    tried = {"state": "sending", "attempts": link.attempts + 1, "tried_at": at}
    return tx.execute(update(links).where(same, _k.wanted == link.wanted).values(**tried)).rowcount == 1


def update_link(tx: Tx, lead_id: str, **values: Any) -> None:
    tx.execute(update(links).where(_k.lead_id == lead_id).values(**values))


def count_links(tx: Tx, site_id: str, states: Collection[str]) -> int:
    return len(list_links(tx, _k.site_id == site_id, _k.state.in_(states), most=1000))
