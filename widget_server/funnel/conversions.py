"""How far leads came: the part of each stage that moved on, and that bought. Read from moves, once per lead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from widget_server.funnel.contact_store import lead_moves
from widget_server.funnel.stage_model import Stage
from widget_server.funnel.store import IS_ROOT, leads
from widget_server.storage import Tx
from widget_server.trials.analysis import rate_interval

COHORT = timedelta(days=90)  # leads born earlier say little about today


@dataclass(frozen=True)
class Way:
    """How far one lead came. ``far``: the last stage it reached; the number of stages if it bought. ``here``: where it
    stands. ``old``: it has stood there longer than it may."""

    far: int
    here: int
    state: str
    old: bool


@dataclass(frozen=True)
class Part:
    """``hits`` of ``of``; with the interval in which the true part lies."""

    hits: int
    of: int

    @property
    def rate(self) -> float | None:
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        return rate_interval(self.hits, self.of)


@dataclass(frozen=True)
class StageFigures:
    """``moved``: of the leads decided here, who went on. ``won``: of the closed ones that came here, who bought."""

    stage: Stage
    moved: Part
    won: Part


def list_ways(tx: Tx, site_id: str, stages: Sequence[Stage], now: datetime) -> list[Way]:
    """Return how far the leads of the last three months came."""
    place = {stage.key: index for index, stage in enumerate(stages)} | {"won": len(stages)}
    own = (leads.c.site_id == site_id) & IS_ROOT & (leads.c.created_at >= now - COHORT)
    far: dict[str, int] = {}
    query = select(lead_moves.c.lead_id, lead_moves.c.now).join_from(
        lead_moves, leads, lead_moves.c.lead_id == leads.c.id
    )
    for row in tx.execute(query.where(own)):
        far[row.lead_id] = max(far.get(row.lead_id, 0), place.get(row.now, 0))
    found = tx.execute(select(leads.c.id, leads.c.state, leads.c.stage, leads.c.stage_at).where(own))
    ways = []
    for lead in found:
        here = place.get(lead.stage, 0)
        old = lead.state == "open" and now - lead.stage_at > timedelta(days=stages[here].age_days)
        ways.append(Way(max(far.get(lead.id, 0), here), here, lead.state, old))
    return ways


def figures(stages: Sequence[Stage], ways: Sequence[Way]) -> list[StageFigures]:
    """Count each stage: undecided leads, that may still move on in time, are in neither number."""
    return [
        StageFigures(
            stage,
            moved=_part(way.far > index for way in ways if way.far > index or _given_up(way, index)),
            won=_part(way.state == "won" for way in ways if way.state != "open" and way.far >= index),
        )
        for index, stage in enumerate(stages)
    ]


def _given_up(way: Way, index: int) -> bool:
    return way.far == index and (way.state == "lost" or way.old)


def _part(hits: Iterable[bool]) -> Part:
    found = list(hits)
    return Part(sum(found), len(found))
