"""Experiments whose truth is known: how many of each kind, and what one of them does to people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from widget_server.trials.model import Draft, Variant

BASELINE = 0.06
LIFT = 0.5
DAYS = 7


@dataclass(frozen=True)
class World:
    """One kind of experiment.

    ``lifts``: what the variants after the first truly change. ``lost``: part of the last variant's sights that never
    reach the server. ``people``: visitors of the whole week, None for as many as the product's own plan asks for.
    ``right``: verdicts that are true at the planned end.
    """

    name: str
    share: float
    lifts: tuple[float, ...]
    right: tuple[str, ...]
    people: int | None = None
    lost: float = 0.0

    def rate(self, index: int) -> float:
        return BASELINE * (1 + (self.lifts[index - 1] if index else 0.0))

    def draft(self, metric: str) -> Draft:
        n = len(self.lifts) + 1
        variants = (Variant("a", "Как сейчас", 1 / n, {}), *(_variant("bc"[i], 1 / n) for i in range(n - 1)))
        daily = None if self.people is None else self.people / DAYS
        return Draft(self.name, metric, ("cta",), variants, LIFT, DAYS, 1.0, BASELINE, daily)


WORLDS: Sequence[World] = (
    World("nothing", 0.35, (0.0,), ("not_enough_traffic", "no_difference")),
    World("nothing, three variants", 0.15, (0.0, 0.0), ("not_enough_traffic", "no_difference")),
    World("a small effect (+5 %)", 0.1, (0.05,), ("not_enough_traffic", "no_difference", "winner")),
    World("a broken split", 0.1, (0.0,), ("broken",), lost=0.25),
    World("too small", 0.1, (0.2,), ("not_enough_traffic",), people=140),
    World("a real winner (+50 %)", 0.2, (LIFT,), ("winner",)),
)


def deal(count: int) -> list[World]:
    """Return ``count`` experiments, of each kind its share and at least one.

    >>> [sum(one.name == kind.name for one in deal(200)) for kind in WORLDS]
    [70, 30, 20, 20, 20, 40]
    """
    return [world for world in WORLDS for _ in range(max(1, round(count * world.share)))]


def sized(draft: Draft, visitors: int) -> Draft:
    """Say in a draft how many people a day will come, so that the product plans with what really comes."""
    return replace(draft, daily_visitors=visitors / DAYS)


def _variant(key: str, weight: float) -> Variant:
    words = {language: {"cta": f"Узнать цену {key}", "promise": "За минуту"} for language in ("ru", "en")}
    return Variant(key, f"Цена {key}", weight, {"cta": words})
