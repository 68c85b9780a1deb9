"""Numbers that tell where a call came from: what each is for, what a call to it tells. Pure.

use       who sees the number                                   a call to it tells
--------  ----------------------------------------------------  ------------------------------------------------
shown     everybody, on the site and off it                     nothing by itself
variant   visitors of one variant of a number experiment        the variant
channel   visitors who came from one source                     the source
pool      one visitor at a time, who holds it for a while       the visitor
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from widget_server.calls.model import Call
from widget_server.kernel.errors import BadInput
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.model import Number, NumberKind, NumberUse

USES: tuple[NumberUse, ...] = get_args(NumberUse)
TRACKING: tuple[NumberUse, ...] = ("variant", "channel", "pool")
Match = Literal["held", "tapped", "held_before", "known", "seen", "none"]
# By these a call is the visitor's. ``seen`` is a guess that operators may read and nothing counts.
SURE: tuple[Match, ...] = ("held", "tapped", "held_before", "known")
MOST_WORDS = 20
LONGEST_WORD = 100


@dataclass(frozen=True)
class Source:
    """Where visitors come from: one word of each list fits, an empty list asks nothing. ``direct``: from nowhere."""

    utm_source: tuple[str, ...] = ()
    utm_medium: tuple[str, ...] = ()
    referrer: tuple[str, ...] = ()
    direct: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Source":
        words = {name: tuple(stored.get(name, ())) for name in ("utm_source", "utm_medium", "referrer")}
        return cls(**words, direct=bool(stored.get("direct")))

    def view(self) -> dict[str, Any]:
        """Return it as it is stored, and as the site document says it (docs/protocol.md, section 3)."""
        words = {name: list(getattr(self, name)) for name in ("utm_source", "utm_medium", "referrer")}
        return {**{name: value for name, value in words.items() if value}, **({"direct": True} if self.direct else {})}


def read_source(raw: Mapping[str, str], direct: bool) -> Source:
    """Read what an owner typed: words with commas between them.

    Raises
    ------
    BadInput
        ``no_source``: nothing said, or something besides ``direct``; ``field_too_long``.
    """
    words = {name: _words(raw.get(name, ""), name) for name in ("utm_source", "utm_medium", "referrer")}
    source = Source(**words, direct=direct)
    if direct == any(words.values()):
        raise BadInput("no_source", field="source")
    return source


def _words(raw: str, name: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(word for part in raw.split(",") if (word := clean_text(part).lower())))
    if name == "referrer":
        words = tuple(word.split("//")[-1].split("/")[0].removeprefix("www.") for word in words)
    if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        raise BadInput("field_too_long", field=name, most=LONGEST_WORD)
    return words


@dataclass(frozen=True)
class TrackedNumber:
    """A number of a site and what it is for. ``department``: who answers, None for everybody of the site."""

    id: str
    site_id: str
    e164: str
    text: str
    kind: NumberKind
    use: NumberUse
    source: Source | None = None
    department: str | None = None

    def shown(self) -> Number:
        return Number(self.id, self.e164, self.text, self.kind)


@dataclass(frozen=True)
class NumberDraft:
    """What an owner says about a number."""

    e164: str
    text: str
    use: NumberUse
    source: Source | None = None
    department: str | None = None


@dataclass(frozen=True)
class TrackingRules:
    """A site's rules. ``hold_minutes``: how long a pool's number stays with a visitor after the last sign of them.
    ``match_minutes``: how long after that a call to it is still theirs. ``target_seconds``: a talk this long counts."""

    hold_minutes: int = 20
    match_minutes: int = 60
    target_seconds: int = 60

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)


LIMITS: Mapping[str, tuple[int, int]] = {
    "hold_minutes": (1, 24 * 60),
    "match_minutes": (0, 24 * 60),
    "target_seconds": (1, 60 * 60),
}


def check_rules(rules: TrackingRules) -> None:
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(rules, name) <= most:
            raise BadInput("out_of_range", field=name, least=least, most=most)


@dataclass(frozen=True)
class LineOfVariant:
    """A test of numbers gives this number to this variant alone, ``since`` then (``until`` then, if it is over)."""

    number_id: str
    experiment: str
    variant: str
    since: datetime
    until: datetime | None

    @property
    def letter(self) -> str:
        return self.variant.upper()

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Inbound:
    """A call that came in, and what its number tells. ``visitor_id``: also where ``match`` is a guess only.

    ``needs_person``: nobody talked to the caller yet. ``return_call_id``: the call by which somebody tries to.
    ``tries``: how often they called in vain since somebody talked to them.
    """

    call_id: str
    site_id: str
    number_id: str
    use: NumberUse
    source: Source | None
    caller_id: str | None
    visitor_id: str | None
    match: Match
    at: datetime
    tries: int = 1
    needs_person: bool = False
    done_at: datetime | None = None
    return_call_id: str | None = None

    @property
    def sure_visitor(self) -> str | None:
        return self.visitor_id if self.match in SURE else None


@dataclass(frozen=True)
class InboundTaken:
    """Somebody called a number of ours, once per call; whose call it is, is known as well as it ever will be."""

    inbound: Inbound


@dataclass(frozen=True)
class InboundChanged:
    """An inbound call, or what is to be done about it, is another one now."""

    call_id: str


@dataclass(frozen=True)
class InboundMissed:
    """Somebody called a number of ours and talked to nobody; once per call."""

    call: Call
    at: datetime
