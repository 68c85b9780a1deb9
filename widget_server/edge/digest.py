"""News of which only the newest state counts: under load it is told for many things at once."""

import threading
from collections.abc import Callable, Collection
from typing import Any

PAUSE_SECONDS = 0.05
LOOK_SECONDS = 1.0


class Digest:
    """Keeps the newest state of each thing and hands over all of them together.

    Without ``run_forever`` (a worker, a test) everything is handed over at once; with it, what comes during the pause
    after a round waits for the next one.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Any, Callable[[Collection[Any]], None]]] = {}
        self._come = threading.Event()
        self._is_running = False

    def add(self, key: str, state: Any, tell: Callable[[Collection[Any]], None]) -> None:
        self._waiting[key] = state, tell
        if self._is_running:
            self._come.set()
        else:
            self.flush()

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, {}
        by_teller: dict[Callable[[Collection[Any]], None], list[Any]] = {}
        for state, tell in waiting.values():
            by_teller.setdefault(tell, []).append(state)
        for tell, states in by_teller.items():
            tell(states)

    def run_forever(self, stop: threading.Event, failed: Callable[[], None]) -> None:
        self._is_running = True
        while not stop.is_set():
            if self._come.wait(LOOK_SECONDS):
                self._come.clear()
                try:
                    self.flush()
                except Exception:
                    failed()
                stop.wait(PAUSE_SECONDS)
