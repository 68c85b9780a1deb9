"""Two changes tried at once: alone and together, so that each is judged on all visitors. Pure.

The marketer writes the one variant in which both things change; ``cross`` makes the four that are needed. In the
report, everybody with the new text stands against everybody with the old one, whatever number they saw.
"""

import json
from collections.abc import Callable
from dataclasses import replace

from widget_server.kernel.errors import BadInput
from widget_server.trials.model import KEYS, Draft, Variant

CELLS = 4
LEVELS = ("A", "B")  # as today, changed
APART = frozenset({"cta", "channel"})  # a channel brings its own words


def cross(draft: Draft, name: Callable[[str], str]) -> Draft:
    """Return the draft with four variants: as today, each change alone, both.

    Raises
    ------
    BadInput
        ``not_crossable`` unless two variants differ by two levers that go with each other.
    """
    if len(draft.levers) != 2 or len(draft.variants) != 2 or set(draft.levers) == APART or "invitation" in draft.levers:
        raise BadInput("not_crossable", field="levers")
    now, both = draft.variants
    alone = [
        Variant(key, name(lever), 1 / CELLS, {lever: both.settings[lever]} if lever in both.settings else {})
        for key, lever in zip(KEYS[1:], draft.levers, strict=False)
    ]
    made = (replace(now, weight=1 / CELLS), *alone, replace(both, key=KEYS[CELLS - 1], weight=1 / CELLS))
    return replace(draft, variants=made)


def levels(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Return variant key → whether each lever is as in A (``A``) or changed (``B``); empty if it is no crossed test."""
    if len(draft.variants) != CELLS or len(draft.levers) != 2:
        return {}
    first = _shown(draft.variants[0], draft)
    found = {
        variant.key: tuple(LEVELS[said != today] for said, today in zip(_shown(variant, draft), first, strict=True))
        for variant in draft.variants
    }
    changed = [{_shown(variant, draft)[place] for variant in draft.variants} for place in range(2)]
    whole = len(set(found.values())) == CELLS and all(len(said) == len(LEVELS) for said in changed)
    even = len({round(variant.weight, 6) for variant in draft.variants}) == 1
    return found if whole and even else {}


def alone(draft: Draft, lever: str) -> Variant:
    """Return the variant of a crossed test in which this lever alone is changed."""
    wanted = tuple(LEVELS[lever == one] for one in draft.levers)
    return next(variant for variant in draft.variants if levels(draft)[variant.key] == wanted)


def _shown(variant: Variant, draft: Draft) -> tuple[str, ...]:
    return tuple(json.dumps(variant.settings.get(lever) or None, sort_keys=True) for lever in draft.levers)
