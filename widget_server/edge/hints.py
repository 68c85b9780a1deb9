"""Hints to the other processes go through Redis beside the request: a Redis that hangs holds up nobody's message."""

import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

from socketio import RedisManager

MOST_WAITING = 1000
RETRY_SECONDS = 0.5
UNSURE_SECONDS = 5.0


class Hints(RedisManager):  # type: ignore[misc]  # the library ships no types
    """What cannot be told for now is dropped once the line is full: pages fetch what they miss.

    While Redis does not answer, and for a moment after, ``is_unsure`` says so: what others told meanwhile is lost.
    """

    def __init__(self, redis_url: str, *, write_only: bool = False) -> None:
        self._line: queue.Queue[Any] = queue.Queue(MOST_WAITING)
        self._teller: threading.Thread | None = None
        self._unsure_until = 0.0
        super().__init__(redis_url, write_only=write_only)

    def is_unsure(self) -> bool:
        return time.monotonic() < self._unsure_until

    def _redis_listen_with_retries(self) -> Iterator[Any]:
        """Come back soon: the library's own pauses grow to a minute."""
        while True:
            try:
                self._redis_connect()
                self.pubsub.subscribe(self.channel)
                yield from self.pubsub.listen()
            except Exception as error:
                self._get_logger().info("hints are not heard: %s", error)
            self._unsure_until = time.monotonic() + UNSURE_SECONDS
            time.sleep(RETRY_SECONDS)

    def _publish(self, data: Any) -> None:
        if self._teller is None:
            self._teller = threading.Thread(target=self._tell, name="hints", daemon=True)
            self._teller.start()
        if not self._line.full():
            self._line.put(data)
        else:
            self._unsure_until = time.monotonic() + UNSURE_SECONDS

    def _tell(self) -> None:
        while True:
            super()._publish(self._line.get())
