"""How a callback looks: to its visitor (little), to operators (all) (docs/protocol.md, sections 5 and 7)."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from widget_server.callbacks import store
from widget_server.callbacks.model import IN_FLIGHT, Callback
from widget_server.calls import store as calls
from widget_server.calls.model import Call
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.clock import Clock, iso, iso_or_none
from widget_server.operators.model import DeviceKind
from widget_server.settings import Settings
from widget_server.sites.phone import mask_phone, phone_text
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

REMEMBERED = timedelta(minutes=10)
MOST = 200
MOST_OF_VISITOR = 20


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
        self._rings_phones = settings.rings_phones
        self._find_profile = find_profile
        self._find_conversation = find_conversation

    def visitor_view(self, callback: Callback) -> dict[str, Any]:
        call, name = self._call_of(callback)
        return {
            "id": callback.id,
            "state": callback.state,
            "attempt": callback.attempt,
            "first": call.first if call is not None else None,
            "department": callback.department,
            "phone": mask_phone(callback.phone),
            "requested_at": iso(callback.requested_at),
            "due_at": iso_or_none(callback.due_at),
            "promise_seconds": self._promise_seconds,
            "operator": name,
            "reason": callback.reason,
        }

    def console_view(self, callback: Callback) -> dict[str, Any]:
        site = self._sites.get_site(callback.site_id)
        department = site.find_department(callback.department)
        call, name = self._call_of(callback)
        devices = self._rung(callback)
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
            "rings": list(devices),
            "devices": devices,
            "department": department.name_in(site.languages[0]) if department is not None else None,
            "first": call.first if call is not None else None,
            "visitor": self._find_profile(callback.site_id, callback.visitor_id),
            "conversation": self._find_conversation(callback.site_id, callback.visitor_id),
            "reason": callback.reason,
            "call": call.view() if call else None,
            "needs_person": callback.needs_person,
        }

    def of_visitor(self, visitor: VisitorIdentity) -> list[dict[str, Any]]:
        """Return what still matters to the visitor's page, the latest first: in flight, or over for minutes only."""
        with self._storage.read() as tx:
            found = store.list_of_visitor(tx, visitor.site_id, visitor.visitor_id, MOST_OF_VISITOR)
        now = self._clock.now()
        return [self.visitor_view(one) for one in found if one.state in IN_FLIGHT or now - one.changed_at < REMEMBERED]

    def _call_of(self, callback: Callback) -> tuple[Call | None, str | None]:
        """Return the call of its last attempt, and who has it."""
        if callback.call_id is None:
            return None, None
        with self._storage.read() as tx:
            named = callback.operator_id and calls.operator_name(tx, callback.operator_id)
            return calls.find_call(tx, callback.call_id), named

    def _rung(self, callback: Callback) -> dict[str, DeviceKind]:
        """Return who is rung, and where each of them answers."""
        if callback.state != "ringing":
            return {}
        with self._storage.read() as tx:
            rings = calls.rings(tx, callback.call_id)
            devices = calls.devices(tx, rings) if self._rings_phones else ()
        found: dict[str, DeviceKind] = dict.fromkeys(rings, "console")
        return found | {one.operator_id: one.kind for one in devices}

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
