"""The table of jobs. A claim is a compare-and-set, so any number of workers may look for work."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, Table, Text, delete, func, select, update

from widget_server.jobs.model import Job, JobAdded, Payload
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.storage import Moment, Tx, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("run_at", Moment, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_at", Moment),
    Column("claimed_by", Text),
    Column("attempts", Integer, nullable=False),
    Column("unique_key", Text, unique=True),
    Column("error", Text),
    Column("created_at", Moment, nullable=False),
    Index("ix_jobs_due", "state", "run_at"),
)


class JobStore:
    """Where features leave work for later."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def add(self, tx: Tx, kind: str, payload: Payload, run_at: datetime, unique_key: str | None = None) -> bool:
        """Write a job in the caller's transaction; False if one with this ``unique_key`` exists already."""
        job_id = new_id()
        values = {"id": job_id, "kind": kind, "payload": payload, "run_at": run_at, "unique_key": unique_key}
        added = tx.insert_new(jobs, {**values, "state": "queued", "attempts": 0, "created_at": self._clock.now()})
        if added:
            tx.record(JobAdded(job_id, run_at))
        return added

    def add_now(self, tx: Tx, kind: str, payload: Payload, unique_key: str | None = None) -> bool:
        return self.add(tx, kind, payload, self._clock.now(), unique_key)


def find_job(tx: Tx, job_id: str) -> Job | None:
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    return None if row is None else _job(row)


def list_due(tx: Tx, at: datetime, kinds: Collection[str], most: int) -> list[Job]:
    due = (jobs.c.state == "queued") & (jobs.c.run_at <= at) & jobs.c.kind.in_(kinds)
    return [_job(row) for row in tx.execute(select(jobs).where(due).order_by(jobs.c.run_at, jobs.c.id).limit(most))]


def list_stale(tx: Tx, before: datetime, most: int) -> list[Job]:
    """Return jobs claimed before that moment and never finished: their workers are dead or stuck."""
    query = select(jobs).where(jobs.c.state == "claimed", jobs.c.claimed_at < before).order_by(jobs.c.claimed_at)
    return [_job(row) for row in tx.execute(query.limit(most))]


def claim(tx: Tx, job: Job, worker: str, at: datetime) -> bool:
    """Take a job, queued or stale; False if somebody was faster."""
    taken = {"state": "claimed", "claimed_at": at, "claimed_by": worker, "attempts": job.attempts + 1}
    return _set(tx, job, **taken)


def finish(tx: Tx, job: Job, error: str | None = None) -> bool:
    return _set(tx, job, state="failed" if error else "done", error=error)


def put_back(tx: Tx, job: Job, run_at: datetime, error: str | None) -> bool:
    return _set(tx, job, state="queued", run_at=run_at, claimed_at=None, claimed_by=None, error=error)


def forget_done(tx: Tx, before: datetime) -> None:
    tx.execute(delete(jobs).where(jobs.c.state == "done", jobs.c.run_at < before))


def count(tx: Tx, state: str) -> int:
    return int(tx.execute(select(func.count()).select_from(jobs).where(jobs.c.state == state)).scalar_one())


def _set(tx: Tx, job: Job, **values: Any) -> bool:
    """Change a job if nobody has touched it since it was read."""
    same = (jobs.c.id == job.id) & (jobs.c.state == job.state) & (jobs.c.attempts == job.attempts)
    return tx.execute(update(jobs).where(same).values(**values)).rowcount == 1


def _job(row: Any) -> Job:
    return Job(**row._mapping)
