"""Taking what widgets report: once each, answered after it is committed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from widget_server.beacon import store
from widget_server.beacon.batcher import Batcher
from widget_server.beacon.model import PageView, Report, VisitorReported
from widget_server.beacon.parse import read_envelope, read_report
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.clock import Clock
from widget_server.storage import Storage

NoteSeen = Callable[[str, str], object]


class BeaconService:
    """The beacon's use cases.

    Parameters
    ----------
    storage, clock
        Where to write, what time it is.
    note_seen : callable
        Gets (site id, page address) when a person's widget was alive there, after the commit.
    gather : timedelta
        How long a beacon may wait for others to share its commit.
    """

    def __init__(
        self, storage: Storage, clock: Clock, note_seen: NoteSeen, *, gather: timedelta = timedelta(milliseconds=5)
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._note_seen = note_seen
        self._batcher: Batcher[Report] = Batcher(self._commit, gather=gather)

    def take(self, site: SiteIdentity, raw: bytes | Mapping[str, Any], user_agent: str | None = None) -> None:
        """Write what one beacon brought; return once it is committed. Sent twice, counted once.

        ``raw`` may be what ``read_envelope`` returned.

        Raises
        ------
        TooLarge, BadInput
            If the envelope is wrong.
        TryAgain
            ``busy``: nothing was written, send it again.
        """
        body = read_envelope(raw) if isinstance(raw, bytes) else raw
        report = read_report(site.id, body, user_agent, self._clock.now())
        if not report.events:
            return
        self._batcher.submit(report)
        if report.context.page and not report.is_bot:
            self._note_seen(site.id, report.context.page)

    def history(self, site_id: str, visitor_id: str, limit: int = 20) -> list[PageView]:
        """Return the visitor's last page views, newest first."""
        with self._storage.read() as tx:
            return store.list_views(tx, site_id, visitor_id, limit)

    def counts(self, site_ids: Collection[str], since: datetime, until: datetime) -> dict[str, int]:
        """Return type → different visitors who did that in ``[since, until)``, programs left out."""
        with self._storage.read() as tx:
            return store.count_visitors(tx, site_ids, since, until)

    def invited(self, site_id: str, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
        """Return (rule id, what came of it) → different visitors in ``[since, until)``, programs left out."""
        with self._storage.read() as tx:
            return store.count_invited(tx, site_id, since, until)

    def first_view(self, site_id: str, since: datetime) -> datetime | None:
        """Return when the first page was seen after ``since``: how far back the figures reach."""
        with self._storage.read() as tx:
            return store.find_first_view(tx, site_id, since)

    def _commit(self, reports: Sequence[Report]) -> None:
        ordered = sorted(reports, key=lambda report: (report.site_id, report.visitor_id))  # no circles of locks
        with self._storage.begin() as tx:
            new = store.insert_new(tx, ordered)
            for report in ordered:
                events = tuple(event for event in report.events if event.id in new)
                new.difference_update(event.id for event in events)
                if events:
                    tx.record(VisitorReported(**vars(report) | {"events": events}))
