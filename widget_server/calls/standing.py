"""The calls that have not ended, for a provider that compares what it sees with what we believe."""

from widget_server.calls import store
from widget_server.calls.model import OPEN, Call
from widget_server.storage import Storage

MOST = 10_000


class StandingCalls:
    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def list_open(self) -> list[Call]:
        with self._storage.read() as tx:
            return store.list_calls(tx, [store.calls.c.state.in_(OPEN)], MOST)

    def find(self, call_id: str) -> Call | None:
        with self._storage.read() as tx:
            return store.find_call(tx, call_id)

    def is_open(self, call_id: str) -> bool:
        call = self.find(call_id)
        return call is not None and call.state != "ended"
