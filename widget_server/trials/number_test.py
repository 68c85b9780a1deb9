"""What a test of numbers can tell. Pure.

display    every variant shows the same line, written differently: a call alone does not tell the variant
lines      every variant has a tracking number of its own: whoever dials it saw that variant
untracked  different lines that others dial too: calls tell no variant, only what the browser sees does
"""

from collections.abc import Collection, Mapping
from typing import Literal

from widget_server.sites.model import Site
from widget_server.trials.model import Draft

NumberTest = Literal["display", "lines", "untracked"]


def number_test(draft: Draft, site: Site) -> NumberTest | None:
    """Return the kind of the test, None if it is no test of numbers."""
    if "number" not in draft.levers:
        return None
    if variants_by_line(draft, {number.id for number in site.variant_numbers}):
        return "lines"
    lines = {number.id: number.e164 for number in (*site.numbers, *site.variant_numbers)}
    shown = [variant.settings.get("number") or site.settings["number"] for variant in draft.variants]
    return "display" if len({lines.get(number_id, number_id) for number_id in shown}) == 1 else "untracked"


def variants_by_line(draft: Draft, tracking: Collection[str]) -> Mapping[str, str]:
    """Return number id → variant; empty unless every variant has one of the ``tracking`` numbers for itself.

    A variant on the site's main number would be credited with callers who never saw the test.
    """
    if "number" not in draft.levers:
        return {}
    found = {variant.settings.get("number"): variant.key for variant in draft.variants}
    whole = len(found) == len(draft.variants) and set(found) <= set(tracking)
    return {number_id: key for number_id, key in found.items() if number_id is not None} if whole else {}
