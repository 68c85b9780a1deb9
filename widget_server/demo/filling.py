"""Fills the demo shop with three months of made-up traffic, and takes all of it away again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from widget_server.demo.book import Book
from widget_server.demo.leads import follow
from widget_server.demo.story import DAILY, DAYS, TRIALS, tell
from widget_server.demo.talks import Talks
from widget_server.demo.trials import write_trial
from widget_server.demo.visits import Visits
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.model import OrderPaid
from widget_server.kernel.bus import Bus
from widget_server.sites.model import Site
from widget_server.storage import Storage, Tx
from widget_server.trials import recorder


def fill(
    url: str, site: Site, people: Sequence[OperatorIdentity], now: datetime, *, daily: int = DAILY, seed: int = 1
) -> int:
    """Write the story down in one transaction; return how many visits it tells.

    Nobody is told of what never happened, so nothing listens but the count of orders. ``people``: who answers; the
    first one owns the experiments.
    """
    bus = Bus()
    bus.within(OrderPaid, _count_order)
    storage, rng = Storage(url, bus), Random(seed)  # noqa: S311  # a story, no secret
    today = now.astimezone(site.zone).date()
    first = datetime.combine(today - timedelta(days=DAYS), datetime.min.time(), site.zone)
    with storage.begin() as tx:
        book = Book(tx)
        trials = {one.name: write_trial(tx, rng, book, site, one, first, people[0].id) for one in TRIALS}
        visits = Visits(rng, book, site, trials)
        talks = Talks(rng, book, site, people[1:] or people, visits)
        count = 0
        for _, visit in tell(rng, today, site.zone, daily=daily):
            visits.write(visit)
            talks.write(visit)
            count += 1
        book.close()
        follow(tx, rng, talks.approaches, now)
    storage.close()
    return count


def _count_order(tx: Tx, event: OrderPaid) -> None:
    order = event.order
    visitor_ids, phones = event.visitor_ids, event.phones
    recorder.on_order_paid(tx, order.id, order.site_id, visitor_ids, phones, at=event.at, noted_at=event.at)
