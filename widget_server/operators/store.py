"""The tables of operators and their sites, and their SQL."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Row, Table, Text, false, func, select, true
from sqlalchemy.sql.elements import ColumnElement

from widget_server.edge.identity import OperatorIdentity
from widget_server.operators.model import SEES_ALL, Person
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata

operators = Table(
    "operators",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("takes_calls", Boolean, nullable=False),
    Column("session_version", Integer, nullable=False),
    Column("online_until", Moment, index=True),
    Column("created_at", Moment, nullable=False),
    Column("disabled_at", Moment),
    Column("device", Text, nullable=False, server_default="console"),
    Column("device_address", Text, nullable=False, server_default=""),
    Column("takes_chats", Boolean, nullable=False, server_default=true()),
    Column("away", Boolean, nullable=False, server_default=false()),
    Column("active_at", Moment),
    Column("gone_at", Moment),
)
site_members = Table(
    "site_members",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("operator_id", Text, ForeignKey("operators.id"), primary_key=True, index=True),
)
ENABLED = operators.c.disabled_at.is_(None)
# Which person sees which site: owners and admins all of their account, others where they are members.
_SEES = (sites.c.account_id == operators.c.account_id) & (
    operators.c.role.in_(SEES_ALL)
    | select(site_members.c.site_id)
    .where(site_members.c.site_id == sites.c.id, site_members.c.operator_id == operators.c.id)
    .correlate(sites, operators)
    .exists()
)


def insert_operator(tx: Tx, values: Mapping[str, Any], site_ids: Collection[str]) -> None:
    tx.execute(operators.insert().values(**values))
    set_members(tx, values["id"], values["account_id"], site_ids)


def set_members(tx: Tx, operator_id: str, account_id: str, site_ids: Collection[str]) -> None:
    """Make someone a member of these sites and no others; sites of other accounts are left out."""
    tx.execute(site_members.delete().where(site_members.c.operator_id == operator_id))
    own = select(sites.c.id).where(sites.c.account_id == account_id, sites.c.id.in_(site_ids))
    for site_id in tx.execute(own).scalars().all():
        tx.execute(site_members.insert().values(site_id=site_id, operator_id=operator_id))


def update_operator(tx: Tx, operator_id: str, **values: Any) -> None:
    tx.execute(operators.update().where(operators.c.id == operator_id).values(**values))


def count_operators(tx: Tx) -> int:
    return int(tx.execute(select(func.count()).select_from(operators)).scalar_one())


def count_owners(tx: Tx, account_id: str) -> int:
    owners = select(func.count()).where(operators.c.account_id == account_id, operators.c.role == "owner", ENABLED)
    return int(tx.execute(owners).scalar_one())


def find_row(tx: Tx, *where: ColumnElement[bool]) -> Row[Any] | None:
    return tx.execute(select(operators).where(*where)).first()


def find_identities(tx: Tx, *where: ColumnElement[bool]) -> list[OperatorIdentity]:
    return [
        OperatorIdentity(
            id=row.id,
            account_id=row.account_id,
            name=row.name,
            email=row.email,
            role=row.role,
            language=row.language,
            takes_calls=row.takes_calls,
            session_version=row.session_version,
            site_ids=seen,
            takes_chats=row.takes_chats,
        )
        for row, seen in _with_sites(tx, *where)
    ]


def find_chat_takers(tx: Tx, site_id: str, at: datetime) -> list[OperatorIdentity]:
    """Return who is at the console and takes chats of the site."""
    there = operators.c.online_until > at, operators.c.takes_chats, ~operators.c.away
    return find_identities(tx, sees_any([site_id]), *there, ENABLED)


def find_people(tx: Tx, at: datetime, *where: ColumnElement[bool]) -> list[Person]:
    return [
        Person(
            id=row.id,
            account_id=row.account_id,
            name=row.name,
            email=row.email,
            role=row.role,
            online=row.online_until is not None and row.online_until > at,
            takes_calls=row.takes_calls,
            takes_chats=row.takes_chats,
            away=row.away,
            disabled=row.disabled_at is not None,
            site_ids=seen,
            device=row.device,
            device_address=row.device_address,
        )
        for row, seen in _with_sites(tx, *where)
    ]


def sees_any(site_ids: Collection[str]) -> ColumnElement[bool]:
    """Keep the people who see one of these sites."""
    return select(sites.c.id).where(sites.c.id.in_(site_ids), _SEES).correlate(operators).exists()


def sites_seen(tx: Tx, operator_id: str) -> tuple[str, ...]:
    return tuple(sorted(_sites_seen(tx, [operator_id]).get(operator_id, ())))


def _with_sites(tx: Tx, *where: ColumnElement[bool]) -> list[tuple[Row[Any], frozenset[str]]]:
    rows = tx.execute(select(operators).where(*where).order_by(operators.c.name, operators.c.id)).all()
    seen = _sites_seen(tx, [row.id for row in rows])
    return [(row, seen.get(row.id, frozenset())) for row in rows]


def _sites_seen(tx: Tx, operator_ids: Collection[str]) -> dict[str, frozenset[str]]:
    pairs = select(operators.c.id.label("who"), sites.c.id.label("site")).select_from(operators.join(sites, _SEES))
    found: dict[str, set[str]] = {}
    for pair in tx.execute(pairs.where(operators.c.id.in_(operator_ids))):
        found.setdefault(pair.who, set()).add(pair.site)
    return {operator_id: frozenset(seen) for operator_id, seen in found.items()}
