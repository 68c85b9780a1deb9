"""The tables of leads, the keys by which a person is known, and merges. Leads of one person share a root."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from widget_server.funnel.model import KeyKind, Lead, LeadChanged, Merge
from widget_server.kernel.errors import NotFound
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata

leads = Table(
    "leads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("root_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("stage_at", Moment, nullable=False),
    Column("owner_id", Text),
    Column("origin", Text, nullable=False),
    Column("warmth", Text, nullable=False),
    Column("source", JSON, nullable=False),
    Column("source_word", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("reason", Text, nullable=False),
    Column("next_at", Moment),
    Column("next_step", Text, nullable=False),
    Index("ix_leads_site_id_state_stage", "site_id", "state", "stage"),
    Index("ix_leads_site_id_created_at", "site_id", "created_at"),
)
lead_keys = Table(
    "lead_keys",
    metadata,
    Column("site_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("lead_id", Text, ForeignKey("leads.id"), nullable=False, index=True),
    PrimaryKeyConstraint("site_id", "kind", "value"),
)
lead_merges = Table(
    "lead_merges",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("kept_id", Text, ForeignKey("leads.id"), nullable=False, index=True),
    Column("gone_id", Text, ForeignKey("leads.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("why", Text, nullable=False),
    Column("operator_id", Text),
    Column("moved", JSON, nullable=False),
    Column("undone_at", Moment),
)
_l, _k, _m = leads.c, lead_keys.c, lead_merges.c
IS_ROOT = _l.id == _l.root_id


def lock_site(tx: Tx, site_id: str) -> None:
    """Let one transaction at a time decide who is who on a site (SQLite has one writer anyway)."""
    tx.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update(key_share=True))


def insert_lead(tx: Tx, lead: Lead) -> None:
    tx.execute(insert(leads).values(**asdict(lead)))


def update_lead(tx: Tx, lead: Lead) -> Lead:
    values = asdict(lead)
    tx.execute(update(leads).where(_l.id == values.pop("id")).values(**values))
    tx.record(LeadChanged(lead.site_id, lead.id))
    return lead


def get_root(tx: Tx, lead_id: str, *, lock: bool = False) -> Lead:
    """Return the lead that speaks for this one."""
    root_id = select(_l.root_id).where(_l.id == lead_id).scalar_subquery()
    query = select(leads).where(_l.id == root_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _lead(row)


def get_lead(tx: Tx, lead_id: str) -> Lead:
    """Return a lead as it is by itself, merged or not."""
    row = tx.execute(select(leads).where(_l.id == lead_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _lead(row)


def list_leads(tx: Tx, *where: ColumnElement[bool], most: int, skip: int = 0, order: Sequence[Any] = ()) -> list[Lead]:
    """Return leads that speak for themselves, the latest changed first."""
    query = select(leads).where(IS_ROOT, *where).order_by(*order, _l.changed_at.desc(), _l.id)
    return [_lead(row) for row in tx.execute(query.limit(most).offset(skip))]


def family(tx: Tx, root_ids: Collection[str]) -> dict[str, str]:
    """Return lead id → root id for all that are one person with a root."""
    rows = tx.execute(select(_l.id, _l.root_id).where(_l.root_id.in_(root_ids)))
    return {row.id: row.root_id for row in rows}


def move_roots(tx: Tx, lead_ids: Collection[str], was: str, now: str) -> list[str]:
    """Give these leads another root, if they have the one that they had; return which."""
    of_it = (_l.root_id == was) & (_l.id.in_(lead_ids))
    moved = list(tx.execute(select(_l.id).where(of_it)).scalars())
    tx.execute(update(leads).where(_l.id.in_(moved)).values(root_id=now))
    return moved


# keys


def find_by_key(tx: Tx, site_id: str, kind: KeyKind, value: str) -> Lead | None:
    """Return whom this key names, the root of it."""
    own = (_k.site_id == site_id) & (_k.kind == kind) & (_k.value == value)
    lead_id = tx.execute(select(_k.lead_id).where(own)).scalar_one_or_none()
    return None if lead_id is None else get_root(tx, lead_id)


def put_key(tx: Tx, site_id: str, kind: KeyKind, value: str, lead_id: str) -> None:
    """Let a key name a lead if it names nobody yet."""
    tx.insert_new(lead_keys, {"site_id": site_id, "kind": kind, "value": value, "lead_id": lead_id})


def point_key(tx: Tx, site_id: str, kind: KeyKind, value: str, lead_id: str) -> None:
    """Let a key name this lead from now on."""
    own = (_k.site_id == site_id) & (_k.kind == kind) & (_k.value == value)
    if not tx.insert_new(lead_keys, {"site_id": site_id, "kind": kind, "value": value, "lead_id": lead_id}):
        tx.execute(update(lead_keys).where(own).values(lead_id=lead_id))


def keys_of(tx: Tx, root_ids: Collection[str]) -> dict[str, dict[str, list[str]]]:
    """Return root id → kind → values, for a whole list at once."""
    query = select(_l.root_id, _k.kind, _k.value).join_from(lead_keys, leads, _k.lead_id == _l.id)
    found: dict[str, dict[str, list[str]]] = {root_id: {} for root_id in root_ids}
    for row in tx.execute(query.where(_l.root_id.in_(root_ids)).order_by(_l.created_at, _k.kind, _k.value)):
        found[row.root_id].setdefault(row.kind, []).append(row.value)
    return found


# merges


def insert_merge(tx: Tx, merge: Merge) -> None:
    tx.execute(insert(lead_merges).values(**{**asdict(merge), "moved": list(merge.moved)}))


def get_merge(tx: Tx, merge_id: str) -> Merge:
    row = tx.execute(select(lead_merges).where(_m.id == merge_id)).one_or_none()
    if row is None:
        raise NotFound("not_found")
    return _merge(row)


def list_merges(tx: Tx, root_id: str) -> list[Merge]:
    """Return the merges that made this person, the latest first; undone ones left out."""
    own = select(_l.id).where(_l.root_id == root_id)
    query = select(lead_merges).where(_m.kept_id.in_(own), _m.gone_id.in_(own), _m.undone_at.is_(None))
    return [_merge(row) for row in tx.execute(query.order_by(_m.at.desc(), _m.id))]


def mark_undone(tx: Tx, merge_id: str, at: datetime) -> bool:
    still = (_m.id == merge_id) & _m.undone_at.is_(None)
    return tx.execute(update(lead_merges).where(still).values(undone_at=at)).rowcount == 1


def _lead(row: Row[Any]) -> Lead:
    return Lead(**row._mapping)


def _merge(row: Row[Any]) -> Merge:
    return Merge(**{**row._mapping, "moved": tuple(row.moved)})
