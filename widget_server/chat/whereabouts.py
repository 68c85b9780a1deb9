"""Whose a conversation is, and who was told lately that somebody types: both without asking the database each time."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import TypeVar

from widget_server.chat import store
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import NotFound
from widget_server.storage import Storage

REMEMBERED = 10_000
TYPING_EVERY = timedelta(seconds=1)
KNOWN_FOR = timedelta(minutes=1)
Pair = tuple[str, str]
K = TypeVar("K")
V = TypeVar("V")


class Whereabouts:
    """A visitor has one conversation on a site: remembered for a minute, as it may be joined to a customer's."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._ids: OrderedDict[Pair, tuple[datetime, str]] = OrderedDict()
        self._pairs: OrderedDict[str, tuple[datetime, Pair]] = OrderedDict()
        self._told: OrderedDict[Pair, datetime] = OrderedDict()

    def may_tell(self, who: str, where: str) -> bool:
        """Tell whether it is time to say again that ``who`` types there; count it if so."""
        key, now = (who, where), self._clock.now()
        if now - self._told.get(key, now - TYPING_EVERY) < TYPING_EVERY:
            return False
        _keep(self._told, key, now)
        return True

    def find_of_visitor(self, visitor: VisitorIdentity) -> str | None:
        """Return the id of the visitor's conversation, None while they have not written."""
        pair = visitor.site_id, visitor.visitor_id
        known = _recent(self._ids, pair, self._clock.now())
        if known is None:
            with self._storage.read() as tx:
                found = store.find_of_visitor(tx, *pair)
            if found is None:
                return None
            known = found.id
            _keep(self._ids, pair, (self._clock.now(), known))
        return known

    def access(self, operator: OperatorIdentity, conversation_id: str) -> Pair:
        """Return (site id, visitor id) of a conversation on one of the operator's sites; ``NotFound`` for any other."""
        pair = _recent(self._pairs, conversation_id, self._clock.now())
        if pair is None:
            with self._storage.read() as tx:
                found = store.access(tx, operator, conversation_id)
            pair = found.site_id, found.visitor_id
            _keep(self._pairs, conversation_id, (self._clock.now(), pair))
        if pair[0] not in operator.site_ids:
            raise NotFound("not_found")
        return pair


def _recent(table: OrderedDict[K, tuple[datetime, V]], key: K, now: datetime) -> V | None:
    kept = table.get(key)
    return kept[1] if kept is not None and now - kept[0] < KNOWN_FOR else None


def _keep(table: OrderedDict[K, V], key: K, value: V) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > REMEMBERED:
        table.popitem(last=False)
