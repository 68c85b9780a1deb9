"""The form of a target: what a person ticked, read and shown again."""

import re

from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.errors import BadInput
from widget_server.notify.model import EVENTS, KINDS, Wishes
from widget_server.notify.page import clock_time
from widget_server.texts import LANGUAGES

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def read_wishes(form: Form) -> Wishes:
    """Read what was ticked; what is wrong stands in ``form.errors``."""
    values = form.values
    site_ids = frozenset() if "all_sites" in values else frozenset(values.getlist("sites"))
    if "all_sites" not in values and not site_ids:
        form.add(BadInput("no_sites_chosen", field="sites"))
    kinds = frozenset(values.getlist("kinds")) & frozenset((*KINDS, *EVENTS))
    if not kinds:
        form.add(BadInput("bad_kinds", field="kinds"))
    if values.get("language") not in LANGUAGES:
        form.add(BadInput("bad_choice", field="language"))
    return Wishes(
        kinds=kinds,
        site_ids=site_ids,
        quiet=form.take(lambda: _read_quiet(values.get("quiet_from", ""), values.get("quiet_to", "")), None),
        wakes="wakes" in values,
        details="details" in values,
        language=values.get("language", ""),
        answers="answers" in values,
    )


def fields_of(wishes: Wishes) -> MultiDict[str, str]:
    """Return the form's fields as they stand when the page is opened."""
    start, end = (clock_time(minutes) for minutes in wishes.quiet) if wishes.quiet else ("", "")
    fields = [("kinds", kind) for kind in wishes.kinds] + [("sites", one) for one in wishes.site_ids]
    fields += [("quiet_from", start), ("quiet_to", end), ("language", wishes.language)]
    ticked = {
        "all_sites": not wishes.site_ids,
        "wakes": wishes.wakes,
        "details": wishes.details,
        "answers": wishes.answers,
    }
    return MultiDict(fields + [(name, "1") for name, is_on in ticked.items() if is_on])


def _read_quiet(start: str, end: str) -> tuple[int, int] | None:
    """Return the quiet hours; None for two empty fields."""
    if not start and not end:
        return None
    minutes = [_minutes(start), _minutes(end)]
    if minutes[0] == minutes[1]:
        raise BadInput("bad_quiet", field="quiet_from")
    return minutes[0], minutes[1]


def _minutes(clock: str) -> int:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise BadInput("bad_quiet", field="quiet_from")
    return int(found[1]) * 60 + int(found[2])
