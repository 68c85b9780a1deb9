"""Group commit: what concurrent requests bring goes into one transaction, and each waits until it is committed."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from widget_server.kernel.errors import TryAgain

T = TypeVar("T")
log = logging.getLogger(__name__)


class _Entry(Generic[T]):
    def __init__(self, item: T) -> None:
        self.item = item
        self.woken = threading.Event()
        self.leads = False
        self.error: Exception | None = None


class Batcher(Generic[T]):
    """Collects items and commits them together.

    There is no thread of its own: the first caller in line leads, gathers for a moment, commits for everybody and hands
    the lead to the next in line. So it works the same under threads and under gevent.

    Parameters
    ----------
    commit : callable
        Writes a batch in one transaction; it has been committed when the call returns.
    gather : timedelta
        How long a leader waits for others.
    most : int
        A batch of this size does not wait.
    line : int
        How many may wait; whoever comes later is told to try again.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[T]], None],
        *,
        gather: timedelta = timedelta(milliseconds=5),
        most: int = 200,
        line: int = 2000,
    ) -> None:
        self._commit = commit
        self._gather = gather.total_seconds()
        self._most = most
        self._line = line
        self._lock = threading.Lock()
        self._waiting: list[_Entry[T]] = []
        self._led = False
        self._full = threading.Event()

    def submit(self, item: T) -> None:
        """Return once ``item`` is committed.

        Raises
        ------
        TryAgain
            ``busy``: too many are waiting; nothing of this item was written.
        Exception
            What ``commit`` raised for this very item.
        """
        entry = _Entry(item)
        with self._lock:
            if len(self._waiting) >= self._line:
                raise TryAgain("busy")
            self._waiting.append(entry)
            if not self._led:
                self._led = entry.leads = True
            if len(self._waiting) >= self._most:
                self._full.set()
        if not entry.leads:
            entry.woken.wait()
        if entry.leads:
            self._lead()
        if entry.error is not None:
            raise entry.error

    def _lead(self) -> None:
        self._full.wait(self._gather)
        with self._lock:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if len(self._waiting) < self._most:
                self._full.clear()
        try:
            self._write(batch)
        except BaseException:
            for entry in batch:
                entry.error = TryAgain("busy")
            raise
        finally:
            self._pass_on(batch)

    def _write(self, batch: list[_Entry[T]]) -> None:
        try:
            self._commit([entry.item for entry in batch])
        except Exception as error:
            if len(batch) == 1:
                batch[0].error = error
                return
            log.warning("a batch of %d failed (%s); writing one by one", len(batch), error)
            for entry in batch:
                self._write([entry])

    def _pass_on(self, batch: list[_Entry[T]]) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        if following is not None:
            following.leads = True
            following.woken.set()
        for entry in batch:
            entry.woken.set()
