"""Reading what people did."""

from widget_server.audit import store
from widget_server.audit.model import PAGE, Record, Wanted
from widget_server.edge.identity import OperatorIdentity
from widget_server.storage import Storage


class AuditService:
    """For owners and admins."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def page(self, by: OperatorIdentity, wanted: Wanted) -> tuple[list[Record], int | None]:
        """Return the records that are wanted, the latest first, and where the next page begins (None: nowhere)."""
        with self._storage.read() as tx:
            found = store.list_records(tx, by.account_id, wanted, PAGE + 1)
        return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
