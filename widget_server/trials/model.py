"""An experiment as it runs on a site. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

LEVERS = ("cta", "number", "placement", "channel", "accent", "invitation")
METRICS = ("order", "answered_call", "target_call", "connected_call", "callback", "conversation", "tap", "open")
NO_INVITATION = "none"
KEYS = "abcdef"
HOPED_LIFT: Mapping[str, float] = {
    "cta": 0.2,
    "number": 0.3,
    "channel": 0.35,
    "placement": 0.5,
    "accent": 0.1,
    "invitation": 0.25,
}
SHORTEST_DAYS = 7
LONGEST_DAYS = 26 * 7
LONGEST_ADVISED_DAYS = 8 * 7
CTA_LENGTH = 40
PROMISE_LENGTH = 60

State = Literal["draft", "running", "paused", "stopped"]  # paused: nobody is shown a variant, the time runs on
Phase = Literal["draft", "running", "ended", "stopped"]


@dataclass(frozen=True)
class Variant:
    """One combination of lever settings; ``settings`` has the form of the site document."""

    key: str
    name: str
    weight: float
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Draft:
    """What a marketer says about an experiment; the first variant is what the site shows today."""

    name: str
    metric: str
    levers: tuple[str, ...]
    variants: tuple[Variant, ...]
    hoped_lift: float
    planned_days: int
    coverage: float = 1.0
    baseline: float | None = None
    daily_visitors: float | None = None


@dataclass(frozen=True)
class Experiment:
    id: str
    site_id: str
    key: str
    state: State
    draft: Draft
    planned_visitors: int | None
    started_at: datetime | None
    ends_at: datetime | None
    stopped_at: datetime | None
    created_at: datetime
    created_by: str
    archived_at: datetime | None = None  # put away: the list shows it in the archive only

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def variants(self) -> tuple[Variant, ...]:
        return self.draft.variants

    @property
    def exposure(self) -> str | None:
        """Return what exposes: ``invitation`` when a rule is due, in every variant alike; None for the launcher."""
        return "invitation" if self.draft.levers == ("invitation",) else None

    def phase(self, at: datetime) -> Phase:
        """Tell where the experiment is in its life; ``stopped`` is before its planned end."""
        if self.state == "draft":
            return "draft"
        if self.stopped_at is not None and self.ends_at is not None and self.stopped_at < self.ends_at:
            return "stopped"
        return "running" if self.ends_at is not None and at < self.ends_at else "ended"

    def counts_at(self, at: datetime) -> bool:
        """Tell whether what the server hears at ``at`` belongs to the experiment."""
        begun = self.started_at is not None and at >= self.started_at
        return begun and self.state == "running" and self.phase(at) == "running"

    def horizon(self, at: datetime) -> datetime:
        """Return the moment before which things count, looked at from ``at``."""
        return min(moment for moment in (at, self.ends_at, self.stopped_at) if moment is not None)


@dataclass(frozen=True)
class TrialsChanged:
    """An experiment of the site began or ended: its site document is another one now."""

    site_id: str


@dataclass(frozen=True)
class ExperimentConcluded:
    """An experiment ran to its planned end (nobody stopped it)."""

    site_id: str
    experiment_id: str
    name: str
    at: datetime


def planned_end(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the moment ``days`` later by the clock on the site's wall.

    >>> planned_end(datetime(2026, 10, 20, 7, tzinfo=UTC), 7, ZoneInfo("Europe/Berlin"))
    datetime.datetime(2026, 10, 27, 8, 0, tzinfo=datetime.timezone.utc)
    """
    return (start.astimezone(zone) + timedelta(days=days)).astimezone(UTC)
