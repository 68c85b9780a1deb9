"""How a callback looks: to its visitor (little), to operators (all) (docs/protocol.md, sections 5 and 7)."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from widget_server.callbacks import store
from widget_server.callbacks.model import IN_FLIGHT, Callback
from widget_server.calls import store as calls
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.clock import Clock, iso, iso_or_none
from widget_server.settings import Settings
from widget_server.sites.phone import mask_phone, phone_text
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

REMEMBERED = timedelta(minutes=10)
MOST = 200


class CallbackViews:
    """Makes the protocol's objects.

    Parameters
    ----------
    find_profile : callable
        ``(site_id, visitor_id) -> dict``: the visitor as operators see them.
    find_conversation : callable
        ``(site_id, visitor_id) -> id or None``.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        sites: SiteService,
        settings: Settings,
        find_profile: Callable[[str, str], dict[str, Any]],
        find_conversation: Callable[[str, str], str | None],
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._sites = sites
        self._promise_seconds = settings.promise_seconds
        self._find_profile = find_profile
        self._find_conversation = find_conversation

    def visitor_view(self, callback: Callback) -> dict[str, Any]:
        with self._storage.read() as tx:
            name = calls.operator_name(tx, callback.operator_id)
        return {
            "id": callback.id,
            "state": callback.state,
            "phone": mask_phone(callback.phone),
            "requested_at": iso(callback.requested_at),
            "due_at": iso_or_none(callback.due_at),
            "promise_seconds": self._promise_seconds,
            "operator": name,
            "reason": callback.reason,
        }

    def console_view(self, callback: Callback) -> dict[str, Any]:
        site = self._sites.get_site(callback.site_id)
        with self._storage.read() as tx:
            call = calls.find_call(tx, callback.call_id)
            rings = calls.rings(tx, callback.call_id)
            name = calls.operator_name(tx, callback.operator_id)
        return {
            "id": callback.id,
            "site": {"id": site.id, "name": site.name},
            "state": callback.state,
            "phone": callback.phone,
            "phone_text": phone_text(callback.phone, site.country),
            "requested_at": iso(callback.requested_at),
            "due_at": iso_or_none(callback.due_at),
            "attempt": callback.attempt,
            "operator": {"id": callback.operator_id, "name": name} if callback.operator_id else None,
            "rings": rings,
            "visitor": self._find_profile(callback.site_id, callback.visitor_id),
            "conversation": self._find_conversation(callback.site_id, callback.visitor_id),
            "reason": callback.reason,
            "call": call.view() if call else None,
            "needs_person": callback.needs_person,
        }

    def find_active_view(self, visitor: VisitorIdentity) -> dict[str, Any] | None:
        """Return the visitor's callback that still matters to their page: in flight, or over for minutes only."""
        with self._storage.read() as tx:
            found = store.list_of_visitor(tx, visitor.site_id, visitor.visitor_id, 1)
        fresh = [one for one in found if one.state in IN_FLIGHT or self._clock.now() - one.changed_at < REMEMBERED]
        return self.visitor_view(fresh[0]) if fresh else None

    def list_active(self, site_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return what is in flight or asks for a person, the oldest first."""
        with self._storage.read() as tx:
            found = store.list_active(tx, site_ids, MOST)
        return [self.console_view(callback) for callback in found]

    def list_tasks(self, site_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return what asks for a person, the latest first."""
        with self._storage.read() as tx:
            found = store.list_tasks(tx, site_ids, MOST)
        return [self.console_view(callback) for callback in found]

    def history(self, site_id: str, visitor_id: str, most: int) -> list[dict[str, Any]]:
        """Return what became of the visitor's requests, the latest first."""
        with self._storage.read() as tx:
            found = store.list_of_visitor(tx, site_id, visitor_id, most)
        return [{"at": iso(one.requested_at), "state": one.state, "reason": one.reason} for one in found]
