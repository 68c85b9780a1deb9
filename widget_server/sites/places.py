"""Countries and time zones to choose from, in the reader's language."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from widget_server.sites.phone import COUNTRIES


@cache
def countries(language: str) -> list[tuple[str, str]]:
    """Return code and name of every country with telephone numbers, by name."""
    names = Locale.parse(language).territories
    return sorted(((code, names.get(code, code)) for code in COUNTRIES), key=lambda pair: pair[1].replace("Ё", "Е"))


def timezones(language: str, country: str, chosen: str, at: datetime) -> list[tuple[str, str]]:
    """Return name and city with its present offset of every zone; the country's own come first, then west to east."""
    territories = get_global("zone_territories")
    rows = []
    for name in {*_zones(), chosen} & known_timezones():
        shift = at.astimezone(ZoneInfo(name)).strftime("%z")
        rows.append((territories.get(name) != country, int(shift), _city(language, name), name, shift))
    return [(name, f"{city}, UTC{shift[:3]}:{shift[3:]}") for _, _, city, name, shift in sorted(rows)]


@cache
def known_timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _zones() -> list[str]:
    territories = get_global("zone_territories")
    return sorted(name for name in known_timezones() if name in territories and "/" in name)


@cache
def _city(language: str, name: str) -> str:
    return get_timezone_location(name, locale=language, return_city=True) or name
