"""Limits against abuse: a moving window per key, in the process or in Redis (in the process while Redis is away)."""

from limits import parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from widget_server.kernel.errors import TooMany


class Limits:
    """Counts what each key did.

    Parameters
    ----------
    redis_url : str
        Empty for counting in this process only.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._shared = (
            MovingWindowRateLimiter(storage_from_string(redis_url, wrap_exceptions=True)) if redis_url else self._local
        )

    def check(self, rule: str, *key: str) -> None:
        """Count one act of ``key``.

        Raises
        ------
        TooMany
            If ``rule`` (``"5/hour"``) is used up.
        """
        limit = parse(rule)
        try:
            allowed = self._shared.hit(limit, *key)
        except StorageError:
            allowed = self._local.hit(limit, *key)
        if not allowed:
            raise TooMany("too_many", seconds=min(limit.get_expiry(), 60))
