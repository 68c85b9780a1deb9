"""What the worker does for the guard, once a day: forget from where people asked when its time is over."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from widget_server.callbacks.guard import store
from widget_server.callbacks.guard.model import DAY, caps_of
from widget_server.callbacks.store import consents
from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.sites.store import find_sites
from widget_server.storage import Storage, Tx


class GuardJobs:
    """The handler of ``guard.clean``: comes back each day as long as an address is kept anywhere."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> None:
        self._storage, self._clock, self._jobs = storage, clock, jobs
        self._longest = max(cap.window for cap in caps_of(settings))

    def handlers(self) -> dict[str, Handler]:
        return {"guard.clean": Handler(self.clean, repeatable=True)}

    def clean(self, _payload: Payload) -> None:
        now = self._clock.now()
        with self._storage.begin() as tx:
            store.forget_acts(tx, now - max(self._longest, DAY))
            for site in find_sites(tx):
                forget_addresses(tx, site.id, now - timedelta(days=site.calling.address_days))
            if tx.execute(select(exists().where(consents.c.address != ""))).scalar_one():
                next_day = now + DAY
                self._jobs.add(tx, "guard.clean", {}, next_day, unique_key=f"guard.clean {next_day.date()}")


def forget_addresses(tx: Tx, site_id: str, before: datetime) -> None:
    """Empty the address of older consents; the rest of a consent is proof and stays."""
    old = (consents.c.site_id == site_id) & (consents.c.at < before) & (consents.c.address != "")
    tx.execute(update(consents).where(old).values(address=""))
