"""Hints to open pages. The database is the truth: a lost hint costs latency, never data."""

from collections.abc import Callable
from typing import Any, Protocol

from widget_server.edge.digest import Digest
from widget_server.edge.identity import OperatorIdentity


def visitor_room(site_id: str, visitor_id: str) -> str:
    return f"{site_id}/{visitor_id}"


def site_room(site_id: str) -> str:
    return site_id


class Emitter(Protocol):
    def emit(self, event: str, data: dict[str, Any], room: str) -> None: ...

    def is_in(self, room: str) -> bool: ...

    def drop(self, is_meant: Callable[[Any], bool]) -> None: ...


class Push:
    """Speaks to a visitor's pages and to the operators of a site. Silent until both doors are open."""

    def __init__(self) -> None:
        self.digest = Digest()
        self.is_unsure: Callable[[], bool] = lambda: False
        self._visitors: Emitter | None = None
        self._console: Emitter | None = None

    def open(self, visitors: Emitter, console: Emitter, is_unsure: Callable[[], bool] = lambda: False) -> None:
        """``is_unsure`` tells whether hints of other processes may have been lost a moment ago."""
        self._visitors, self._console, self.is_unsure = visitors, console, is_unsure

    def to_visitor(self, site_id: str, visitor_id: str, event: str, data: dict[str, Any]) -> None:
        if self._visitors is not None:
            self._visitors.emit(event, data, visitor_room(site_id, visitor_id))

    def to_visitors(self, site_id: str, event: str, data: dict[str, Any]) -> None:
        if self._visitors is not None:
            self._visitors.emit(event, data, site_room(site_id))

    def to_operators(self, site_id: str, event: str, data: dict[str, Any]) -> None:
        if self._console is not None:
            self._console.emit(event, data, site_room(site_id))

    def drop_operators(self, is_meant: Callable[[OperatorIdentity], bool]) -> None:
        """Close the consoles of everybody who is meant."""
        if self._console is not None:
            self._console.drop(is_meant)

    def is_here(self, site_id: str, visitor_id: str) -> bool:
        """Tell whether a page of the visitor is connected to this process."""
        return self._visitors is not None and self._visitors.is_in(visitor_room(site_id, visitor_id))
