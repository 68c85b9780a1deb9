"""Operators in Telegram: a one-time code of the console says that this account there is this person."""

from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.clock import Clock
from widget_server.kernel.ids import new_id
from widget_server.operators.store import ENABLED, find_identities, operators
from widget_server.storage import Storage, Tx
from widget_server.telegram import store
from widget_server.telegram.model import CODE_LIFE, Heard, Link
from widget_server.telegram.store import links


class TelegramPeople:
    """Hands out codes and knows who is who."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def find(self, operator: OperatorIdentity) -> Link | None:
        """Return the operator's link, also one that waits for its code."""
        with self._storage.read() as tx:
            return store.find_link(tx, links.c.operator_id == operator.id)

    def offer_code(self, operator: OperatorIdentity) -> None:
        """Give the operator a fresh code; it works once, for a quarter of an hour."""
        with self._storage.begin() as tx:
            store.put_link(tx, operator.id, code=new_id(), until=self._clock.now() + CODE_LIFE)

    def forget(self, operator: OperatorIdentity) -> None:
        with self._storage.begin() as tx:
            store.delete_link(tx, links.c.operator_id == operator.id)

    def link(self, heard: Heard, code: str) -> bool:
        """Take a code; the account there is this operator's alone from now on."""
        with self._storage.begin() as tx:
            found = store.find_link(tx, links.c.code == code) if code else None
            if found is None or found.until is None or found.until <= self._clock.now():
                return False
            store.delete_link(tx, links.c.user_id == heard.user_id, links.c.operator_id != found.operator_id)
            made = {"user_id": heard.user_id, "name": heard.user_name, "code": None, "until": None}
            store.put_link(tx, found.operator_id, **made)
            return True

    def operator_of(self, tx: Tx, user_id: str) -> OperatorIdentity | None:
        """Return the person who writes, None for strangers and for those who were shut out."""
        link = store.find_link(tx, links.c.user_id == user_id)
        return next(iter(find_identities(tx, operators.c.id == link.operator_id, ENABLED)), None) if link else None
