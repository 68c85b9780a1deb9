"""Whose call it is. Pure.

match        what it rests on, the surest first
-----------  ----------------------------------------------------------------------------------------------
held         the visitor holds this number of the pool at this moment
tapped       one visitor, and no other, tapped this number in the last two minutes
held_before  the visitor was the last to hold it, not longer ago than the site's rule says
known        this caller was known to be the visitor at an earlier call
seen         one visitor, and no other, was lately shown this number: a guess, counted nowhere
none         nothing
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.tracking.model import Match, TrackingRules
from widget_server.tracking.pool_model import Lease

TAP_TELLS = timedelta(minutes=2)
SEEN_TELLS = timedelta(minutes=10)
KNOWN_TELLS = timedelta(days=90)


@dataclass(frozen=True)
class Traces:
    """What points at whoever may be calling.

    ``lease``: the last one of this number before the call. ``tapped``, ``seen``: visitors who lately tapped this
    number, or were shown it. ``known``: to whom this caller belonged before.
    """

    lease: Lease | None = None
    tapped: Collection[str] = ()
    known: str | None = None
    seen: Collection[str] = ()


def match(traces: Traces, rules: TrackingRules, at: datetime) -> tuple[str | None, Match]:
    """Return whose call it is and how that is known. Two who could be it are nobody."""
    lease = traces.lease
    if lease is not None and lease.holds(at):
        return lease.visitor_id, "held"
    if len(set(traces.tapped)) == 1:
        return next(iter(traces.tapped)), "tapped"
    if lease is not None and at - lease.until <= timedelta(minutes=rules.match_minutes):
        return lease.visitor_id, "held_before"
    if traces.known is not None:
        return traces.known, "known"
    if len(set(traces.seen)) == 1:
        return next(iter(traces.seen)), "seen"
    return None, "none"
