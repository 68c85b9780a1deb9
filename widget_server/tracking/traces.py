"""What is known about who could be calling a number: leases, taps, earlier calls, pages."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from widget_server.beacon.store import beacon_events
from widget_server.calls.store import calls, find_call
from widget_server.sites.store import numbers
from widget_server.storage import Tx
from widget_server.tracking.match_model import KNOWN_TELLS, SEEN_TELLS, TAP_TELLS, Traces
from widget_server.tracking.model import TrackedNumber
from widget_server.tracking.pool_model import Lease
from widget_server.tracking.pool_store import find_last_lease

_b = beacon_events.c


def find_traces(tx: Tx, number: TrackedNumber, phone: str, at: datetime) -> Traces:
    """Gather what points at a visitor, for a call of ``phone`` (empty: hidden) to ``number``."""
    shown = select(numbers.c.id).where(numbers.c.site_id == number.site_id, numbers.c.e164 == number.e164)
    ids = tx.execute(shown).scalars().all()
    return Traces(
        lease=_lease(tx, number, phone, at),
        tapped=_visitors(tx, number.site_id, "tap", ids, at - TAP_TELLS),
        known=_known(tx, number.site_id, phone, at) if phone else None,
        seen=_visitors(tx, number.site_id, "number", ids, at - SEEN_TELLS),
    )


def _lease(tx: Tx, number: TrackedNumber, phone: str, at: datetime) -> Lease | None:
    """Return the last lease of the number, unless its visitor talks at this very moment from another telephone."""
    lease = find_last_lease(tx, number.id, at) if number.use == "pool" else None
    talk = find_call(tx, lease.call_id) if lease is not None else None
    return None if talk is not None and talk.phone != phone else lease


def _known(tx: Tx, site_id: str, phone: str, at: datetime) -> str | None:
    own = calls.c.site_id == site_id, calls.c.phone == phone, calls.c.visitor_id.is_not(None)
    query = select(calls.c.visitor_id).where(*own, calls.c.started_at >= at - KNOWN_TELLS)
    return tx.execute(query.order_by(calls.c.started_at.desc()).limit(1)).scalar_one_or_none()


def _visitors(tx: Tx, site_id: str, kind: str, number_ids: Collection[str], since: datetime) -> set[str]:
    """Return people (no programs) whose page reported that of one of these numbers."""
    lately = _b.site_id == site_id, _b.type == kind, _b.at >= since
    query = select(_b.visitor_id).where(*lately, _b.number_id.in_(number_ids), ~_b.is_bot).distinct().limit(2)
    return set(tx.execute(query).scalars())
