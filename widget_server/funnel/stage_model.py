"""The stages of a site: the customer's steps on the way to an order, each with what should be done in it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from widget_server.funnel.model import Lead
from widget_server.kernel.errors import BadInput

DEFAULT_KEYS = ("new", "need", "offer", "decided")
Indicator = Literal["calls", "callbacks", "chats", "contacts", "orders"]
INDICATORS: tuple[Indicator, ...] = ("calls", "callbacks", "chats", "contacts", "orders")
Worry = Literal["old", "much"]
MOST_STAGES, MOST_STEPS = 12, 12
LONGEST_STAGE_NAME, LONGEST_STEP = 60, 120
UNPLANNED_STEPS = 3  # so many contacts a stage without a chain may take before the lead counts as stuck


@dataclass(frozen=True)
class Stage:
    """``name``, ``chain``: the site's own words; empty and None stand for those of the catalogue.

    ``norm``: the part of leads expected to move on. ``age_days``: how long a lead may stand here.
    """

    key: str
    name: str = ""
    chain: tuple[str, ...] | None = None
    norm: float = 0.5
    age_days: int = 3


DEFAULT_STAGES = (
    Stage("new", norm=0.6, age_days=1),
    Stage("need", norm=0.5, age_days=3),
    Stage("offer", norm=0.5, age_days=7),
    Stage("decided", norm=0.8, age_days=5),
)


@dataclass(frozen=True)
class Benchmarks:
    """What the figures of a site are held against (percent, calls and minutes of talk an operator and a day)."""

    calls_least: int = 20
    calls_most: int = 50
    talk_least: int = 180
    talk_most: int = 240
    warm_least: int = 20
    warm_most: int = 30
    cold_least: int = 1
    cold_most: int = 3
    stage_least: int = 20
    orders_a_week: int = 5


LIMITS: Mapping[str, tuple[int, int]] = {
    "calls_least": (0, 1000),
    "calls_most": (1, 1000),
    "talk_least": (0, 1440),
    "talk_most": (1, 1440),
    "warm_least": (0, 100),
    "warm_most": (0, 100),
    "cold_least": (0, 100),
    "cold_most": (0, 100),
    "stage_least": (0, 100),
    "orders_a_week": (1, 100_000),
}


def check_benchmarks(found: Benchmarks) -> None:
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(found, name) <= most:
            raise BadInput("out_of_range", field=name, least=least, most=most)
    for name in ("calls", "talk", "warm", "cold"):
        if getattr(found, f"{name}_least") > getattr(found, f"{name}_most"):
            raise BadInput("least_above_most", field=f"{name}_most")


def check_stages(stages: Sequence[Stage]) -> None:
    """Check all stages of a site together.

    Raises
    ------
    BadInput
        With the number of the stage in ``field`` (``stages.0.norm``).
    """
    if not 1 <= len(stages) <= MOST_STAGES:
        raise BadInput("too_many_stages", field="stages", most=MOST_STAGES)
    for place, stage in enumerate(stages):
        _check_stage(stage, f"stages.{place}")


def _check_stage(stage: Stage, where: str) -> None:
    if not stage.name and stage.key not in DEFAULT_KEYS:
        raise BadInput("field_empty", field=f"{where}.name")
    if len(stage.name) > LONGEST_STAGE_NAME:
        raise BadInput("field_too_long", field=f"{where}.name", most=LONGEST_STAGE_NAME)
    if not 0.01 <= stage.norm <= 1:
        raise BadInput("out_of_range", field=f"{where}.norm", least=1, most=100)
    if not 1 <= stage.age_days <= 365:
        raise BadInput("out_of_range", field=f"{where}.age_days", least=1, most=365)
    chain = stage.chain or ()
    if len(chain) > MOST_STEPS or any(len(step) > LONGEST_STEP for step in chain):
        raise BadInput("chain_too_long", field=f"{where}.chain", most=MOST_STEPS)


def place_of(stages: Sequence[Stage], key: str) -> int:
    """Return where a stage stands; a stage that was taken away counts as the first."""
    return next((place for place, stage in enumerate(stages) if stage.key == key), 0)


def worry_about(lead: Lead, stage: Stage, steps: int, contacts: int, now: datetime) -> Worry | None:
    """Tell why a lead is stuck: too long in its stage, or contacted more often there than its chain has steps."""
    if lead.state != "open":
        return None
    if now - lead.stage_at > timedelta(days=stage.age_days):
        return "old"
    return "much" if contacts > (steps or UNPLANNED_STEPS) else None
