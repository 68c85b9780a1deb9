"""Times of a day as forms say them: minutes since midnight."""

import re

from widget_server.kernel.errors import BadInput
from widget_server.sites.model import DAY


def read_minutes(raw: str, field: str = "hours") -> int:
    """Read ``09:30``.

    Raises
    ------
    BadInput
        ``bad_hours`` for anything else.
    """
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)(:00)?", raw, re.ASCII)
    if found is None:
        raise BadInput("bad_hours", field=field)
    return int(found[1]) * 60 + int(found[2])


def clock_text(minutes: int) -> str:
    """Write minutes of a day; its end is its beginning again.

    >>> clock_text(570), clock_text(1440)
    ('09:30', '00:00')
    """
    return f"{minutes % DAY // 60:02}:{minutes % 60:02}"
