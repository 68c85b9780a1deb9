"""Counts days as they pass, and puts the figures of a period together. A page reads counted days; what happens today
it counts itself only while that is little."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from widget_server.kernel.clock import Clock
from widget_server.reports import store
from widget_server.reports.counting import count_day, first_moment
from widget_server.reports.model import DIMENSIONS, Day, Dimension, Figures, Period, day_span, total
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage, Tx

SETTLED = timedelta(hours=36)  # beacons may come a day late, calls end after midnight
LIVE_DAYS = 3
LIVE_MOST = 2_000  # views and calls of a day that a page counts by itself; more are counted beside it
OFTEN, SELDOM = timedelta(minutes=5), timedelta(hours=1)  # how often today is counted anew, and what is not settled
LOOKED_BACK = timedelta(days=400)
BATCH = 40
BY_DAY: tuple[Dimension, ...] = ("all", "hour", "device")


@dataclass(frozen=True)
class Counted:
    """The days of a period. ``missing``: so many are not counted yet and left out. ``as_of``: when today was counted,
    None if just now. The page says both."""

    site: Site
    period: Period
    by_day: Mapping[Dimension, Mapping[tuple[date, str], Figures]]
    missing: int
    as_of: datetime | None = None

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

    def count(self, site: Site, period: Period, dimensions: tuple[Dimension, ...], *, daily: bool = False) -> Counted:
        """Return the figures of a period; on a site of little traffic, what happens today is counted as it is now.

        ``daily``: day by day in every dimension; else summed up by the database where no page looks at the days.
        """
        with self._storage.read() as tx:
            known = store.counted(tx, site.id, site.timezone, period)
            today = self.today(site)
            lacking = [day for day in period if day <= today and not _is_settled(site, day, known.get(day))]
            recent = [day for day in lacking if (today - day).days < LIVE_DAYS]
            live = [day for day in recent if day not in known or _is_quiet(tx, site, day)]
            summed = () if daily else tuple(one for one in dimensions if one not in BY_DAY)
            by_day = {one: store.figures_by_day(tx, site.id, one, period) for one in dimensions if one not in summed}
            by_day |= {one: store.figures_by_key(tx, site.id, one, period, live) for one in summed}
            for day in live:
                _take(by_day, day, count_day(tx, site.id, day, site.zone))
            begun = store.first_counted(tx, site.id, site.timezone)
        missing = [day for day in lacking if day not in known and day not in live and (begun is None or day > begun)]
        return Counted(site, period, by_day, len(missing), None if today in live else known.get(today))

    def count_calls(self, site: Site, period: Period, wishes: Mapping[str, str]) -> int | None:
        """Return the figure that stands for these calls; None if no figure is of just that."""
        names = [name for name in wishes if name != "weekday"]
        name = names[0] if names else ""
        if len(names) > 1:
            return None
        dimension: Dimension = name if name in DIMENSIONS else "all"
        found = self.count(site, period, (dimension,), daily=True).by_day[dimension]
        key = wishes[name] if dimension == name else ""
        weekdays = {wishes["weekday"]} if "weekday" in wishes else {str(number) for number in range(7)}
        own = total(one for (day, of), one in found.items() if of == key and str(day.weekday()) in weekdays)
        return own.calls_of(wishes.get(name, "")) if dimension == "all" and name else own.calls

    def count_due(self) -> bool:
        """Count days that are not settled yet, some at a time; tell whether there is more to do."""
        return sum(self._count_site(site) for site in self._sites.all_sites()) > 0

    def _count_site(self, site: Site) -> bool:
        today = self.today(site)
        with self._storage.read() as tx:
            first = first_moment(tx, site.id, self._clock.now() - LOOKED_BACK)
            period = Period(today if first is None else min(first.astimezone(site.zone).date(), today), today)
            known = store.counted(tx, site.id, site.timezone, period)
        now = self._clock.now()
        wanted = [
            day
            for day in period
            if not _is_settled(site, day, known.get(day))
            and (day not in known or now - known[day] >= (OFTEN if day == today else SELDOM))
        ]
        # From the first one on, so that what is missing lies after a counted day; and the last one, which is today.
        for day in sorted({*wanted[:BATCH], *wanted[-1:]}):
            self._put(site, day)
        return len(wanted) > BATCH

    def _put(self, site: Site, day: date) -> None:
        with self._storage.begin() as tx:
            counted = count_day(tx, site.id, day, site.zone)
            store.put_day(tx, site.id, day, site.timezone, self._clock.now(), counted)


def _is_settled(site: Site, day: date, at: datetime | None) -> bool:
    """Tell whether nothing of a day was to come any more at that moment."""
    return at is not None and at >= day_span(day, site.zone)[1] + SETTLED


def _is_quiet(tx: Tx, site: Site, day: date) -> bool:
    """Tell by what was counted of an open day whether counting it anew is quick."""
    known = total(store.figures_by_day(tx, site.id, "all", Period(day, day)).values())
    return known.views + known.calls <= LIVE_MOST


def _take(by_day: dict[Dimension, dict[tuple[date, str], Figures]], day: date, counted: Day) -> None:
    for dimension, found in by_day.items():
        for known in [one for one in found if one[0] == day]:
            del found[known]
        found.update({(day, key): figures for (name, key), figures in counted.items() if name == dimension})
