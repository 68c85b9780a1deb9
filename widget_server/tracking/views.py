"""How a call that came in looks to operators: as a callback does, so that one kind of card shows both."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from widget_server.calls import store as call_store
from widget_server.calls.facts import facts_of
from widget_server.calls.model import OPEN, TALK_LIMIT, Call
from widget_server.kernel.clock import Clock, iso
from widget_server.settings import Settings
from widget_server.sites.phone import phone_text
from widget_server.sites.service import SiteService
from widget_server.storage import Storage
from widget_server.tracking import store
from widget_server.tracking.model import Inbound

MOST = 200
LONGEST_CALL = TALK_LIMIT + timedelta(minutes=10)


class InboundViews:
    """Makes the protocol's objects (docs/protocol.md, section 7).

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
        self._rings_phones = settings.rings_phones
        self._find_profile = find_profile
        self._find_conversation = find_conversation

    def console_view(self, inbound: Inbound) -> dict[str, Any]:
        site, visitor_id = self._sites.get_site(inbound.site_id), inbound.visitor_id
        with self._storage.read() as tx:
            came = call_store.get_call(tx, inbound.call_id)
            call = call_store.find_call(tx, inbound.return_call_id) or came
            rings = call_store.rings(tx, call.id)
            devices = call_store.devices(tx, rings) if self._rings_phones else ()
            name = call_store.operator_name(tx, call.operator_id)
            number = store.find_number(tx, inbound.number_id)
            known = facts_of(tx, [came.id]).get(came.id)
        department = site.find_department(number.department) if number is not None else None
        return {
            "id": inbound.call_id,
            "site": {"id": site.id, "name": site.name},
            "state": state_of(inbound, call),
            "phone": came.phone,
            "phone_text": phone_text(came.phone, site.country) if came.phone else "",
            "requested_at": iso(call.started_at if call.state in OPEN else came.started_at),
            "due_at": None,
            "attempt": inbound.tries,
            "operator": {"id": call.operator_id, "name": name} if call.operator_id else None,
            "rings": rings,
            "devices": dict.fromkeys(rings, "console") | {one.operator_id: one.kind for one in devices},
            "department": department.name_in(site.languages[0]) if department is not None else None,
            "first": call.first,
            "visitor": self._find_profile(site.id, visitor_id) if visitor_id else None,
            "conversation": self._find_conversation(site.id, visitor_id) if visitor_id else None,
            "reason": call.outcome,
            "call": call.view(),
            "needs_person": inbound.needs_person,
            "direction": call.direction,
            "number": {"text": number.text if number else phone_text(came.dialled or "", site.country)},
            "use": inbound.use,
            "source": inbound.source.view() if inbound.source else None,
            "match": inbound.match,
            "known": bool(known is not None and known.known),
        }

    def list_active(self, site_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return what goes on or asks for a person, the oldest first."""
        since = self._clock.now() - LONGEST_CALL
        with self._storage.read() as tx:
            found = store.list_active(tx, site_ids, since, MOST)
        return [self.console_view(inbound) for inbound in found]

    def list_tasks(self, site_ids: Collection[str]) -> list[dict[str, Any]]:
        """Return what asks for a person, the latest first."""
        with self._storage.read() as tx:
            found = store.list_tasks(tx, site_ids, MOST)
        return [self.console_view(inbound) for inbound in found]


def state_of(inbound: Inbound, call: Call) -> str:
    """Return how far it is, in the words of callbacks. ``call``: the last one with this caller."""
    if call.state in OPEN:
        return call.state
    if call.outcome == "talked":
        return "completed"
    unreached = ("busy", "no_answer", "failed", "operator_left")
    return "unreachable" if call.id != inbound.call_id and call.outcome in unreached else "missed"
