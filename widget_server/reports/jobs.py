"""Counting days, beside everything else."""

from widget_server.jobs.model import Handler, Payload
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.reports.service import OFTEN, ReportService
from widget_server.storage import Storage

KIND = "reports.count"


class ReportJobs:
    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, reports: ReportService) -> None:
        self._storage, self._clock, self._jobs, self._reports = storage, clock, jobs, reports

    def handlers(self) -> dict[str, Handler]:
        return {KIND: Handler(self.count, repeatable=True, slow=True)}

    def schedule(self) -> None:
        """Have days counted, once in five minutes however often and by how many processes this is called."""
        time = int(self._clock.now().timestamp() // OFTEN.total_seconds())
        with self._storage.begin() as tx:
            self._jobs.add_now(tx, KIND, {}, f"{KIND}:{time}")

    def count(self, _payload: Payload) -> None:
        if self._reports.count_due():
            with self._storage.begin() as tx:
                self._jobs.add_now(tx, KIND, {})
