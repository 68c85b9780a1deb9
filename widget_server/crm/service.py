"""The owner connects a CRM, says which stage is which, tries it, and looks at what it was told."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.audit.store import note
from widget_server.crm import store
from widget_server.crm.bitrix import Bitrix
from widget_server.crm.model import LISTED, Connection, Link
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.store import get_root
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.notify.sealing import Sealer
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx


@dataclass(frozen=True)
class Remote:
    """A lead as the CRM has it, for its page."""

    link: Link
    url: str | None
    problem: str | None


class CrmService:
    """``site`` is always one that the caller may see (``SiteService.access_site``)."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, bitrix: Bitrix, sealer: Sealer) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._bitrix, self._sealer = bitrix, sealer

    def find(self, site: Site) -> Connection | None:
        with self._storage.read() as tx:
            return store.find_connection(tx, site.id)

    def connect(self, by: OperatorIdentity, site: Site, typed: str) -> None:
        """Keep the address of a webhook, and look whether it answers. Another portal begins anew.

        Raises
        ------
        BadInput
            ``bad_crm_address``.
        """
        address, portal = self._bitrix.read_address(typed)
        sealed, now = self._sealer.seal(address, "crm", site.id), self._clock.now()
        with self._storage.begin() as tx:
            known = store.find_connection(tx, site.id)
            if known is not None and known.portal == portal:
                store.update_connection(tx, site.id, sealed=sealed)
            else:
                store.delete_connection(tx, site.id)
                made = Connection(site.id, portal, sealed, "checking", None, {}, [], True, {}, None, now)
                store.put_connection(tx, made)
            note(tx, "site_changed", by, now, subject=site.id, site_id=site.id, name=site.name)
            self._look(tx, site)

    def check(self, site: Site) -> None:
        """Look whether the CRM answers, and tell it what waits."""
        with self._storage.begin() as tx:
            self._look(tx, site)

    def disconnect(self, by: OperatorIdentity, site: Site) -> None:
        with self._storage.begin() as tx:
            store.delete_connection(tx, site.id)
            note(tx, "site_changed", by, self._clock.now(), subject=site.id, site_id=site.id, name=site.name)

    def arrange(self, site: Site, stages: Mapping[str, str], makes_deals: bool) -> None:
        """Say which stage is which status over there; an empty one is not told.

        Raises
        ------
        BadInput
            ``bad_choice``.
        """
        with self._storage.begin() as tx:
            it = _get(tx, site)
            known = {one[0] for one in it.statuses}
            for key, status in stages.items():
                if status and status not in known:
                    raise BadInput("bad_choice", field=f"stage.{key}")
            paired = {key: status for key, status in stages.items() if status}
            store.update_connection(tx, site.id, stages=paired, makes_deals=makes_deals)

    def test(self, site: Site, language: str) -> None:
        """Write a lead down over there that says of itself that it is a test."""
        test_id = new_id()
        with self._storage.begin() as tx:
            _get(tx, site)
            store.update_connection(tx, site.id, tested={"id": test_id, "state": "pending"})
            self._jobs.add_now(tx, "crm.test", {"site_id": site.id, "id": test_id, "language": language})

    def tell_again(self, site: Site, lead_id: str) -> None:
        """Try once more what was given up, or what the CRM has lost: then as a new lead.

        Raises
        ------
        Conflict
            ``still_sending``.
        """
        with self._storage.begin() as tx:
            link = store.find_link(tx, lead_id)
            if link is None or link.site_id != site.id:
                raise NotFound("not_found")
            if link.state == "sending":
                raise Conflict("still_sending")
            if link.error == "missing":
                store.update_link(tx, lead_id, remote_id=None, matched=False, told={})
            store.want(tx, lead_id, site.id, self._clock.now())
            self._jobs.add_now(tx, "crm.tell", {"lead_id": lead_id})

    def list_troubled(self, site: Site) -> list[Link]:
        """Return what was not told yet and why, the latest first."""
        with self._storage.read() as tx:
            own = store.links.c.site_id == site.id
            return store.list_links(
                tx, own, store.links.c.state != "sent", store.links.c.error.is_not(None), most=LISTED
            )

    def list_told(self, site: Site) -> list[Link]:
        with self._storage.read() as tx:
            return store.list_links(tx, store.links.c.site_id == site.id, store.links.c.state == "sent", most=10)

    def count_waiting(self, site: Site) -> int:
        with self._storage.read() as tx:
            return store.count_links(tx, site.id, ("queued", "sending"))

    def of_lead(self, lead_id: str) -> Remote | None:
        """Return what the CRM knows of a lead that the caller may see."""
        with self._storage.read() as tx:
            link = store.find_link(tx, get_root(tx, lead_id).id)
            it = store.find_connection(tx, link.site_id) if link is not None else None
        if link is None or it is None:
            return None
        url = f"{it.portal}/crm/lead/details/{link.remote_id}/" if link.remote_id else None
        return Remote(link, url, it.problem or (link.error if link.state != "sent" else None))

    def _look(self, tx: Tx, site: Site) -> None:
        _get(tx, site)
        store.update_connection(tx, site.id, state="checking", problem=None)
        self._jobs.add_now(tx, "crm.check", {"site_id": site.id})


def _get(tx: Tx, site: Site) -> Connection:
    it = store.find_connection(tx, site.id)
    if it is None:
        raise NotFound("not_found")
    return it
