"""The table of what people did. A row is written in the transaction of the act: neither is there without the other."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Identity, Index, Integer, Table, Text, insert, select

from widget_server.audit.model import Act, Record, Wanted
from widget_server.edge.identity import OperatorIdentity
from widget_server.storage import Moment, Tx, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("operator_id", Text),
    Column("name", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("site_id", Text),
    Column("subject", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Index("ix_audit_account", "account_id", "id"),
)


def note(
    tx: Tx, act: Act, by: OperatorIdentity, at: datetime, *, subject: str = "", site_id: str | None = None, **data: Any
) -> None:
    """Write down what ``by`` did; ``subject``: the id of what it is about, ``data``: words that tell it to a reader."""
    who = {"account_id": by.account_id, "operator_id": by.id, "name": by.name}
    tx.execute(insert(audit).values(**who, at=at, act=act, subject=subject, site_id=site_id, data=data))


def list_records(tx: Tx, account_id: str, wanted: Wanted, most: int) -> list[Record]:
    """Return the latest first."""
    query = select(audit).where(audit.c.account_id == account_id)
    for column, value in (("act", wanted.act), ("operator_id", wanted.operator_id), ("site_id", wanted.site_id)):
        if value:
            query = query.where(audit.c[column] == value)
    if wanted.before is not None:
        query = query.where(audit.c.id < wanted.before)
    return [Record(**row._mapping) for row in tx.execute(query.order_by(audit.c.id.desc()).limit(most))]
