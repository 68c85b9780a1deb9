"""Hints to the other processes go through Redis beside the request: a Redis that hangs holds up nobody's message."""

import queue
import threading
from typing import Any

from socketio import RedisManager

MOST_WAITING = 1000


class Hints(RedisManager):  # type: ignore[misc]  # the library ships no types
    """What cannot be told for now is dropped once the line is full: pages fetch what they miss."""

    def __init__(self, redis_url: str, *, write_only: bool = False) -> None:
        self._line: queue.Queue[Any] = queue.Queue(MOST_WAITING)
        self._teller: threading.Thread | None = None
        super().__init__(redis_url, write_only=write_only)

    def _publish(self, data: Any) -> None:
        if self._teller is None:
            self._teller = threading.Thread(target=self._tell, name="hints", daemon=True)
            self._teller.start()
        if not self._line.full():
            self._line.put(data)

    def _tell(self) -> None:
        while True:
            super()._publish(self._line.get())
