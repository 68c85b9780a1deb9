"""A number of one's own for a while: each visitor gets one of the site's pool, as long as there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from widget_server.kernel.clock import Clock
from widget_server.sites.model import Number
from widget_server.sites.store import numbers
from widget_server.storage import Storage, Tx
from widget_server.tracking import pool_store, store
from widget_server.tracking.pool_model import PoolFigures, choose

LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class Held:
    """What a visitor got: the number, and how long it is theirs unless they ask again."""

    number: Number
    hold: timedelta


class NumberPool:
    """Leases the numbers of pools."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def hold(self, site_id: str, visitor_id: str, variants: Mapping[str, str]) -> Held | None:
        """Give the visitor a number, or leave them theirs for another while; None if the site has none free.

        ``variants``: the experiments' variants that the visitor sees, for the history.
        """
        now = self._clock.now()
        with self._storage.begin() as tx:
            places = pool_store.lock_places(tx, site_id)
            if not places:
                return None
            rules = store.find_rules(tx, site_id)
            chosen = choose(places, visitor_id, pool_store.find_last_number(tx, site_id, visitor_id), now)
            if chosen is None:
                pool_store.note_hour(tx, site_id, now, exhausted=True)
                return None
            place, is_theirs = chosen
            if is_theirs and place.last is not None:
                lease = pool_store.extend(tx, place.last, now + rules.hold, variants)
            else:
                held = 1 + sum(one.last is not None and one.last.holds(now) for one in places)
                pool_store.note_hour(tx, site_id, now, held=held)
                lease = pool_store.insert_lease(
                    tx, site_id, place.number_id, visitor_id, now, now + rules.hold, variants
                )
            return Held(_number(tx, lease.number_id), rules.hold)

    def figures(self, site_id: str) -> PoolFigures:
        """Return how the pool did in the last days."""
        now = self._clock.now()
        with self._storage.read() as tx:
            size = len(store.list_numbers(tx, numbers.c.site_id == site_id, numbers.c.use == "pool"))
            peak, held, exhausted = pool_store.read_hours(tx, site_id, now - LOOKED_BACK)
            return PoolFigures(size, peak, held, exhausted, pool_store.count_held(tx, site_id, now))


def _number(tx: Tx, number_id: str) -> Number:
    found = store.find_number(tx, number_id)
    assert found is not None  # the pool is locked
    return found.shown()
