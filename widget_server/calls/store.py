"""The tables of calls and legs. Every step of a call is a compare-and-set on its state."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Table, Text, func, insert, select, update

from widget_server.calls.model import Call, Device, Leg, LegState, Outcome, Party, State
from widget_server.kernel.errors import NotFound
from widget_server.kernel.ids import new_id
from widget_server.operators.store import operators
from widget_server.storage import Moment, Tx, metadata

calls = Table(
    "calls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text),
    Column("callback_id", Text, index=True),
    Column("direction", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("operator_id", Text),
    Column("state", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("connected_at", Moment),
    Column("talked_at", Moment),
    Column("ended_at", Moment),
    Column("outcome", Text),
    Column("first", Text, nullable=False, server_default="operator"),
    Column("dialled", Text),
    Column("visitor_answered_at", Moment),
    Column("reference", Text, unique=True),
    Column("department", Text),
    Index("ix_calls_log", "site_id", "started_at"),
    Index("ix_calls_phone", "phone", "started_at"),
)
_talking = calls.c.state.in_(("dialing", "connected"))
Index("uq_calls_talking", calls.c.operator_id, unique=True, sqlite_where=_talking, postgresql_where=_talking)
legs = Table(
    "legs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("call_id", Text, ForeignKey("calls.id"), nullable=False, index=True),
    Column("party", Text, nullable=False),
    Column("operator_id", Text),
    Column("state", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
    Column("result", Text),
)


def insert_call(tx: Tx, call: Call) -> None:
    tx.execute(insert(calls).values(**asdict(call)))


def insert_leg(
    tx: Tx, call_id: str, party: Party, operator_id: str | None, at: datetime, state: LegState = "ringing"
) -> None:
    tx.execute(insert(legs).values(**asdict(Leg(new_id(), call_id, party, operator_id, state, at))))


def get_call(tx: Tx, call_id: str) -> Call:
    found = find_call(tx, call_id)
    if found is None:
        raise NotFound("not_found")
    return found


def find_call(tx: Tx, call_id: str | None) -> Call | None:
    row = tx.execute(select(calls).where(calls.c.id == call_id)).one_or_none()
    return None if row is None else _call(row)


def find_inbound(tx: Tx, reference: str) -> Call | None:
    row = tx.execute(select(calls).where(calls.c.reference == reference)).one_or_none()
    return None if row is None else _call(row)


def move(tx: Tx, call_id: str, was: Sequence[State], **values: Any) -> bool:
    """Change a call if it still is in one of the states ``was``; False if it has moved on."""
    return tx.execute(update(calls).where(calls.c.id == call_id, calls.c.state.in_(was)).values(**values)).rowcount == 1


def take(tx: Tx, call_id: str, operator_id: str, to: State, at: datetime) -> bool:
    """Give a ringing call to the first who asks; False to everybody else."""
    free = (calls.c.id == call_id) & calls.c.operator_id.is_(None) & (calls.c.state == "ringing")
    taken = update(calls).where(free).values(operator_id=operator_id, state=to, answered_at=at)
    return tx.execute(taken).rowcount == 1


def mark_talked(tx: Tx, call_id: str, at: datetime) -> bool:
    once = (calls.c.id == call_id) & calls.c.talked_at.is_(None)
    return tx.execute(update(calls).where(once).values(talked_at=at)).rowcount == 1


def end(tx: Tx, call_id: str, was: Sequence[State], outcome: Outcome, at: datetime) -> bool:
    if not move(tx, call_id, was, state="ended", outcome=outcome, ended_at=at):
        return False
    still = (legs.c.call_id == call_id) & (legs.c.state != "ended")
    tx.execute(update(legs).where(still).values(state="ended", ended_at=at, result=outcome))
    return True


def answer_leg(tx: Tx, call_id: str, party: Party, operator_id: str | None, at: datetime) -> None:
    """Mark a party's leg answered; an operator's answer ends the legs of all others."""
    mine = (legs.c.call_id == call_id) & (legs.c.party == party) & (legs.c.state == "ringing")
    if operator_id is not None:
        others = update(legs).where(mine, legs.c.operator_id != operator_id)
        tx.execute(others.values(state="ended", ended_at=at, result="answered_elsewhere"))
        mine &= legs.c.operator_id == operator_id
        if tx.execute(select(legs.c.id).where(mine)).first() is None:
            insert_leg(tx, call_id, party, operator_id, at)
    tx.execute(update(legs).where(mine).values(state="answered", answered_at=at))


def ring_waiting(tx: Tx, call_id: str, at: datetime) -> None:
    """Let the operators ring who waited for the visitor's answer."""
    waiting = (legs.c.call_id == call_id) & (legs.c.state == "waiting")
    tx.execute(update(legs).where(waiting).values(state="ringing", started_at=at))


