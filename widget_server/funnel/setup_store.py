"""The tables of what a site plans: its stages, its benchmarks, the goals of its people."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    insert,
    select,
)

from widget_server.funnel.stage_model import DEFAULT_STAGES, Benchmarks, Stage
from widget_server.storage import Tx, metadata

EVERYBODY = "*"  # the goals of whoever has none of their own
funnel_stages = Table(
    "funnel_stages",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("chain", JSON),
    Column("norm", Float, nullable=False),
    Column("age_days", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "key"),
)
funnel_benchmarks = Table(
    "funnel_benchmarks",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), primary_key=True),
    Column("figures", JSON, nullable=False),
)
funnel_goals = Table(
    "funnel_goals",
    metadata,
    Column("site_id", Text, ForeignKey("sites.id"), nullable=False),
    Column("operator_id", Text, nullable=False),
    Column("indicator", Text, nullable=False),
    Column("per_day", Integer, nullable=False),
    PrimaryKeyConstraint("site_id", "operator_id", "indicator"),
)
_s, _b, _g = funnel_stages.c, funnel_benchmarks.c, funnel_goals.c
Goals = Mapping[tuple[str, str], int]  # (operator id, indicator) → a day


def list_stages(tx: Tx, site_id: str) -> tuple[Stage, ...]:
    """Return the site's stages in their order, the usual ones while it has none of its own."""
    rows = tx.execute(select(funnel_stages).where(_s.site_id == site_id).order_by(_s.position, _s.key)).all()
    found = tuple(
        Stage(row.key, row.name, None if row.chain is None else tuple(row.chain), row.norm, row.age_days)
        for row in rows
    )
    return found or DEFAULT_STAGES


def put_stages(tx: Tx, site_id: str, stages: Sequence[Stage]) -> None:
    tx.execute(delete(funnel_stages).where(_s.site_id == site_id))
    for position, stage in enumerate(stages):
        row: dict[str, Any] = asdict(stage) | {"chain": None if stage.chain is None else list(stage.chain)}
        tx.execute(insert(funnel_stages).values(site_id=site_id, position=position, **row))


def find_benchmarks(tx: Tx, site_id: str) -> Benchmarks:
    found = tx.execute(select(_b.figures).where(_b.site_id == site_id)).scalar_one_or_none()
    return Benchmarks(**(found or {}))


def put_benchmarks(tx: Tx, site_id: str, benchmarks: Benchmarks) -> None:
    tx.execute(delete(funnel_benchmarks).where(_b.site_id == site_id))
    tx.execute(insert(funnel_benchmarks).values(site_id=site_id, figures=asdict(benchmarks)))


def find_goals(tx: Tx, site_id: str) -> Goals:
    rows = tx.execute(select(_g.operator_id, _g.indicator, _g.per_day).where(_g.site_id == site_id))
    return {(row.operator_id, row.indicator): row.per_day for row in rows}


def put_goals(tx: Tx, site_id: str, goals: Goals) -> None:
    tx.execute(delete(funnel_goals).where(_g.site_id == site_id))
    for (operator_id, indicator), per_day in sorted(goals.items()):
        row = {"site_id": site_id, "operator_id": operator_id, "indicator": indicator, "per_day": per_day}
        tx.execute(insert(funnel_goals).values(**row))
