"""Counts days once they are over, and puts the figures of a period together: counted days and, live, today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from widget_server.kernel.clock import Clock
from widget_server.reports import store
from widget_server.reports.counting import count_day, first_moment
from widget_server.reports.model import Day, Dimension, Figures, Period, day_span, total
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

SETTLED = timedelta(hours=36)  # beacons may come a day late, calls end after midnight
LIVE_DAYS = 3
LOOKED_BACK = timedelta(days=400)
BATCH = 40


@dataclass(frozen=True)
class Counted:
    """The days of a period. ``missing``: so many are not counted yet and left out; the page says so."""

    site: Site
    period: Period
    by_day: Mapping[Dimension, Mapping[tuple[date, str], Figures]]
    missing: int

    def by_key(self, dimension: Dimension) -> dict[str, Figures]:
        found: dict[str, Figures] = {}
        for (_, key), figures in self.by_day[dimension].items():
            found[key] = found.get(key, Figures()) + figures
        return found

    def days(self) -> dict[date, Figures]:
        figures = {day: one for (day, _), one in self.by_day["all"].items()}
        return {day: figures.get(day, Figures()) for day in self.period}

    def whole(self) -> Figures:
        return total(self.days().values())


class ReportService:
    def __init__(self, storage: Storage, clock: Clock, sites: SiteService) -> None:
        self._storage, self._clock, self._sites = storage, clock, sites

    def today(self, site: Site) -> date:
        return self._clock.now().astimezone(site.zone).date()

    def count(self, site: Site, period: Period, dimensions: tuple[Dimension, ...]) -> Counted:
        """Return the figures of a period; what happens today is counted as it is now."""
        with self._storage.read() as tx:
            known = store.counted(tx, site.id, site.timezone, period)
            by_day = {one: dict(store.figures_by_day(tx, site.id, one, period)) for one in dimensions}
            today = self.today(site)
            lacking = [day for day in period if day <= today and not _is_settled(site, day, known.get(day))]
            for day in lacking[-LIVE_DAYS:]:
                _take(by_day, day, count_day(tx, site.id, day, site.zone))
        return Counted(site, period, by_day, len([day for day in lacking[:-LIVE_DAYS] if day not in known]))

    def count_due(self) -> bool:
        """Count days that are over and not settled yet, some at a time; tell whether there is more to do."""
        return sum(self._count_site(site) for site in self._sites.all_sites()) > 0

    def _count_site(self, site: Site) -> bool:
        yesterday = self.today(site) - timedelta(days=1)
        with self._storage.read() as tx:
            first = first_moment(tx, site.id, self._clock.now() - LOOKED_BACK)
            if first is None or first.astimezone(site.zone).date() > yesterday:
                return False
            period = Period(first.astimezone(site.zone).date(), yesterday)
            known = store.counted(tx, site.id, site.timezone, period)
        now = self._clock.now()
        due = [day for day in period if not _is_settled(site, day, known.get(day))]
        wanted = [day for day in due if day not in known or _is_settled(site, day, now)]
        for day in wanted[-BATCH:]:
            self._put(site, day)
        return len(wanted) > BATCH

    def _put(self, site: Site, day: date) -> None:
        with self._storage.begin() as tx:
            counted = count_day(tx, site.id, day, site.zone)
            store.put_day(tx, site.id, day, site.timezone, self._clock.now(), counted)


def _is_settled(site: Site, day: date, at: datetime | None) -> bool:
    """Tell whether nothing of a day was to come any more at that moment."""
    return at is not None and at >= day_span(day, site.zone)[1] + SETTLED


def _take(by_day: dict[Dimension, dict[tuple[date, str], Figures]], day: date, counted: Day) -> None:
    for dimension, found in by_day.items():
        for known in [one for one in found if one[0] == day]:
            del found[known]
        found.update({(day, key): figures for (name, key), figures in counted.items() if name == dimension})
