"""What a week of a site came to: the figures of its reports, its tests, what needs attention."""

from collections.abc import Sequence
from datetime import date, timedelta

from widget_server.conversions.upload_store import list_accounts
from widget_server.crm.store import find_connection
from widget_server.digest import store
from widget_server.digest.model import WORRYING_MISSED, Count, SiteWeek, Worry
from widget_server.edge.identity import OperatorIdentity
from widget_server.funnel.weekly import read_week
from widget_server.kernel.clock import Clock
from widget_server.reports.model import Figures, Period, day_span
from widget_server.reports.service import ReportService
from widget_server.sites.model import Site
from widget_server.storage import Storage
from widget_server.trials import rollout
from widget_server.trials.page import sentence
from widget_server.trials.report import TrialReport
from widget_server.trials.service import TrialService

WEEK = timedelta(days=7)


class DigestReader:
    def __init__(self, storage: Storage, clock: Clock, reports: ReportService, trials: TrialService) -> None:
        self._storage, self._clock, self._reports, self._trials = storage, clock, reports, trials

    def read(self, reader: OperatorIdentity, site: Site, monday: date) -> SiteWeek:
        """Return the week of a site that began on that Monday, by the clock on its wall."""
        period = Period(monday, monday + timedelta(days=6))
        now, before = self._whole(site, period), self._whole(site, period.before())
        tests = self._tests(reader, site, period)
        since, until = day_span(period.first, site.zone)[0], day_span(period.last, site.zone)[1]
        last = day_span(period.first - WEEK, site.zone)[0]
        with self._storage.read() as tx:
            week = read_week(tx, site.id, last, since, until)
            week_before = read_week(tx, site.id, last - WEEK, last, since)
            overdue = store.count_overdue(tx, site.id, self._clock.now())
            crm, accounts = find_connection(tx, site.id), list_accounts(tx, site.id)
        more = (
            Count("leads", week.total.bought.of, week_before.total.bought.of),
            Count("orders", week.orders, week_before.orders),
        )
        worries = [*_of_calls(now), *self._of_tests(tests)]
        if overdue:
            worries.append(Worry("overdue", "/console/leads/control", {"n": overdue}))
        if crm is not None and crm.problem:
            worries.append(Worry("crm", "/console/leads/crm"))
        if any(one.problem for one in accounts):
            worries.append(Worry("uploads", "/console/conversions"))
        return SiteWeek(
            name=site.name,
            first=period.first,
            last=period.last,
            counts=(*_counts(now, before), *more),
            money=week.money,
            tests=tuple((one.experiment.name, sentence(one, reader.language)) for one in tests),
            worries=tuple(worries),
        )

    def _whole(self, site: Site, period: Period) -> Figures:
        """Return the figures of a period; days that nobody has counted yet are counted first."""
        counted = self._reports.count(site, period, ("all",))
        if counted.missing:
            while self._reports.count_due():
                pass
            counted = self._reports.count(site, period, ("all",))
        return counted.whole()

    def _tests(self, reader: OperatorIdentity, site: Site, period: Period) -> list[TrialReport]:
        """Return the tests that run, and those that ended in the week."""
        begun = day_span(period.first, site.zone)[0]
        own = [one for one in self._trials.experiments_of(reader) if one.site_id == site.id]
        reports = [self._trials.report(one) for one in own]
        return [one for one in reports if one.phase == "running" or (one.phase == "ended" and one.until >= begun)]

    def _of_tests(self, tests: Sequence[TrialReport]) -> list[Worry]:
        """Return tests whose split is not even, and winners that nobody shows to everybody."""
        found = []
        for one in tests:
            path, about = f"/console/experiments/{one.experiment.id}", {"name": one.experiment.name}
            if one.verdict == "broken":
                found.append(Worry("broken", path, about))
            if one.winner is not None and rollout.find_rollout(self._trials.log_of(one.experiment)) is None:
                found.append(Worry("winner", path, about))
        return found


def _counts(now: Figures, before: Figures) -> tuple[Count, ...]:
    return tuple(
        Count(name, getattr(now, name), getattr(before, name)) for name in ("calls", "missed", "callbacks", "chats")
    )


def _of_calls(now: Figures) -> list[Worry]:
    share = now.missed_share
    if share is None or share <= WORRYING_MISSED:
        return []
    return [Worry("missed", "/console/reports", {"share": round(100 * share), "n": now.missed})]
