"""The tables of accounts, sites and numbers, and their SQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Row, Table, Text, UniqueConstraint, select
from sqlalchemy.sql.elements import ColumnElement

from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.analytics import Analytics
from widget_server.sites.answering import read_departments, read_desk, read_rules
from widget_server.sites.calling import Calling
from widget_server.sites.chatting import ChatRules
from widget_server.sites.draft import DEFAULT_SETTINGS, filled_consent, filled_texts
from widget_server.sites.invitations import Invitations
from widget_server.sites.model import Number, Site
from widget_server.storage import Moment, Tx, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)
sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("key", Text, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment),
    Column("seen_url", Text),
    Column("settings", JSON, nullable=False),
    Column("name", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("timezone", Text, nullable=False),
)
numbers = Table(
    "numbers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("e164", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("use", Text, nullable=False, server_default="shown"),  # the rest is written by tracking/store.py
    Column("source", JSON),
    Column("department", Text),
    UniqueConstraint("site_id", "e164", "text"),
)
_tracks = numbers.c.use != "shown"
Index("uq_numbers_tracking", numbers.c.e164, unique=True, sqlite_where=_tracks, postgresql_where=_tracks)


def insert_account(tx: Tx, name: str, at: datetime) -> str:
    account_id = new_id()
    tx.execute(accounts.insert().values(id=account_id, name=name, created_at=at))
    return account_id


def find_account(tx: Tx) -> str | None:
    """Return the first account of the installation."""
    return tx.execute(select(accounts.c.id).order_by(accounts.c.created_at).limit(1)).scalar()


def insert_site(tx: Tx, values: Mapping[str, Any]) -> None:
    tx.execute(sites.insert().values(**values))


def update_columns(tx: Tx, site_id: str, values: Mapping[str, Any]) -> None:
    tx.execute(sites.update().where(sites.c.id == site_id).values(**values))


def bump(tx: Tx, site_id: str, at: datetime) -> None:
    tx.execute(sites.update().where(sites.c.id == site_id).values(version=sites.c.version + 1, changed_at=at))


def get_data(tx: Tx, site_id: str) -> dict[str, Any]:
    """Return the stored JSON as it is, without what a reader is given in place of gaps."""
    return dict(tx.execute(select(sites.c.settings).where(sites.c.id == site_id)).scalar_one())


def note_seen(tx: Tx, site_id: str, url: str, at: datetime, before: datetime) -> None:
    older = sites.c.seen_at.is_(None) | (sites.c.seen_at <= before)
    tx.execute(sites.update().where(sites.c.id == site_id, older).values(seen_at=at, seen_url=url))


def get_site(tx: Tx, site_id: str) -> Site:
    found = find_sites(tx, sites.c.id == site_id)
    if not found:
        raise NotFound("not_found")
    return found[0]


def names_of(tx: Tx, site_ids: Collection[str]) -> dict[str, str]:
    rows = tx.execute(select(sites.c.id, sites.c.name).where(sites.c.id.in_(site_ids)))
    return {row.id: row.name for row in rows}


def find_by_key(tx: Tx, key: str) -> Site | None:
    return next(iter(find_sites(tx, sites.c.key == key)), None)


def find_sites(tx: Tx, *where: ColumnElement[bool]) -> list[Site]:
    """Return the sites that meet ``where``, by name, whole."""
    rows = tx.execute(select(sites).where(*where).order_by(sites.c.name, sites.c.id)).all()
    shown = _numbers_of(tx, [row.id for row in rows])
    return [_site(row, shown.get((row.id, "shown"), ()), shown.get((row.id, "variant"), ())) for row in rows]


def lock_site(tx: Tx, site_id: str) -> None:
    """Let nobody else decide about the site until this transaction ends; reading goes on."""
    tx.execute(select(sites.c.id).where(sites.c.id == site_id).with_for_update(key_share=True))


def keys_changed_since(tx: Tx, at: datetime) -> list[str]:
    return list(tx.execute(select(sites.c.key).where(sites.c.changed_at >= at)).scalars())


def origins_in_use(tx: Tx) -> frozenset[str]:
    return frozenset(origin for (data,) in tx.execute(select(sites.c.settings)) for origin in data["origins"])


def insert_number(tx: Tx, site_id: str, number: Number, position: int) -> None:
    tx.execute(
        numbers.insert().values(
            id=number.id, site_id=site_id, e164=number.e164, text=number.text, kind=number.kind, position=position
        )
    )


def delete_number(tx: Tx, site_id: str, number_id: str) -> None:
    tx.execute(numbers.delete().where(numbers.c.site_id == site_id, numbers.c.id == number_id))


def place_number(tx: Tx, site_id: str, number_id: str, position: int) -> None:
    own = numbers.c.site_id == site_id, numbers.c.id == number_id
    tx.execute(numbers.update().where(*own).values(position=position))


def find_tracking(tx: Tx, e164s: Collection[str]) -> str | None:
    """Return one of these numbers that already tells, on any site, where calls come from."""
    query = select(numbers.c.e164).where(numbers.c.e164.in_(e164s), _tracks).limit(1)
    return tx.execute(query).scalar_one_or_none()


def _numbers_of(tx: Tx, site_ids: Sequence[str]) -> dict[tuple[str, str], tuple[Number, ...]]:
    """Return (site id, use) → numbers, for the uses that a site document lists."""
    found: dict[tuple[str, str], tuple[Number, ...]] = {}
    wanted = numbers.c.site_id.in_(site_ids), numbers.c.use.in_(("shown", "variant"))
    for row in tx.execute(select(numbers).where(*wanted).order_by(numbers.c.position, numbers.c.id)):
        number = Number(row.id, row.e164, row.text, row.kind)
        found[row.site_id, row.use] = (*found.get((row.site_id, row.use), ()), number)
    return found


def _site(row: Row[Any], shown: tuple[Number, ...], of_variants: tuple[Number, ...]) -> Site:
    data = row.settings
    channels = tuple(name for name in data["channels"] if name != "click_to_call" or shown) or ("chat",)
    settings = {**DEFAULT_SETTINGS, **data["defaults"]}
    if settings["channel"] not in channels:
        settings["channel"] = channels[0]
    if settings["number"] not in {number.id for number in shown}:
        settings["number"] = shown[0].id if shown else None
    return Site(
        id=row.id,
        account_id=row.account_id,
        key=row.key,
        version=row.version,
        changed_at=row.changed_at,
        name=row.name,
        languages=tuple(data["languages"]),
        country=row.country,
        timezone=row.timezone,
        origins=tuple(data["origins"]),
        hours=tuple(tuple((start, end) for start, end in day) for day in data["hours"]),
        holidays=tuple(data["holidays"]),
        channels=channels,
        numbers=shown,
        settings=settings,
        texts=filled_texts(data["texts"]),
        consent=filled_consent(data["consent"]),
        calling=Calling.of(data.get("calling", {})),
        seen_at=row.seen_at,
        seen_url=row.seen_url,
        callback=read_rules(data.get("callback", {})),
        departments=read_departments(data.get("departments", ())),
        chat=ChatRules.of(data.get("chat", {})),
        variant_numbers=of_variants,
        desk=read_desk(data.get("desk", {})),
        invitations=Invitations.of(data.get("invitations", {})),
        analytics=Analytics.of(data.get("analytics", {})),
        live=data.get("live", False),
    )
