"""One of many processes does a thing: whoever holds its lease, until it stops renewing it."""

from datetime import timedelta

from sqlalchemy import Column, Table, Text, update

from widget_server.kernel.clock import Clock
from widget_server.storage import Moment, Storage, metadata

leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", Moment, nullable=False),
)
HELD = timedelta(seconds=6)


class Lease:
    """The right to do ``name``. Hold it by calling ``hold`` more often than every ``HELD``.

    Parameters
    ----------
    holder : str
        Who asks; different in every process.
    """

    def __init__(self, storage: Storage, clock: Clock, name: str, holder: str) -> None:
        self._storage, self._clock = storage, clock
        self._name, self._holder = name, holder

    def hold(self) -> bool:
        """Take or renew it; False while another holds it."""
        now = self._clock.now()
        mine = {"holder": self._holder, "until": now + HELD}
        free = (leases.c.name == self._name) & ((leases.c.holder == self._holder) | (leases.c.until <= now))
        with self._storage.begin() as tx:
            if tx.insert_new(leases, {"name": self._name, **mine}):
                return True
            return tx.execute(update(leases).where(free).values(**mine)).rowcount == 1

    def let_go(self) -> None:
        """Give it up at once, so that another need not wait."""
        own = (leases.c.name == self._name) & (leases.c.holder == self._holder)
        with self._storage.begin() as tx:
            tx.execute(update(leases).where(own).values(until=self._clock.now()))
