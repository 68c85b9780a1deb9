"""A request that comes twice with one idempotency key happens once and is answered twice."""

import hashlib
from datetime import timedelta

from widget_server.api import store
from widget_server.api.kinds import JSON
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict
from widget_server.storage import Storage

KEPT = timedelta(days=1)
# A request that began longer ago died with its process: it is run again, under the same ids.
LONGEST_REQUEST = timedelta(minutes=1)


class Once:
    """Remembers answers for a day. What failed is forgotten at once, so that it may be tried again."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage, self._clock = storage, clock

    def begin(self, key_id: str, name: str, request: bytes) -> JSON | None:
        """Return the answer that was given; None if this request is to be run now.

        Raises
        ------
        Conflict
            ``key_reused``: the same key with another request; ``still_working``: the first is not through yet.
        """
        now, digest = self._clock.now(), hashlib.sha256(request).hexdigest()
        with self._storage.begin() as tx:
            store.forget_answers(tx, now - KEPT)
            if store.begin_answer(tx, key_id, name, digest, now):
                return None
            known = store.find_answer(tx, key_id, name)
            if known is not None and known.digest != digest:
                raise Conflict("key_reused")
            if known is not None and known.answer is not None:
                answer: JSON = known.answer
                return answer
            if known is not None and now - known.at < LONGEST_REQUEST:
                raise Conflict("still_working")
            store.update_answer(tx, key_id, name, at=now)
        return None

    def keep(self, key_id: str, name: str, answer: JSON) -> None:
        with self._storage.begin() as tx:
            store.update_answer(tx, key_id, name, answer=answer)

    def drop(self, key_id: str, name: str) -> None:
        with self._storage.begin() as tx:
            store.delete_answer(tx, key_id, name)
