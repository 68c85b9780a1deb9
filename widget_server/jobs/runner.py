"""The worker's loop: claim one due job, commit the claim, run it, write down how it went."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from widget_server.jobs import store
from widget_server.jobs.model import MOST_ATTEMPTS, Handler, Job
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage

log = logging.getLogger(__name__)
BATCH = 50
POLL_SECONDS = 0.25
KEPT = timedelta(days=7)


class Runner:
    """Runs due jobs. Several runners, in one process or many, share the work.

    Parameters
    ----------
    handlers : mapping
        Kind of job → Handler. A job of an unknown kind stays queued: a newer worker may know it.
    lost_after : timedelta
        A claim older than this belongs to a dead worker.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        handlers: Mapping[str, Handler],
        worker_name: str,
        lost_after: timedelta = timedelta(seconds=60),
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._handlers = handlers
        self._name = worker_name
        self._lost_after = lost_after
        self._sweep_at: datetime | None = None
        self._wake = threading.Event()

    def run_due(self) -> int:
        """Run what is due now; return how many jobs this runner took."""
        with self._storage.read() as tx:
            due = store.list_due(tx, self._clock.now(), self._handlers.keys(), BATCH)
        return sum(self._take(job) for job in due)

    def run_one(self, job_id: str) -> bool:
        """Run one job if it is still due; False if it is not, or another worker has it."""
        with self._storage.read() as tx:
            job = store.find_job(tx, job_id)
        return job is not None and job.state == "queued" and job.run_at <= self._clock.now() and self._take(job)

    def sweep(self) -> int:
        """Look after jobs whose worker died: repeat those that may be, hand the others to their owner."""
        now = self._clock.now()
        with self._storage.read() as tx:
            stale = store.list_stale(tx, now - self._lost_after, BATCH)
        swept = sum(self._rescue(job) for job in stale)
        with self._storage.begin() as tx:
            store.forget_done(tx, now - KEPT)
        return swept

    def hint(self) -> None:
        """Say that there may be work."""
        self._wake.set()

    def run_forever(self, stop: threading.Event) -> None:
        """Work until ``stop``; look for work at each ``hint`` and at least four times a second."""
        while not stop.is_set():
            self._wake.clear()
            if not self._work():
                self._wake.wait(POLL_SECONDS)

    def _work(self) -> int:
        now = self._clock.now()
        try:
            if self._sweep_at is None or now >= self._sweep_at:
                self._sweep_at = now + self._lost_after / 6
                self.sweep()
            return self.run_due()
        except SQLAlchemyError:
            log.exception("the database did not answer; trying again")
            return 0

    def _take(self, job: Job) -> bool:
        handler = self._handlers.get(job.kind)
        claimed = self._claim(job) if handler is not None else None
        if handler is None or claimed is None:
            return False
        try:
            handler.run(claimed.payload)
        except Exception as error:
            log.exception("job %s failed", job.kind)
            self._failed(claimed, handler, repr(error)[:500])
        else:
            self._finish(claimed)
        return True

    def _claim(self, job: Job) -> Job | None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            won = store.claim(tx, job, self._name, now)
        return replace(job, state="claimed", attempts=job.attempts + 1) if won else None

    def _rescue(self, job: Job) -> bool:
        handler = self._handlers.get(job.kind)
        claimed = self._claim(job) if handler is not None else None
        if handler is None or claimed is None:
            return False
        log.warning("job %s was left by %s", job.kind, job.claimed_by)
        self._failed(claimed, handler, "lost")
        return True

    def _failed(self, job: Job, handler: Handler, error: str) -> None:
        if handler.repeatable and job.attempts < MOST_ATTEMPTS:
            with self._storage.begin() as tx:
                store.put_back(tx, job, job.next_try(self._clock.now()), error)
            return
        try:
            if handler.on_lost is not None:
                handler.on_lost(job.payload)
        except Exception:
            log.exception("what became of job %s cannot be told yet; asking again later", job.kind)
            return  # the claim grows stale and the sweep comes back to it
        self._finish(job, error)

    def _finish(self, job: Job, error: str | None = None) -> None:
        with self._storage.begin() as tx:
            store.finish(tx, job, error)
