"""Scenes that several browser tests set, and what the report says of them."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from tests.seeding import CHEAP, Cast
from widget_server.edge.identity import OperatorIdentity
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.settings import load_settings
from widget_server.trials.model import Draft, Experiment, Variant
from widget_server.trials.store import acts, exposures


def owner_of(house: House, cast: Cast) -> OperatorIdentity:
    """The owner as they are now (the site came after them)."""
    owner = house.operators.find_operator(cast.owner.id, cast.owner.session_version)
    assert owner is not None
    return owner


def start_cta_experiment(house: House, cast: Cast, words: str) -> Experiment:
    """Start an experiment of today's call to action against ``words``, half and half."""
    promise = {"ru": "Назовём точную цену за 2 минуты", "en": "An exact price in 2 minutes"}
    cta = {language: {"cta": words, "promise": promise[language]} for language in promise}
    variants = (Variant("a", "Как сейчас", 0.5, {}), Variant("b", "С ценой", 0.5, {"cta": cta}))
    draft = Draft("Призыв с ценой", "answered_call", ("cta",), variants, 0.2, 14, baseline=0.02, daily_visitors=500)
    owner = owner_of(house, cast)
    made = house.trials.create_draft(owner, cast.site.id, draft)
    return house.trials.start(owner, made.id)


def reported(house: House, cast: Cast, experiment: Experiment, metric: str) -> dict[str, tuple[int, int]]:
    """What the report says: variant → (exposed, converted by ``metric``)."""
    lines = house.trials.report(experiment).lines
    own = experiment.draft.metric
    return {
        line.variant.key: (line.exposed, line.converted if metric == own else line.others[metric]) for line in lines
    }


@dataclass
class ShiftedClock:
    """The real clock, set back or forward: to write down a past that has happened as far as the product knows."""

    shift: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift


def write_finished_experiment(data_dir: Path, cast: Cast, words: dict[str, dict[str, str]]) -> Experiment:
    """Let an experiment run to its end three weeks ago: about 12,000 visitors, B brings half as many calls more."""
    clock = ShiftedClock(-timedelta(days=36))
    house = build(load_settings({}, data_dir=str(data_dir)), clock, CHEAP)
    variants = (Variant("a", "Как сейчас", 0.5, {}), Variant("b", "Цена за минуту", 0.5, {"cta": words}))
    draft = Draft(
        "Призыв: цена вместо звонка", "answered_call", ("cta",), variants, 0.3, 14, baseline=0.02, daily_visitors=900
    )
    owner = owner_of(house, cast)
    experiment = house.trials.start(owner, house.trials.create_draft(owner, cast.site.id, draft).id)
    _let_visitors_come(house, experiment, cast.site.id, {"a": 0.021, "b": 0.032}, 12_000)
    clock.shift = timedelta(days=-20)
    house.trials.finish_due()
    house.storage.close()
    return experiment


def _let_visitors_come(house: House, experiment: Experiment, site_id: str, rates: dict[str, float], many: int) -> None:
    rng = random.Random(20261122)
    seen: list[dict[str, object]] = []
    done: list[dict[str, object]] = []
    assert experiment.started_at is not None
    for _ in range(many):
        variant, who = rng.choice("ab"), new_id()
        at = experiment.started_at + timedelta(days=rng.uniform(0, 13.9))
        row = {"experiment_id": experiment.id, "visitor_id": who, "variant": variant, "at": at, "device": "phone"}
        seen.append({**row, "is_bot": rng.random() < 0.02, "crossed": False})
        for metric, factor in (
            ("open", 4.0),
            ("tap", 1.5),
            ("callback", 1.4),
            ("connected_call", 1.1),
            ("answered_call", 1),
        ):
            if rng.random() < rates[variant] * factor:
                act = {
                    "id": new_id(),
                    "site_id": site_id,
                    "visitor_id": who,
                    "metric": metric,
                    "at": at,
                    "noted_at": at,
                }
                done.append(act)
    with house.storage.begin() as tx:
        tx.execute(insert(exposures), seen)
        tx.execute(insert(acts), done)
