"""The very people of an experiment: what they saw, where they came from, when they first did what decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from widget_server.storage import Tx
from widget_server.trials import evidence
from widget_server.trials.model import Experiment
from widget_server.trials.store import exposures

DIMENSIONS = ("device", "source", "hour", "weekday")
HOURS_TOGETHER = 3
UNTOLD = "?"  # nobody wrote down where people of old exposures came from

_e = exposures.c


@dataclass(frozen=True)
class Person:
    """``at``: the first sight, None for a caller who is known by the number only. ``acted_at``: when they converted."""

    variant: str
    at: datetime | None
    device: str | None
    source: str | None
    acted_at: datetime | None

    def groups(self, zone: ZoneInfo) -> Mapping[str, str]:
        """Return dimension → the group that the person belongs to, by the site's clock; empty where unknown."""
        if self.at is None:
            return dict.fromkeys(DIMENSIONS, "")
        local = self.at.astimezone(zone)
        hour = str(local.hour // HOURS_TOGETHER * HOURS_TOGETHER)
        return {
            "device": self.device or "",
            "source": UNTOLD if self.source is None else self.source,
            "hour": hour,
            "weekday": str(local.weekday()),
        }


def list_people(tx: Tx, experiment: Experiment, until: datetime) -> list[Person]:
    """Return everybody who counts, with what the experiment is decided by."""
    metric = experiment.draft.metric
    acted = evidence.visitors_who_acted(experiment, until).subquery()
    first = (
        select(acted.c.person, func.min(acted.c.at).label("acted_at"))
        .where(acted.c.metric == metric)
        .group_by(acted.c.person)
        .subquery()
    )
    seen = (
        select(_e.variant, _e.at, _e.device, _e.source, first.c.acted_at)
        .outerjoin_from(exposures, first, first.c.person == _e.visitor_id)
        .where(_e.experiment_id == experiment.id, _e.at < until, ~_e.is_bot, ~_e.crossed)
    )
    found = [Person(row.variant, row.at, row.device, row.source, row.acted_at) for row in tx.execute(seen)]
    return found + _callers(tx, experiment, until)


def _callers(tx: Tx, experiment: Experiment, until: datetime) -> list[Person]:
    each = evidence.callers_who_acted(experiment, until).subquery()
    own = each.c.metric == experiment.draft.metric
    query = (
        select(each.c.variant, func.min(each.c.at).label("acted_at")).where(own).group_by(each.c.variant, each.c.person)
    )
    return [Person(row.variant, None, None, None, row.acted_at) for row in tx.execute(query)]
