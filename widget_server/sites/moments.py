"""Moments by the clock on a site's wall, as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """Write the day and the hour: 24 hours, the day before the month.

    >>> from datetime import UTC
    >>> moment(datetime(2026, 11, 23, 9, tzinfo=UTC), ZoneInfo("Europe/Moscow"), "ru")
    '23 нояб., 12:00'
    """
    return str(format_datetime(at, "d MMM, HH:mm", tzinfo=zone, locale=language))


def short_moment(at: datetime, zone: ZoneInfo, now: datetime, language: str) -> str:
    """Write the hour alone for today, the day too for other days."""
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return str(format_time(at.astimezone(zone), "HH:mm", locale=language))
    return moment(at, zone, language)
