"""Who saw which variant and who did what, and the counts drawn from it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Select,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
    union,
    update,
)

from widget_server.storage import Tx
from widget_server.trials.model import Experiment
from widget_server.trials.store import acts, experiments, exposures, line_acts, line_callers

_e, _a, _c, _l = exposures.c, acts.c, line_callers.c, line_acts.c


@dataclass(frozen=True)
class Counts:
    """People per variant: exposed, and converted by metric; who was left out, and why.

    ``callers``: who called a variant's own number and is no known visitor. They saw it, so they are among the exposed.
    """

    exposed: Mapping[str, int] = field(default_factory=dict)
    converted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # metric → variant → people
    callers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # the same
    bots: int = 0
    crossed: int = 0
    hidden: int = 0

    def of(self, metric: str, variant: str) -> int:
        """Return who converted: never more than saw the variant."""
        return min(self._all_of(metric, variant), self.exposed.get(variant, 0))

    def by_number(self, metric: str, variant: str) -> int:
        """Return how many of them are known by the number that they dialled only."""
        return self.of(metric, variant) - min(self.converted.get(metric, {}).get(variant, 0), self.of(metric, variant))

    def surplus(self, metric: str) -> int:
        """Return how many called whom no sight of the variant can be put down to."""
        variants = {*self.converted.get(metric, {}), *self.callers.get(metric, {})}
        return sum(self._all_of(metric, variant) - self.of(metric, variant) for variant in variants)

    def _all_of(self, metric: str, variant: str) -> int:
        return self.converted.get(metric, {}).get(variant, 0) + self.callers.get(metric, {}).get(variant, 0)


def note_exposure(
    tx: Tx,
    experiment_id: str,
    visitor_id: str,
    variant: str,
    at: datetime,
    device: str | None,
    is_bot: bool,
    source: str = "",
) -> None:
    """Keep the first sight of a variant; note when a visitor was shown two. The order of arrival does not matter."""
    row = {"experiment_id": experiment_id, "visitor_id": visitor_id, "variant": variant, "at": at}
    row |= {"device": device, "source": source}
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


def note_caller(tx: Tx, experiment_id: str, caller_id: str, variant: str, at: datetime, *, hidden: bool) -> None:
    """Keep the variant whose number a caller dialled first."""
    row = {"experiment_id": experiment_id, "caller_id": caller_id, "variant": variant, "at": at, "hidden": hidden}
    tx.insert_new(line_callers, row)


def note_who_called(tx: Tx, caller_id: str, visitor_id: str, at: datetime) -> None:
    """From now on the caller's calls are the visitor's."""
    unknown = (_c.caller_id == caller_id) & _c.visitor_id.is_(None)
    tx.execute(update(line_callers).where(unknown).values(visitor_id=visitor_id, known_at=at))


def note_line_act(
    tx: Tx, experiment_id: str, caller_id: str, metric: str, call_id: str, at: datetime, noted_at: datetime
) -> None:
    row = {"experiment_id": experiment_id, "metric": metric, "call_id": call_id, "caller_id": caller_id}
    tx.insert_new(line_acts, {**row, "at": at, "noted_at": noted_at})


def note_orders(
    tx: Tx,
    order_id: str,
    site_id: str,
    visitor_ids: Collection[str],
    lines: Collection[tuple[str, str]],
    at: datetime,
    noted_at: datetime,
) -> None:
    """Note an order for each browser of who paid it, and for each (experiment, caller) of theirs; paid again, again."""
    for visitor_id in visitor_ids:
        note_act(tx, f"{order_id}:{visitor_id}", site_id, visitor_id, "order", at, noted_at)
    for experiment_id, caller_id in lines:
        note_line_act(tx, experiment_id, caller_id, "order", order_id, at, noted_at)
    for table, own in _of_order(site_id, order_id):
        again = own & table.c.taken_back_at.is_not(None)
        tx.execute(update(table).where(again).values(taken_back_at=None, noted_at=noted_at))


def take_back_orders(tx: Tx, site_id: str, order_id: str, at: datetime) -> None:
    """A refund: from then on the order is none; a result that was read before stays what it is."""
    for table, own in _of_order(site_id, order_id):
        tx.execute(update(table).where(own, table.c.taken_back_at.is_(None)).values(taken_back_at=at))


def lines_of_caller(tx: Tx, caller_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return (experiment, caller) of the variants' numbers that these callers dialled."""
    query = select(_c.experiment_id, _c.caller_id).where(_c.caller_id.in_(caller_ids))
    return [(row.experiment_id, row.caller_id) for row in tx.execute(query)]


def _of_order(site_id: str, order_id: str) -> tuple[tuple[Table, ColumnElement[bool]], ...]:
    own = (_a.site_id == site_id) & (_a.metric == "order")
    of_visitors = own & _a.id.startswith(f"order:{order_id}:", autoescape=True)
    return (acts, of_visitors), (line_acts, (_l.metric == "order") & (_l.call_id == order_id))


