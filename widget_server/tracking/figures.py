"""What came in on which number: read for pages and commands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Text, cast, func, select

from widget_server.beacon.store import beacon_events
from widget_server.calls.facts import facts_of
from widget_server.calls.model import Call
from widget_server.calls.store import calls, list_calls
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage, Tx
from widget_server.tracking import store
from widget_server.tracking.model import Inbound

PERIOD = timedelta(days=30)
LOOKED_BACK = timedelta(days=7)


@dataclass(frozen=True)
class NumberFigures:
    """Calls of the last days: all, those in which somebody talked, the last one."""

    calls: int = 0
    talked: int = 0
    last: datetime | None = None


@dataclass(frozen=True)
class InboundLine:
    """A call that came in. ``known``: somebody of the account has talked with this caller before."""

    inbound: Inbound
    call: Call
    known: bool


class InboundFigures:
    """Reads only."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def of_numbers(self, number_ids: Collection[str]) -> dict[str, NumberFigures]:
        with self._storage.read() as tx:
            found = store.count_calls(tx, number_ids, self._clock.now() - PERIOD)
        return {number_id: NumberFigures(*found.get(number_id, ())) for number_id in number_ids}

    def list_calls(self, site_ids: Collection[str], days: int, most: int) -> list[InboundLine]:
        """Return the latest first."""
        with self._storage.read() as tx:
            found = store.list_inbound(tx, site_ids, self._clock.now() - timedelta(days=days), most)
            ids = [inbound.call_id for inbound in found]
            rows = {call.id: call for call in list_calls(tx, [calls.c.id.in_(ids)], len(ids) or 1)}
            known = facts_of(tx, ids)
        return [InboundLine(one, rows[one.call_id], one.call_id in known and known[one.call_id].known) for one in found]

    def busiest_hour(self, site_id: str) -> int:
        """Return the most visitors whom the site had in one hour of the last days."""
        with self._storage.read() as tx:
            return _busiest_hour(tx, site_id, self._clock.now() - LOOKED_BACK)


def _busiest_hour(tx: Tx, site_id: str, since: datetime) -> int:
    it = beacon_events.c
    hour = func.substr(cast(it.at, Text), 1, len("2026-11-23 09"))  # both databases write a moment so
    views = it.site_id == site_id, it.type == "view", it.at >= since, ~it.is_bot
    each = select(func.count(func.distinct(it.visitor_id)).label("visitors")).where(*views).group_by(hour).subquery()
    return int(tx.execute(select(func.max(each.c.visitors))).scalar_one() or 0)
