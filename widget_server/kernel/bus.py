"""Who reacts to what: *within* the transaction that made an event, or *after* it was committed."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

E = TypeVar("E")
log = logging.getLogger(__name__)


class Bus:
    """A table of reactions, filled once at start by the composition root.

    A *within* reaction gets the open transaction and the event: what it writes commits or fails together with its
    cause. An *after* reaction gets the event alone; a crash may lose it, so it carries only hints (an emit, a wake-up).
    """

    def __init__(self) -> None:
        self._within: dict[type, list[Callable[[Any, Any], None]]] = defaultdict(list)
        self._after: dict[type, list[Callable[[Any], None]]] = defaultdict(list)

    def within(self, kind: type[E], react: Callable[[Any, E], None]) -> None:
        self._within[kind].append(react)

    def after(self, kind: type[E], react: Callable[[E], None]) -> None:
        self._after[kind].append(react)

    def run_within(self, tx: Any, event: object) -> None:
        for react in self._within[type(event)]:
            react(tx, event)

    def publish(self, events: Iterable[object]) -> None:
        """Run the after-reactions; one that fails is logged and hides none of the others."""
        for event in events:
            for react in self._after[type(event)]:
                try:
                    react(event)
                except Exception:
                    log.exception("reaction to %s failed", type(event).__name__)
