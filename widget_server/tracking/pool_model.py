"""Who holds a number of a pool, and how large a pool should be. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil

from widget_server.tracking.model import TrackingRules

BUSY_POOL = 0.8
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Lease:
    """A visitor holds a number of the pool ``since`` then ``until`` then; while ``call_id`` goes on, without end.

    ``variants``: the experiments' variants that the visitor saw meanwhile.
    """

    id: str
    site_id: str
    number_id: str
    visitor_id: str
    since: datetime
    until: datetime
    variants: Mapping[str, str] = field(default_factory=dict)
    call_id: str | None = None

    def holds(self, at: datetime) -> bool:
        return self.call_id is not None or at < self.until


@dataclass(frozen=True)
class Place:
    """A number of the pool and its last lease, None if it never had one."""

    number_id: str
    last: Lease | None = None

    def free_since(self) -> datetime:
        return _NEVER if self.last is None else self.last.until


def choose(
    places: Sequence[Place], visitor_id: str, last_number: str | None, at: datetime
) -> tuple[Place, bool] | None:
    """Return which number a visitor gets, and whether they hold it already; None if the pool is exhausted.

    Whoever holds a number keeps it; whoever comes back gets the one they had last while nobody else holds it; else the
    number that was given up longest ago.
    """
    held = next((p for p in places if p.last and p.last.visitor_id == visitor_id and p.last.holds(at)), None)
    if held is not None:
        return held, True
    free = [place for place in places if place.last is None or not place.last.holds(at)]
    again = next((place for place in free if place.number_id == last_number), None)
    if again is not None:
        return again, False
    oldest = min(free, key=lambda place: (place.free_since(), place.number_id), default=None)
    return None if oldest is None else (oldest, False)


@dataclass(frozen=True)
class PoolFigures:
    """How a pool did: its size, the most visitors who needed a number in an hour, the most held at once, how many went
    without."""

    size: int
    peak_visitors: int
    peak_held: int
    exhausted: int
    held_now: int

    @property
    def utilisation(self) -> float:
        return self.peak_held / self.size if self.size else 0.0

    @property
    def is_short(self) -> bool:
        return bool(self.size) and (self.exhausted > 0 or self.utilisation >= BUSY_POOL)


def advised_size(peak_visitors: int, rules: TrackingRules) -> int:
    """Return how many numbers a pool needs: as many as visitors hold one at the same moment (Little's law).

    >>> advised_size(200, TrackingRules(hold_minutes=3)), advised_size(0, TrackingRules())
    (10, 0)
    """
    return ceil(peak_visitors * rules.hold_minutes / 60)
