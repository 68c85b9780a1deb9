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
Pair = tuple[str, str]
K = TypeVar("K")
V = TypeVar("V")


class Whereabouts:
    """A visitor has one conversation on a site, for ever: what was asked once is remembered."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock
        self._ids: OrderedDict[Pair, str] = OrderedDict()
        self._pairs: OrderedDict[str, Pair] = OrderedDict()
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
        if pair not in self._ids:
            with self._storage.read() as tx:
                found = store.find_of_visitor(tx, *pair)
            if found is None:
                return None
            _keep(self._ids, pair, found.id)
        return self._ids[pair]

    def access(self, operator: OperatorIdentity, conversation_id: str) -> Pair:
        """Return (site id, visitor id) of a conversation on one of the operator's sites; ``NotFound`` for any other."""
        if conversation_id not in self._pairs:
            with self._storage.read() as tx:
                found = store.access(tx, operator, conversation_id)
            _keep(self._pairs, conversation_id, (found.site_id, found.visitor_id))
        site_id, visitor_id = self._pairs[conversation_id]
        if site_id not in operator.site_ids:
            raise NotFound("not_found")
        return site_id, visitor_id


def _keep(table: OrderedDict[K, V], key: K, value: V) -> None:
    table[key] = value
    table.move_to_end(key)
    if len(table) > REMEMBERED:
        table.popitem(last=False)
