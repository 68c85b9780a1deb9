"""The table of numbers that an account does not call."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, Text, delete, or_, select

from widget_server.callbacks.guard.model import BlockWhy
from widget_server.callbacks.model import WAITING, Callback
from widget_server.callbacks.store import callbacks
from widget_server.sites.store import sites
from widget_server.storage import Moment, Tx, metadata

blocks = Table(
    "guard_blocks",
    metadata,
    Column("account_id", Text, primary_key=True),
    Column("phone", Text, primary_key=True),
    Column("why", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
)


@dataclass(frozen=True)
class Block:
    phone: str
    why: BlockWhy
    at: datetime
    until: datetime | None


def find_block(tx: Tx, account_id: str, phone: str, at: datetime) -> Block | None:
    mine = (blocks.c.account_id == account_id) & (blocks.c.phone == phone)
    return next(iter(_blocks(tx, mine, at)), None)


def list_blocks(tx: Tx, account_id: str, at: datetime, most: int) -> list[Block]:
    """Return the latest first."""
    return _blocks(tx, blocks.c.account_id == account_id, at)[:most]


def set_block(tx: Tx, account_id: str, block: Block) -> None:
    """Block a number; of two blocks the one that lasts longer stays."""
    known = find_block(tx, account_id, block.phone, block.at)
    if known is not None and (known.until is None or (block.until is not None and known.until > block.until)):
        return
    lift_block(tx, account_id, block.phone)
    tx.insert_new(blocks, {"account_id": account_id, **asdict(block)})


def lift_block(tx: Tx, account_id: str, phone: str) -> None:
    tx.execute(delete(blocks).where(blocks.c.account_id == account_id, blocks.c.phone == phone))


def _blocks(tx: Tx, where: Any, at: datetime) -> list[Block]:
    live = or_(blocks.c.until.is_(None), blocks.c.until > at)
    shown = select(blocks.c.phone, blocks.c.why, blocks.c.at, blocks.c.until)
    return [Block(**row._mapping) for row in tx.execute(shown.where(where, live).order_by(blocks.c.at.desc()))]


def list_waiting(tx: Tx, account_id: str, phone: str) -> list[Callback]:
    """Return the account's requests that would still dial this number."""
    own = callbacks.c.site_id.in_(select(sites.c.id).where(sites.c.account_id == account_id))
    waiting = select(callbacks).where(own, callbacks.c.phone == phone, callbacks.c.state.in_(WAITING))
    return [Callback(**row._mapping) for row in tx.execute(waiting.with_for_update())]
