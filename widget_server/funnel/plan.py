"""Plan against fact, and how many leads each stage must hold for the orders that are wanted. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from widget_server.funnel.conversions import StageFigures
from widget_server.funnel.days import part_over, week_of, working_days, works_on
from widget_server.funnel.facts import Facts
from widget_server.funnel.setup_store import EVERYBODY, Goals
from widget_server.funnel.stage_model import INDICATORS, Stage
from widget_server.sites.model import Site

ENOUGH = 10  # fewer closed leads than this: the norms say more than what was seen


@dataclass(frozen=True)
class Figure:
    """``plan``: for the whole time, None if there is none. ``by_now``: what should be done by this hour."""

    fact: int
    plan: int | None = None
    by_now: int | None = None

    @property
    def is_behind(self) -> bool:
        return self.by_now is not None and self.fact < self.by_now


@dataclass(frozen=True)
class Line:
    """One person's figures, or the team's (``operator_id`` is empty)."""

    operator_id: str
    figures: Mapping[str, Figure]
    talk: timedelta
    missed: int

    @property
    def behind(self) -> int:
        return sum(figure.is_behind for figure in self.figures.values())


@dataclass(frozen=True)
class Need:
    """``low`` to ``high``: with how the part of buyers is known; ``high`` is None while it sets no limit.

    ``by_norm``: too few leads are closed, the norms of the stages were taken.
    """

    stage: Stage
    held: int
    need: int
    low: int
    high: int | None
    by_norm: bool

    @property
    def missing(self) -> int:
        return max(self.need - self.held, 0)


def lines(
    operator_ids: Sequence[str], goals: Goals, facts: Mapping[str, Facts], days: float, over: float
) -> list[Line]:
    """Return the team's line, then everybody's. ``days``: working days planned, ``over``: those that are over."""
    own = [_line(one, goals, facts.get(one, Facts()), days, over) for one in operator_ids]
    team: dict[str, Figure] = {indicator: _sum([line.figures[indicator] for line in own]) for indicator in INDICATORS}
    talk = sum((line.talk for line in own), timedelta())
    return [Line("", team, talk, sum(line.missed for line in own)), *own]


def today(site: Site, now: datetime) -> tuple[float, float]:
    """Return the working days of today (one or none), and how much of them is over."""
    works = works_on(site, now.astimezone(site.zone).date())
    return (1.0, part_over(site, now)) if works else (0.0, 0.0)


def this_week(site: Site, now: datetime) -> tuple[float, float]:
    monday, day = week_of(site, now), now.astimezone(site.zone).date()
    return float(working_days(site, monday)), working_days(site, monday, (day - monday).days) + today(site, now)[1]


def needs(figures: Sequence[StageFigures], held: Sequence[int], orders: int) -> list[Need]:
    """Work back from the orders wanted: so many leads, divided by the part of them that buys from each stage on."""
    return [_need(figures, place, held[place], orders) for place in range(len(figures))]


def _need(figures: Sequence[StageFigures], place: int, held: int, orders: int) -> Need:
    one = figures[place]
    won, rate = one.won, one.won.rate or 0.0
    if won.of < ENOUGH or not won.hits:
        rate = 1.0
        for later in figures[place:]:
            rate *= later.stage.norm
        need = ceil(orders / rate)
        return Need(one.stage, held, need, need, need, by_norm=True)
    low, high = won.interval
    return Need(
        one.stage, held, _ceil(orders / rate), _ceil(orders / high), _ceil(orders / low) if low else None, False
    )


def _ceil(value: float) -> int:
    return ceil(round(value, 9))


def _line(operator_id: str, goals: Goals, facts: Facts, days: float, over: float) -> Line:
    figures: dict[str, Figure] = {}
    for indicator in INDICATORS:
        per_day = goals.get((operator_id, indicator), goals.get((EVERYBODY, indicator)))
        fact = facts.counts.get(indicator, 0)
        figures[indicator] = (
            Figure(fact) if per_day is None else Figure(fact, round(per_day * days), int(per_day * over + 1e-9))
        )
    return Line(operator_id, figures, facts.talk, facts.missed)


def _sum(figures: Sequence[Figure]) -> Figure:
    planned = [figure for figure in figures if figure.plan is not None]
    fact = sum(figure.fact for figure in figures)
    if not planned:
        return Figure(fact)
    return Figure(fact, sum(one.plan or 0 for one in planned), sum(one.by_now or 0 for one in planned))
