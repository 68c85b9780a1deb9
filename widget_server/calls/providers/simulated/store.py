"""All that the simulated PBX knows lies here, so that it survives a kill and is one for all processes."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, Text, select, update

from widget_server.storage import Moment, Tx, metadata

simulated_calls = Table(
    "simulated_calls",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("rung_at", Moment, nullable=False),
    Column("dialled_at", Moment),
    Column("ended_at", Moment),
    Column("reference", Text, unique=True),
)


def insert_call(tx: Tx, call_id: str, at: datetime, reference: str | None = None) -> bool:
    """Note a call; ``reference``: our own name of one that came in (a refused one has no other)."""
    return tx.insert_new(simulated_calls, {"call_id": call_id, "rung_at": at, "reference": reference})


def find_inbound(tx: Tx, reference: str) -> Any | None:
    return tx.execute(select(simulated_calls).where(simulated_calls.c.reference == reference)).one_or_none()


def find_call(tx: Tx, call_id: str) -> Any | None:
    return tx.execute(select(simulated_calls).where(simulated_calls.c.call_id == call_id)).one_or_none()


def mark(tx: Tx, call_id: str, column: str, at: datetime) -> bool:
    """Set ``dialled_at`` or ``ended_at`` of a call that lives; False if it was set before."""
    place = simulated_calls.c[column]
    lives = (simulated_calls.c.call_id == call_id) & simulated_calls.c.ended_at.is_(None) & place.is_(None)
    return tx.execute(update(simulated_calls).where(lives).values(**{column: at})).rowcount == 1
