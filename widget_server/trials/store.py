"""The tables of experiments and of what was done to them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Row,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from widget_server.kernel.errors import NotFound
from widget_server.storage import Moment, Tx, metadata
from widget_server.trials.model import Draft, Experiment, Variant

experiments = Table(
    "experiments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("levers", JSON, nullable=False),
    Column("variants", JSON, nullable=False),
    Column("coverage", Float, nullable=False),
    Column("planned_days", Integer, nullable=False),
    Column("planned_visitors", Integer),
    Column("baseline", Float),
    Column("daily_visitors", Float),
    Column("hoped_lift", Float, nullable=False),
    Column("started_at", Moment),
    Column("ends_at", Moment),
    Column("stopped_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("archived_at", Moment),
    Column("shared_as", Text),
    UniqueConstraint("site_id", "key"),
    Index("ix_experiments_shared_as", "shared_as", unique=True),
    Index("ix_experiments_site_id_state", "site_id", "state"),
)
experiment_log = Table(
    "experiment_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("experiment_id", Text, ForeignKey("experiments.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("operator_id", Text),
    Column("what", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)
exposures = Table(
    "exposures",
    metadata,
    Column("experiment_id", Text, ForeignKey("experiments.id"), nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("variant", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("device", Text),
    Column("source", Text),  # in one word, as for leads; empty where the page was opened by itself
    Column("is_bot", Boolean, nullable=False),
    Column("crossed", Boolean, nullable=False),  # was shown another variant too: left out, and told
    PrimaryKeyConstraint("experiment_id", "visitor_id"),
)
acts = Table(
    "acts",
    metadata,
    Column("id", Text, primary_key=True),  # <metric>:<id of what caused it>
    Column("site_id", Text, nullable=False),
    Column("visitor_id", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("noted_at", Moment, nullable=False),  # a late report does not change a result that was read already
    Column("taken_back_at", Moment),  # an order was refunded
    Index("ix_acts_site_id_visitor_id_metric_at", "site_id", "visitor_id", "metric", "at"),
    Index("ix_acts_site_id_metric_at", "site_id", "metric", "at"),
)
# Who called the lines of a test of numbers, counted as a person of its own while no visitor is known for them.
line_callers = Table(
    "line_callers",
    metadata,
    Column("experiment_id", Text, ForeignKey("experiments.id"), nullable=False),
    Column("caller_id", Text, nullable=False),
    Column("variant", Text, nullable=False),  # whose number they dialled first
    Column("at", Moment, nullable=False),
    Column("hidden", Boolean, nullable=False),  # nobody can tell two such callers apart: left out, and told
    Column("visitor_id", Text),  # counted as that visitor …
    Column("known_at", Moment),  # … in what is read after that
    PrimaryKeyConstraint("experiment_id", "caller_id"),
    Index("ix_line_callers_caller_id", "caller_id"),
)
line_acts = Table(
    "line_acts",
    metadata,
    Column("experiment_id", Text, ForeignKey("experiments.id"), nullable=False),
    Column("metric", Text, nullable=False),
    Column("call_id", Text, nullable=False),
    Column("caller_id", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("noted_at", Moment, nullable=False),
    Column("taken_back_at", Moment),
    PrimaryKeyConstraint("experiment_id", "metric", "call_id"),
)
MOMENTS = ("started_at", "ends_at", "stopped_at", "created_at", "archived_at")
_c = experiments.c


def insert_experiment(tx: Tx, experiment: Experiment) -> None:
    tx.execute(insert(experiments).values(**_row(experiment)))


def update_experiment(tx: Tx, experiment: Experiment) -> None:
    tx.execute(update(experiments).where(_c.id == experiment.id).values(**_row(experiment)))


def delete_experiment(tx: Tx, experiment_id: str) -> None:
    tx.execute(delete(experiment_log).where(experiment_log.c.experiment_id == experiment_id))
    tx.execute(delete(experiments).where(_c.id == experiment_id))


def find_experiment(tx: Tx, experiment_id: str) -> Experiment | None:
    row = tx.execute(select(experiments).where(_c.id == experiment_id)).one_or_none()
    return None if row is None else _experiment(row)


def find_shared(tx: Tx, token: str) -> Experiment | None:
    row = tx.execute(select(experiments).where(_c.shared_as == token)).one_or_none()
    return None if row is None else _experiment(row)


def token_of(tx: Tx, experiment_id: str) -> str | None:
    """Return under which token the report may be read without a login."""
    return tx.execute(select(_c.shared_as).where(_c.id == experiment_id)).scalar_one_or_none()


def share(tx: Tx, experiment_id: str, token: str | None) -> None:
    tx.execute(update(experiments).where(_c.id == experiment_id).values(shared_as=token))


def list_experiments(tx: Tx, site_ids: Collection[str]) -> list[Experiment]:
    """Return the experiments of these sites, the latest first."""
    return _list(tx, _c.site_id.in_(site_ids))


def list_running(tx: Tx, *where: ColumnElement[bool]) -> list[Experiment]:
    return _list(tx, _c.state == "running", *where)


def list_due(tx: Tx, at: datetime) -> list[Experiment]:
    """Return the experiments whose planned end has come, paused ones too."""
    return _list(tx, _c.state.in_(("running", "paused")), _c.ends_at <= at)


def list_locked(tx: Tx, site_id: str) -> list[Experiment]:
    """Return all experiments of a site; nobody else can change one until this transaction ends."""
    query = select(experiments).where(_c.site_id == site_id).order_by(_c.id).with_for_update(key_share=True)
    return [_experiment(row) for row in tx.execute(query)]


def append_log(
    tx: Tx, experiment_id: str, at: datetime, operator_id: str | None, what: str, detail: Mapping[str, Any]
) -> None:
    values = {"experiment_id": experiment_id, "at": at, "operator_id": operator_id}
    tx.execute(insert(experiment_log).values(**values, what=what, detail=dict(detail)))


def list_log(tx: Tx, experiment_id: str) -> list[Row[Any]]:
    log = experiment_log.c
    query = select(log.at, log.operator_id, log.what, log.detail).where(log.experiment_id == experiment_id)
    return list(tx.execute(query.order_by(log.seq)))


def get_locked(tx: Tx, site_id: str, experiment_id: str) -> tuple[Experiment, list[Experiment]]:
    """Return one experiment of a site and the others, all locked.

    Raises
    ------
    NotFound
        If it has been deleted meanwhile.
    """
    all_of_site = list_locked(tx, site_id)
    found = next((one for one in all_of_site if one.id == experiment_id), None)
    if found is None:
        raise NotFound("not_found")
    return found, [one for one in all_of_site if one.id != experiment_id]


def _list(tx: Tx, *where: ColumnElement[bool]) -> list[Experiment]:
    query = select(experiments).where(*where).order_by(_c.created_at.desc(), _c.id)
    return [_experiment(row) for row in tx.execute(query)]


def _row(experiment: Experiment) -> dict[str, Any]:
    draft = experiment.draft
    own = {name: getattr(experiment, name) for name in ("id", "site_id", "key", "state", "planned_visitors")}
    moments = {name: getattr(experiment, name) for name in MOMENTS}
    said = {name: getattr(draft, name) for name in ("name", "metric", "hoped_lift", "planned_days", "coverage")}
    known = {"baseline": draft.baseline, "daily_visitors": draft.daily_visitors, "created_by": experiment.created_by}
    variants = [
        {"key": v.key, "name": v.name, "weight": v.weight, "settings": dict(v.settings)} for v in draft.variants
    ]
    return {**own, **moments, **said, **known, "levers": list(draft.levers), "variants": variants}


def _experiment(row: Row[Any]) -> Experiment:
    said = ("name", "metric", "hoped_lift", "planned_days", "coverage", "baseline", "daily_visitors")
    draft = Draft(
        **{name: getattr(row, name) for name in said},
        levers=tuple(row.levers),
        variants=tuple(Variant(**variant) for variant in row.variants),
    )
    own = ("id", "site_id", "key", "state", "planned_visitors", "created_by")
    return Experiment(draft=draft, **{name: getattr(row, name) for name in (*own, *MOMENTS)})
