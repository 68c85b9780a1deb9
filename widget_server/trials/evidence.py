"""Who saw which variant and who did what, and the counts drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import and_, func, select, update

from widget_server.storage import Tx
from widget_server.trials.model import Experiment
from widget_server.trials.store import acts, exposures

_e, _a = exposures.c, acts.c


@dataclass(frozen=True)
class Counts:
    """People per variant: exposed, and converted by metric; who was left out, and why."""

    exposed: Mapping[str, int] = field(default_factory=dict)
    converted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # metric → variant → people
    bots: int = 0
    crossed: int = 0

    def of(self, metric: str, variant: str) -> int:
        return self.converted.get(metric, {}).get(variant, 0)


def note_exposure(
    tx: Tx, experiment_id: str, visitor_id: str, variant: str, at: datetime, device: str | None, is_bot: bool
) -> None:
    """Keep the first sight of a variant; note when a visitor was shown two. The order of arrival does not matter."""
    row = {"experiment_id": experiment_id, "visitor_id": visitor_id, "variant": variant, "at": at, "device": device}
    if tx.insert_new(exposures, {**row, "is_bot": is_bot, "crossed": False}):
        return
    known = and_(_e.experiment_id == experiment_id, _e.visitor_id == visitor_id)
    tx.execute(update(exposures).where(known, _e.variant != variant).values(crossed=True))
    tx.execute(update(exposures).where(known, _e.variant == variant, _e.at > at).values(at=at))
    if is_bot:
        tx.execute(update(exposures).where(known).values(is_bot=True))


def note_act(
    tx: Tx, source_id: str, site_id: str, visitor_id: str, metric: str, at: datetime, noted_at: datetime
) -> None:
    row = {"id": f"{metric}:{source_id}", "site_id": site_id, "visitor_id": visitor_id, "metric": metric}
    tx.insert_new(acts, {**row, "at": at, "noted_at": noted_at})


def count(tx: Tx, experiment: Experiment, until: datetime) -> Counts:
    """Count people: a conversion is an act at or after the first sight and before ``until``, once per person."""
    own = _e.experiment_id == experiment.id
    seen = tx.execute(
        select(_e.variant, _e.is_bot, _e.crossed, func.count().label("people"))
        .where(own, _e.at < until)
        .group_by(_e.variant, _e.is_bot, _e.crossed)
    ).all()
    acted = tx.execute(
        select(_e.variant, _a.metric, func.count(func.distinct(_e.visitor_id)).label("people"))
        .join_from(exposures, acts, and_(_a.site_id == experiment.site_id, _a.visitor_id == _e.visitor_id))
        .where(own, ~_e.is_bot, ~_e.crossed, _e.at < until, _a.at >= _e.at, _a.at < until, _a.noted_at < until)
        .group_by(_e.variant, _a.metric)
    )
    converted: dict[str, dict[str, int]] = {}
    for row in acted:
        converted.setdefault(row.metric, {})[row.variant] = row.people
    return Counts(
        exposed={row.variant: row.people for row in seen if not row.is_bot and not row.crossed},
        converted=converted,
        bots=sum(row.people for row in seen if row.is_bot),
        crossed=sum(row.people for row in seen if row.crossed and not row.is_bot),
    )


def count_people(tx: Tx, site_id: str, metric: str, since: datetime, until: datetime) -> int:
    """Return how many people of the site did that, exposed to anything or not."""
    query = select(func.count(func.distinct(_a.visitor_id))).where(
        _a.site_id == site_id, _a.metric == metric, _a.at >= since, _a.at < until
    )
    return int(tx.execute(query).scalar_one())
