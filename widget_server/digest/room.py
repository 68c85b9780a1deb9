"""The room put together, for the house."""

from widget_server.digest.reading import DigestReader
from widget_server.digest.service import DigestService
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.reports.service import ReportService
from widget_server.settings import Settings
from widget_server.storage import Storage
from widget_server.trials.service import TrialService


def open_digest(
    storage: Storage, clock: Clock, jobs: JobStore, settings: Settings, reports: ReportService, trials: TrialService
) -> DigestService:
    return DigestService(storage, clock, jobs, settings, DigestReader(storage, clock, reports, trials))
