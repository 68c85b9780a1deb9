"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.reports.drill import CallFinder
from widget_server.reports.jobs import ReportJobs
from widget_server.reports.service import ReportService
from widget_server.sites.service import SiteService
from widget_server.storage import Storage


@dataclass(frozen=True)
class ReportsRoom:
    """``figures``, ``calls``: for the console. ``jobs``: for the worker and the clock."""

    figures: ReportService
    calls: CallFinder
    jobs: ReportJobs


def open_reports(storage: Storage, clock: Clock, jobs: JobStore, sites: SiteService) -> ReportsRoom:
    figures = ReportService(storage, clock, sites)
    return ReportsRoom(figures, CallFinder(storage), ReportJobs(storage, clock, jobs, figures))