def _stands(taken_back_at: Column[Any], until: datetime) -> ColumnElement[bool]:
    return or_(taken_back_at.is_(None), taken_back_at >= until)


def count(tx: Tx, experiment: Experiment, until: datetime) -> Counts:
    """Count people: a conversion is an act at or after the first sight and before ``until``, once per person.

    A caller of a variant's own number, for whom no visitor who saw the test is known, is a person too.
    """
    own = _e.experiment_id == experiment.id
    seen = tx.execute(
        select(_e.variant, _e.is_bot, _e.crossed, func.count().label("people"))
        .where(own, _e.at < until)
        .group_by(_e.variant, _e.is_bot, _e.crossed)
    ).all()
    hidden = select(func.count()).where(_c.experiment_id == experiment.id, _c.hidden, _c.at < until)
    return Counts(
        exposed={row.variant: row.people for row in seen if not row.is_bot and not row.crossed},
        converted=_by_metric(tx, visitors_who_acted(experiment, until)),
        callers=_by_metric(tx, callers_who_acted(experiment, until)),
        bots=sum(row.people for row in seen if row.is_bot),
        crossed=sum(row.people for row in seen if row.crossed and not row.is_bot),
        hidden=int(tx.execute(hidden).scalar_one()),
    )


def _by_metric(tx: Tx, people: CompoundSelect[Any] | Select[Any]) -> dict[str, dict[str, int]]:
    """Count ``(variant, metric, person, at)``, each person once."""
    each = people.subquery()
    query = select(each.c.variant, each.c.metric, func.count(func.distinct(each.c.person)).label("people"))
    found: dict[str, dict[str, int]] = {}
    for row in tx.execute(query.group_by(each.c.variant, each.c.metric)):
        found.setdefault(row.metric, {})[row.variant] = row.people
    return found


def visitors_who_acted(experiment: Experiment, until: datetime) -> CompoundSelect[Any]:
    """Visitors by what they did and when, and by the calls of which it is known that they were theirs."""
    exposed = (_e.experiment_id == experiment.id) & ~_e.is_bot & ~_e.crossed & (_e.at < until)
    by_visitor = (
        select(_e.variant, _a.metric, _e.visitor_id.label("person"), _a.at)
        .join_from(exposures, acts, and_(_a.site_id == experiment.site_id, _a.visitor_id == _e.visitor_id))
        .where(exposed, _a.at >= _e.at, _a.at < until, _a.noted_at < until, _stands(_a.taken_back_at, until))
    )
    theirs = (_c.experiment_id == experiment.id) & (_c.visitor_id == _e.visitor_id) & (_c.known_at < until)
    by_line = (
        select(_e.variant, _l.metric, _e.visitor_id.label("person"), _l.at)
        .join_from(exposures, line_callers, theirs)
        .join(line_acts, and_(_l.experiment_id == experiment.id, _l.caller_id == _c.caller_id))
        .where(exposed, _l.at >= _e.at, _l.at < until, _l.noted_at < until, _stands(_l.taken_back_at, until))
    )
    return union(by_visitor, by_line)


def callers_who_acted(experiment: Experiment, until: datetime) -> Select[Any]:
    """Callers whom no visitor who saw the test is known for, by the number that they dialled first."""
    is_visitor = exists().where(
        _e.experiment_id == experiment.id, _e.visitor_id == _c.visitor_id, _c.known_at < until, _e.at < until
    )
    return (
        select(_c.variant, _l.metric, _c.caller_id.label("person"), _l.at)
        .join_from(line_callers, line_acts, and_(_l.experiment_id == experiment.id, _l.caller_id == _c.caller_id))
        .where(_c.experiment_id == experiment.id, ~_c.hidden, ~is_visitor)
        .where(_l.at < until, _l.noted_at < until, _stands(_l.taken_back_at, until))
    )


def list_seen(tx: Tx, site_id: str, visitor_ids: Collection[str]) -> list[tuple[str, str, datetime]]:
    """Return (test, variant's letter, when) of what these browsers saw first, the latest first."""
    query = select(experiments.c.name, _e.variant, _e.at).join_from(
        exposures, experiments, _e.experiment_id == experiments.c.id
    )
    own = experiments.c.site_id == site_id, _e.visitor_id.in_(visitor_ids)
    rows = tx.execute(query.where(*own).order_by(_e.at.desc(), experiments.c.name))
    return [(row.name, row.variant.upper(), row.at) for row in rows]


def count_people(tx: Tx, site_id: str, metric: str, since: datetime, until: datetime) -> int:
    """Return how many people of the site did that, exposed to anything or not."""
    query = select(func.count(func.distinct(_a.visitor_id))).where(
        _a.site_id == site_id, _a.metric == metric, _a.at >= since, _a.at < until, _stands(_a.taken_back_at, until)
    )
    return int(tx.execute(query).scalar_one())
