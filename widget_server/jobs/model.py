"""Work outside requests: a row is written with its cause, taken once, done or handed to its owner. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

State = Literal["queued", "claimed", "done", "failed"]
Payload = dict[str, Any]
LONGEST_WAIT = timedelta(minutes=5)
MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class Job:
    id: str
    kind: str
    payload: Payload
    run_at: datetime
    state: State
    claimed_at: datetime | None
    claimed_by: str | None
    attempts: int
    unique_key: str | None
    error: str | None
    created_at: datetime

    def next_try(self, at: datetime) -> datetime:
        """Return when a repeatable job that failed is tried again: 1, 2, 4 … seconds later."""
        return at + min(timedelta(seconds=2 ** max(self.attempts - 1, 0)), LONGEST_WAIT)


@dataclass(frozen=True)
class Handler:
    """What runs a kind of job.

    Parameters
    ----------
    run : callable
        Takes the payload.
    repeatable : bool
        Whether running it twice does no harm. Only such jobs are ever run again by themselves.
    on_lost : callable, optional
        Takes the payload of a job that must not be repeated and whose outcome nobody knows (dead worker, exception).
        May itself be called again; it asks what happened and never does the work a second time.
    slow : bool
        Whether it may take seconds (mail, somebody else's server): such jobs run beside calls, never in front of them.
    """

    run: Callable[[Payload], None]
    repeatable: bool = False
    on_lost: Callable[[Payload], None] | None = None
    slow: bool = False


@dataclass(frozen=True)
class JobAdded:
    """A hint to look for work; workers find it without the hint a moment later."""

    job_id: str
    run_at: datetime
