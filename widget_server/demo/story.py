"""Three months at the demo shop, person by person. Pure: the same seed tells the same story.

The truth behind it is known: of the four experiments one changes what people do, one changes nothing, one loses
visitors of one variant on the way, and one shows itself to too few.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from widget_server.demo import curves
from widget_server.demo.curves import Act, Device
from widget_server.demo.words import NAMES, PAGES, SOURCES

DAYS = 91
DAILY = 480
CALLBACK_FROM = 30  # the day on which the shop began to call back
ACTS = 0.042  # of visitors turn to the shop
PHONE_LIKES = {"phone": 1.15, "tablet": 1.0, "desktop": 0.8}
RETURNS = 0.16
OPEN_HOURS = range(8, 22)


@dataclass(frozen=True)
class Trial:
    """An experiment and the truth about it: ``effect`` multiplies how often those who see B turn to the shop."""

    name: str
    lever: str
    first_day: int
    days: int
    coverage: float = 1.0
    effect: float = 1.0
    loses: float = 0.0  # so many who are given B never report it

    def covers(self, day: int) -> bool:
        return self.first_day <= day < self.first_day + self.days


TRIALS = (
    Trial("words", "cta", 8, 28, effect=1.6),
    Trial("nothing", "cta", 50, 28),
    Trial("split", "number", 40, 21, loses=0.22),
    Trial("small", "placement", 70, 14, coverage=0.03),
)


@dataclass
class Person:
    """A browser and who sits before it. ``shown``: experiment → variant, the same for ever."""

    id: str
    device: Device
    utm: Mapping[str, str]
    referrer: str | None
    phone: str
    name: str
    is_bot: bool
    shown: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    is_known: bool = False


@dataclass(frozen=True)
class Visit:
    person: Person
    at: datetime
    hour: int
    pages: tuple[tuple[str, str], ...]
    trials: tuple[Trial, ...]
    act: Act | None
    is_open: bool


def made_id(rng: Random) -> str:
    """Return an id that says what it is at its end, so that all of it can be found again."""
    return "".join(rng.choices("abcdefghijklmnopqrstuvwxyz234567", k=20)) + "madeup"


def tell(rng: Random, last: date, zone: ZoneInfo, days: int = DAYS, daily: int = DAILY) -> Iterator[tuple[int, Visit]]:
    """Tell every visit of the days up to ``last`` (not included), in order, each with the number of its day."""
    people: list[Person] = []
    for day in range(days):
        on = last - timedelta(days=days - day)
        is_weekend = on.weekday() > 4
        growth = 0.9 + 0.2 * day / days
        today = round(daily * curves.BY_WEEKDAY[on.weekday()] * growth * rng.uniform(0.9, 1.1))
        visits = [_visit(rng, day, on, zone, _someone(rng, people, is_weekend), is_weekend) for _ in range(today)]
        for visit in sorted(visits, key=_at):
            yield day, visit


def _at(visit: Visit) -> datetime:
    return visit.at


def _someone(rng: Random, people: list[Person], is_weekend: bool) -> Person:
    if people and rng.random() < RETURNS:
        return rng.choice(people[-4000:])
    utm, referrer = curves.pick(rng, [((utm, referrer), share) for utm, referrer, share in SOURCES])
    person = Person(
        id=made_id(rng),
        device=curves.device_of(rng, is_weekend),
        utm=utm,
        referrer=referrer,
        phone=f"+7999{rng.randrange(10**7):07d}",
        name=rng.choice(NAMES),
        is_bot=rng.random() < 0.03,
    )
    people.append(person)
    return person


def _visit(rng: Random, day: int, on: date, zone: ZoneInfo, person: Person, is_weekend: bool) -> Visit:
    hour = curves.hour_of(rng, is_weekend)
    local = datetime.combine(on, time(hour, rng.randrange(60), rng.randrange(60)), zone)
    trials = tuple(trial for trial in TRIALS if trial.covers(day) and _sees(rng, person, trial))
    effect = 1.0
    for trial in trials:
        effect *= trial.effect if person.shown[trial.name] == "b" else 1.0
    is_open = hour in OPEN_HOURS
    wants = not person.is_bot and rng.random() < ACTS * PHONE_LIKES[person.device] * effect * (1 if is_open else 0.6)
    act = curves.act_of(rng, hour, has_callback=day >= CALLBACK_FROM, is_open=is_open) if wants else None
    pages = tuple(rng.choices(PAGES, (5, 4, 3, 3, 1, 1), k=rng.choice((1, 1, 2, 2, 3, 4))))
    return Visit(person, local.astimezone(UTC), hour, pages, trials, act, is_open)


def _sees(rng: Random, person: Person, trial: Trial) -> bool:
    """Tell whether the person is in the experiment and reports it; decided once."""
    if trial.name not in person.shown:
        inside = rng.random() < trial.coverage
        person.shown[trial.name] = rng.choice("ab") if inside else "-"
        if person.shown[trial.name] == "b" and rng.random() < trial.loses:
            person.lost.add(trial.name)
    return person.shown[trial.name] != "-" and trial.name not in person.lost
