"""What people see of the guard and do about it: alarms, money, the switch, the numbers that are not called."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.callbacks.guard import blocks, spending_store, store
from widget_server.callbacks.guard.blocks import Block
from widget_server.callbacks.guard.model import BLOCKED_FOR, DAY, AbuseSuspected, BlockWhy
from widget_server.callbacks.guard.spending import Spending
from widget_server.callbacks.guard.spending_store import Pause
from widget_server.callbacks.store import update_callback
from widget_server.kernel.clock import Clock
from widget_server.sites.model import Site
from widget_server.sites.store import get_site
from widget_server.storage import Storage

MOST_SHOWN = 200
NEWS = timedelta(days=7)


@dataclass(frozen=True)
class Overview:
    """A site's last 24 hours, its money today, and who is not called. Money is in hundredths."""

    pause: Pause
    spent: int
    allowed: int
    admitted: int
    refused: int
    alarms: list[AbuseSuspected]
    blocks: list[Block]


class GuardDesk:
    """Who asks has been let in to the site by ``access_site`` or ``access_callback``."""

    def __init__(self, storage: Storage, clock: Clock, spending: Spending) -> None:
        self._storage, self._clock, self._spending = storage, clock, spending

    def overview(self, site: Site) -> Overview:
        now = self._clock.now()
        with self._storage.read() as tx:
            return Overview(
                pause=spending_store.find_pause(tx, site.id),
                spent=self._spending.spent(tx, site),
                allowed=self._spending.allowed(tx, site),
                admitted=store.count_acts(tx, site.id, now - DAY),
                refused=store.count_refusals(tx, site.id, now - DAY),
                alarms=store.list_alarms(tx, [site.id], now - NEWS),
                blocks=blocks.list_blocks(tx, site.account_id, now, MOST_SHOWN),
            )

    def news_of(self, site_ids: frozenset[str]) -> list[AbuseSuspected]:
        """Return the alarms of the last 24 hours, the latest first."""
        with self._storage.read() as tx:
            return store.list_alarms(tx, site_ids, self._clock.now() - DAY)

    def is_paused(self, site_id: str) -> bool:
        with self._storage.read() as tx:
            return spending_store.is_paused(tx, site_id)

    def pause(self, site: Site) -> None:
        """Stop calls back by hand; safe to repeat."""
        with self._storage.begin() as tx:
            self._spending.pause(tx, site, "by_hand")

    def resume(self, site: Site) -> None:
        with self._storage.begin() as tx:
            self._spending.resume(tx, site)

    def block(self, site_id: str, phone: str, why: BlockWhy) -> None:
        """Never call this number again (``asked``), or not for a while; what waits to dial it is cancelled."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            account_id = get_site(tx, site_id).account_id
            blocks.set_block(tx, account_id, Block(phone, why, now, _until(now, why)))
            for waiting in blocks.list_waiting(tx, account_id, phone):
                update_callback(tx, waiting.cancel(now))

    def lift(self, site: Site, phone: str) -> None:
        """Allow calls to a number again; safe to repeat."""
        with self._storage.begin() as tx:
            blocks.lift_block(tx, site.account_id, phone)


def _until(at: datetime, why: BlockWhy) -> datetime | None:
    lasts = BLOCKED_FOR[why]
    return None if lasts is None else at + lasts
