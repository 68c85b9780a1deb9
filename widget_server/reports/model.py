"""What is counted of a site's day, and how counts of days come together. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Dimension = Literal["all", "hour", "device", "source", "number", "operator", "page", "known"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
LONGEST_PERIOD = timedelta(days=400)
PERIODS = (7, 30, 90)
SHORT, LONG = timedelta(minutes=1), timedelta(minutes=3)


@dataclass(frozen=True)
class Figures:
    """Counts. ``calls`` of both directions; of the talks, ``short`` under 1, ``middle`` 1–3, ``long`` over 3 minutes.

    ``visitors``: people of a day; somebody who comes on two days is two. ``wait_seconds``: until both sides talked.
    """

    visitors: int = 0
    views: int = 0
    taps: int = 0
    chats: int = 0
    callbacks: int = 0
    calls: int = 0
    inbound: int = 0
    talked: int = 0
    missed: int = 0
    unreached: int = 0
    short: int = 0
    middle: int = 0
    long: int = 0
    talk_seconds: int = 0
    wait_seconds: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, name) + getattr(other, name) for name in NAMES))

    def calls_of(self, kind: str) -> int | None:
        """Return the calls of a result, a length or a direction; None if it is none of these."""
        if kind in ("talked", "missed", "unreached", "short", "middle", "long", "inbound"):
            found: int = getattr(self, kind)
            return found
        return self.calls - self.inbound if kind == "callback" else None

    @property
    def missed_share(self) -> float | None:
        return self.missed / self.calls if self.calls else None

    @property
    def answer_seconds(self) -> float | None:
        """Return how long those who talked had waited, on average."""
        return self.wait_seconds / self.talked if self.talked else None


NAMES = tuple(one.name for one in fields(Figures))
Key = tuple[Dimension, str]
Day = Mapping[Key, Figures]


@dataclass(frozen=True)
class Period:
    """Whole days by the clock on the site's wall, both ends included."""

    first: date
    last: date

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range(len(self)))

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def before(self) -> "Period":
        """Return as many days just before."""
        return Period(self.first - timedelta(days=len(self)), self.first - timedelta(days=1))


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends.

    >>> [at.isoformat() for at in day_span(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))]
    ['2026-10-24T22:00:00+00:00', '2026-10-25T23:00:00+00:00']
    """
    first = datetime.combine(day, time(), zone)
    after = datetime.combine(day + timedelta(days=1), time(), zone)
    return first.astimezone(UTC), after.astimezone(UTC)


def read_period(first: str, last: str, days: str, today: date) -> Period:
    """Return what an address asks for: two dates, or so many days up to today; nonsense means the shortest."""
    try:
        asked = Period(date.fromisoformat(first), min(date.fromisoformat(last), today))
        if asked.first <= asked.last and asked.last - asked.first <= LONGEST_PERIOD:
            return asked
    except ValueError:
        pass
    count = int(days) if days in {str(one) for one in PERIODS} else PERIODS[1]
    return Period(today - timedelta(days=count - 1), today)


def length_name(talk: timedelta) -> str:
    """Say which of the three lengths a talk has.

    >>> [length_name(timedelta(seconds=seconds)) for seconds in (59, 60, 181)]
    ['short', 'middle', 'long']
    """
    return "short" if talk < SHORT else "middle" if talk <= LONG else "long"


def total(days: Iterable[Figures]) -> Figures:
    return sum(days, Figures())
