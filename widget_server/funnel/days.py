"""Days and weeks by the clock on a site's wall, and how much of a working day is over. Pure."""

from datetime import UTC, date, datetime, time, timedelta

from widget_server.sites.model import Site


def day_start(site: Site, at: datetime) -> datetime:
    return start_of(site, at.astimezone(site.zone).date())


def start_of(site: Site, day: date) -> datetime:
    """Return when a day begins there."""
    return datetime.combine(day, time(), site.zone).astimezone(UTC)


def week_of(site: Site, at: datetime) -> date:
    """Return the Monday of the week."""
    day = at.astimezone(site.zone).date()
    return day - timedelta(days=day.weekday())


def works_on(site: Site, day: date) -> bool:
    return bool(site.hours[day.weekday()]) and day.isoformat() not in site.holidays


def working_days(site: Site, monday: date, days: int = 7) -> int:
    return sum(works_on(site, monday + timedelta(days=n)) for n in range(days))


def part_over(site: Site, at: datetime) -> float:
    """Return how much of the opening hours of that day is over: 0 in the morning, 1 in the evening and on days off."""
    local = at.astimezone(site.zone)
    hours = site.hours[local.weekday()]
    total = sum(end - start for start, end in hours)
    if not works_on(site, local.date()) or not total:
        return 1.0
    minute = local.hour * 60 + local.minute
    return sum(min(max(minute - start, 0), end - start) for start, end in hours) / total
