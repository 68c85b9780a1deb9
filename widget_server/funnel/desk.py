"""The day of an operator, the control of the head of sales, the week: figures and lists put together. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from widget_server.chat.model import Conversation
from widget_server.chat.store import list_conversations
from widget_server.funnel import conversions, plan, setup_store
from widget_server.funnel.days import day_start, start_of, week_of
from widget_server.funnel.facts import read_facts
from widget_server.funnel.plan import Line, Need
from widget_server.funnel.setup_store import Goals
from widget_server.funnel.stage_model import Benchmarks
from widget_server.funnel.store import leads, list_leads
from widget_server.funnel.views import ALL
from widget_server.funnel.weekly import Week, read_week
from widget_server.kernel.clock import Clock
from widget_server.sites.model import Site
from widget_server.storage import Storage

MOST_CHATS = 200


@dataclass(frozen=True)
class PlanAndFact:
    """The first line of each is the team's."""

    today: Sequence[Line]
    week: Sequence[Line]
    goals: Goals
    benchmarks: Benchmarks


class SalesDesk:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def plan_and_fact(self, site: Site, operator_ids: Sequence[str]) -> PlanAndFact:
        now = self._clock.now()
        day, week = day_start(site, now), start_of(site, week_of(site, now))
        with self._storage.read() as tx:
            goals, benchmarks = setup_store.find_goals(tx, site.id), setup_store.find_benchmarks(tx, site.id)
            of_day = read_facts(tx, site.id, day, now + timedelta(seconds=1))
            of_week = read_facts(tx, site.id, week, now + timedelta(seconds=1))
        return PlanAndFact(
            plan.lines(operator_ids, goals, of_day, *plan.today(site, now)),
            plan.lines(operator_ids, goals, of_week, *plan.this_week(site, now)),
            goals,
            benchmarks,
        )

    def needs(self, site: Site) -> list[Need]:
        """Return how many leads each stage should hold now for the site's goal of orders."""
        now = self._clock.now()
        with self._storage.read() as tx:
            stages = setup_store.list_stages(tx, site.id)
            figures = conversions.figures(stages, conversions.list_ways(tx, site.id, stages, now))
            open_ = leads.c.site_id == site.id, leads.c.state == "open"
            held = [lead.stage for lead in list_leads(tx, *open_, most=ALL)]
            wanted = setup_store.find_benchmarks(tx, site.id).orders_a_week
        return plan.needs(figures, [held.count(stage.key) for stage in stages], wanted)

    def waiting_chats(self, site: Site) -> list[Conversation]:
        """Return the conversations in which a visitor waits for an answer, the longest first."""
        with self._storage.read() as tx:
            found = list_conversations(tx, [site.id], "open", MOST_CHATS)
        return [one for one in found if one.waiting_since is not None]

    def week(self, site: Site, monday: date) -> Week:
        before, after = monday - timedelta(days=7), monday + timedelta(days=7)
        bounds = [start_of(site, day) for day in (before, monday, after)]
        with self._storage.read() as tx:
            return read_week(tx, site.id, *bounds)

    def benchmarks(self, site: Site) -> Benchmarks:
        with self._storage.read() as tx:
            return setup_store.find_benchmarks(tx, site.id)


def judge(part: conversions.Part, least_percent: int) -> str:
    """Hold a conversion against its benchmark, and say no more than the figures know: ``good``, ``low``, ``early``."""
    if part.interval[1] < least_percent / 100:
        return "low"
    return "good" if part.rate is not None and part.rate >= least_percent / 100 else "early"
