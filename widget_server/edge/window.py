"""Counting acts in this process, by a clock that never jumps.

The memory storage of ``limits`` keeps every key for ever and walks through all of them at each act: 100,000 visitors
later that walk holds the process up for 0.2 s.
"""

import threading
import time
from collections.abc import Callable

from limits import RateLimitItem, WindowStats

CLEAN_SECONDS = 60.0


class MovingWindow:
    """Acts per key; a key without recent acts is forgotten."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._acts: dict[tuple[str, ...], tuple[float, list[float]]] = {}
        self._clean_at = now() + CLEAN_SECONDS
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._acts)

    def hit(self, limit: RateLimitItem, *key: str) -> bool:
        """Count one act; False, and nothing is counted, if the limit is used up."""
        now, span = self._now(), float(limit.get_expiry())
        with self._lock:
            if now >= self._clean_at:
                self._forget(now)
            _, acts = self._acts.setdefault((str(limit), *key), (span, []))
            while acts and acts[0] <= now - span:
                del acts[0]
            if len(acts) >= limit.amount:
                return False
            acts.append(now)
        return True

    def get_window_stats(self, limit: RateLimitItem, *key: str) -> WindowStats:
        """Return when (``time.time``) the first act is forgotten, and how many are left."""
        now, span = self._now(), float(limit.get_expiry())
        with self._lock:
            recent = [at for at in self._acts.get((str(limit), *key), (span, []))[1] if at > now - span]
        return WindowStats(time.time() + (recent[0] + span - now if recent else 0), limit.amount - len(recent))

    def _forget(self, now: float) -> None:
        self._clean_at = now + CLEAN_SECONDS
        self._acts = {key: (span, acts) for key, (span, acts) in self._acts.items() if acts and acts[-1] > now - span}
