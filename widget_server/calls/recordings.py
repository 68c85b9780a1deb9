"""The table of recordings: which call, and where the provider keeps it."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from widget_server.storage import Moment, Tx, metadata

recordings = Table(
    "recordings",
    metadata,
    Column("call_id", Text, ForeignKey("calls.id"), primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seconds", Integer, nullable=False),
    Column("at", Moment, nullable=False),
)


def insert_recording(tx: Tx, call_id: str, reference: str, length: timedelta, at: datetime) -> bool:
    """Write a recording down; False if it is known."""
    values = {"call_id": call_id, "reference": reference, "seconds": round(length.total_seconds()), "at": at}
    return tx.insert_new(recordings, values)