def fail_leg(tx: Tx, call_id: str, operator_id: str, result: str, at: datetime) -> bool:
    """Mark an operator's phone failed. The call is locked first: of phones that fail together one is the last."""
    tx.execute(select(calls.c.id).where(calls.c.id == call_id).with_for_update())
    ringing = (legs.c.call_id == call_id) & (legs.c.operator_id == operator_id) & (legs.c.state == "ringing")
    failed = update(legs).where(ringing).values(state="ended", ended_at=at, result=result)
    return tx.execute(failed).rowcount == 1


def leg_results(tx: Tx, call_id: str) -> set[str]:
    """Return how the operators' phones ended."""
    ended = (legs.c.call_id == call_id) & (legs.c.party == "operator") & (legs.c.state == "ended")
    return set(tx.execute(select(legs.c.result).where(ended)).scalars())


def rings(tx: Tx, call_id: str | None) -> list[str]:
    """Return the operators whose phones ring."""
    ringing = (legs.c.call_id == call_id) & (legs.c.party == "operator") & (legs.c.state == "ringing")
    return list(tx.execute(select(legs.c.operator_id).where(ringing).order_by(legs.c.operator_id)).scalars())


def devices(tx: Tx, operator_ids: Collection[str]) -> tuple[Device, ...]:
    """Return where these operators answer."""
    wanted = select(operators.c.id, operators.c.device, operators.c.device_address).where(
        operators.c.id.in_(operator_ids)
    )
    return tuple(Device(*row) for row in tx.execute(wanted.order_by(operators.c.id)))


def busy_operators(tx: Tx, operator_ids: Collection[str]) -> set[str]:
    query = select(calls.c.operator_id).where(calls.c.operator_id.in_(operator_ids), _talking)
    return set(tx.execute(query).scalars())


def operator_name(tx: Tx, operator_id: str | None) -> str | None:
    return tx.execute(select(operators.c.name).where(operators.c.id == operator_id)).scalar_one_or_none()


def operator_names(tx: Tx, operator_ids: Collection[str]) -> dict[str, str]:
    rows = tx.execute(select(operators.c.id, operators.c.name).where(operators.c.id.in_(operator_ids)))
    return {row.id: row.name for row in rows}


def count_outcomes(tx: Tx, where: Sequence[Any]) -> dict[str | None, int]:
    """Return outcome → how many; None stands for calls that go on."""
    query = select(calls.c.outcome, func.count().label("n")).where(*where).group_by(calls.c.outcome)
    return {row.outcome: row.n for row in tx.execute(query)}


def list_legs(tx: Tx, call_id: str) -> list[Leg]:
    """Return the legs in the order in which they began to ring."""
    query = select(legs).where(legs.c.call_id == call_id).order_by(legs.c.started_at, legs.c.party, legs.c.id)
    return [Leg(**row._mapping) for row in tx.execute(query)]


def list_calls(tx: Tx, where: Sequence[Any], most: int) -> list[Call]:
    """Return the latest first."""
    query = select(calls).where(*where).order_by(calls.c.started_at.desc(), calls.c.id.desc()).limit(most)
    return [_call(row) for row in tx.execute(query)]


def _call(row: Any) -> Call:
    return Call(**row._mapping)
