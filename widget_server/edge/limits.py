"""Limits against abuse: a moving window per key, in the process or in Redis (in the process while Redis is away)."""

import math
import time
from functools import cache
from typing import Any, cast

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from widget_server.edge.window import MovingWindow
from widget_server.kernel.errors import TooMany

REDIS_SECONDS = 0.5
ALONE_SECONDS = 5.0


class Limits:
    """Counts what each key did.

    Parameters
    ----------
    redis_url : str
        Empty for counting in this process only.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._local = MovingWindow()
        self._shared = MovingWindowRateLimiter(_redis(redis_url)) if redis_url else self._local
        self._alone_until = 0.0

    def check(self, rule: str, *key: str) -> None:
        """Count one act of ``key``.

        Raises
        ------
        TooMany
            If ``rule`` (``"5/hour"``) is used up.
        """
        limit = _parse(rule)
        if not self._hit(limit, *key):
            raise TooMany("too_many", seconds=min(limit.get_expiry(), 60))

    def left(self, rule: str, *key: str) -> tuple[int, int]:
        """Return how many acts of ``key`` are left, and after how many seconds the first of them counts no more."""
        limit = parse(rule)
        if time.monotonic() >= self._alone_until:
            try:
                stats = self._shared.get_window_stats(limit, *key)
                return stats.remaining, max(0, math.ceil(stats.reset_time - time.time()))
            except StorageError:
                self._alone_until = time.monotonic() + ALONE_SECONDS
        stats = self._local.get_window_stats(limit, *key)
        return stats.remaining, max(0, math.ceil(stats.reset_time - time.time()))

    def _hit(self, limit: RateLimitItem, *key: str) -> bool:
        if time.monotonic() >= self._alone_until:
            try:
                return self._shared.hit(limit, *key)
            except StorageError:
                self._alone_until = time.monotonic() + ALONE_SECONDS
        return self._local.hit(limit, *key)


_parse = cache(parse)


def _redis(url: str) -> Storage:
    patience: dict[str, Any] = {"socket_timeout": REDIS_SECONDS, "socket_connect_timeout": REDIS_SECONDS}
    return cast(Storage, storage_from_string(url, wrap_exceptions=True, **patience))


def client_address(environ: dict[str, Any], trusted_proxies: int) -> str:
    """Return who asks, where Flask has not looked yet: the hop that the outermost trusted proxy saw."""
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    return hops[-trusted_proxies] if 0 < trusted_proxies <= len(hops) else str(environ.get("REMOTE_ADDR", ""))
