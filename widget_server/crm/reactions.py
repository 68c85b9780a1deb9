"""What happens to leads and orders makes the CRM be told, in the same transaction."""

from datetime import timedelta

from widget_server.crm import store
from widget_server.funnel.model import LeadBorn, LeadChanged, OrderPaid, OrderTakenBack
from widget_server.funnel.store import get_root
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.storage import Tx

# What belongs together happens within moments (a lead is born, its call is answered): one telling for all of it.
GATHERING = timedelta(seconds=3)


class CrmReactions:
    def __init__(self, clock: Clock, jobs: JobStore) -> None:
        self._clock, self._jobs = clock, jobs

    def on_lead_born(self, tx: Tx, event: LeadBorn) -> None:
        self.want(tx, event.lead.site_id, event.lead.id)

    def on_lead_changed(self, tx: Tx, event: LeadChanged) -> None:
        """Tell of leads that the CRM knows or is to know: what came before it was connected stays here."""
        if store.find_connection(tx, event.site_id) is None:
            return
        for link in store.links_of_family(tx, get_root(tx, event.lead_id).id):
            self.want(tx, event.site_id, link.lead_id)

    def on_order(self, tx: Tx, event: OrderPaid | OrderTakenBack) -> None:
        """An order makes its lead known over there, however old it is."""
        self.want(tx, event.order.site_id, get_root(tx, event.order.lead_id).id)

    def want(self, tx: Tx, site_id: str, lead_id: str) -> None:
        if store.find_connection(tx, site_id) is None:
            return
        due_at = self._clock.now() + GATHERING
        store.want(tx, lead_id, site_id, due_at)
        self._jobs.add(tx, "crm.tell", {"lead_id": lead_id}, due_at)
