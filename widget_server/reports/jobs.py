"""Counting days that are over, beside everything else."""

from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.reports.service import ReportService
from widget_server.storage import Storage

KIND = "reports.count"


class ReportJobs:
    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, reports: ReportService) -> None:
        self._storage, self._clock, self._jobs, self._reports = storage, clock, jobs, reports

    def handlers(self) -> dict[str, Handler]:
        return {KIND: Handler(self.count, repeatable=True, slow=True)}

    def schedule(self) -> None:
        """Have days counted, once an hour however often and by how many processes this is called."""
        now = self._clock.now()
        with self._storage.begin() as tx:
            self._jobs.add_now(tx, KIND, {}, f"{KIND}:{now:%Y-%m-%dT%H}")

    def count(self, _payload: Payload) -> None:
        if self._reports.count_due():
            with self._storage.begin() as tx:
                self._jobs.add_now(tx, KIND, {})
