"""When people come and what they reach for: the shapes of a day and of a week at a shop that sells services. Pure."""

from collections.abc import Sequence
from random import Random
from typing import Literal, TypeVar

T = TypeVar("T")
Device = Literal["phone", "tablet", "desktop"]
Act = Literal["call", "callback", "chat"]

# Visitors by hour of the local day, Monday to Friday and at the weekend.
WORKDAY = (4, 2, 1, 1, 1, 2, 8, 18, 34, 52, 62, 66, 64, 60, 62, 64, 62, 58, 56, 60, 58, 46, 28, 12)
WEEKEND = (6, 4, 2, 1, 1, 1, 3, 8, 20, 38, 54, 62, 60, 54, 50, 48, 46, 46, 50, 56, 54, 42, 26, 12)
BY_WEEKDAY = (1.08, 1.1, 1.06, 1.02, 0.96, 0.78, 0.72)
DEVICES: dict[bool, tuple[tuple[Device, float], ...]] = {
    False: (("phone", 0.55), ("tablet", 0.05), ("desktop", 0.40)),
    True: (("phone", 0.66), ("tablet", 0.07), ("desktop", 0.27)),
}
# Of those who turn to the shop, who calls, asks to be called and writes, by the hour; callback wins from 10 to 17 h.
MIDDAY: tuple[tuple[Act, float], ...] = (("call", 0.38), ("callback", 0.45), ("chat", 0.17))
EDGES: tuple[tuple[Act, float], ...] = (("call", 0.55), ("callback", 0.27), ("chat", 0.18))
NIGHT: tuple[tuple[Act, float], ...] = (("call", 0.8), ("callback", 0.0), ("chat", 0.2))


def pick(rng: Random, shares: Sequence[tuple[T, float]]) -> T:
    """Choose one by its share."""
    return rng.choices([one for one, _ in shares], [share for _, share in shares])[0]


def hour_of(rng: Random, is_weekend: bool) -> int:
    return rng.choices(range(24), WEEKEND if is_weekend else WORKDAY)[0]


def device_of(rng: Random, is_weekend: bool) -> Device:
    return pick(rng, DEVICES[is_weekend])


def act_of(rng: Random, hour: int, *, has_callback: bool, is_open: bool) -> Act:
    """Choose how somebody turns to the shop. Before callbacks were offered, half of those who want one do not call."""
    wanted = pick(rng, NIGHT if not is_open else MIDDAY if 10 <= hour < 17 else EDGES)
    if wanted == "callback" and not has_callback:
        return "call" if rng.random() < 0.5 else "chat"
    return wanted
