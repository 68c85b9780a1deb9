"""Who may take part, and where and when: rules as data, checked without a clock, a request or a network."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Literal, get_args
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

Kind = Literal["device", "language", "country", "visit", "utm_source", "utm_medium", "utm_campaign", "utm_term",
               "utm_content", "url", "hour", "weekday"]  # fmt: skip
# What is true of the page and the moment, not of the visitor: asked again at every page view.
PASSING: frozenset[Kind] = frozenset({"url", "hour", "weekday"})
_WHOLE: dict[Kind, range] = {"hour": range(24), "weekday": range(1, 8)}


@dataclass(frozen=True)
class Visitor:
    """What is known of a visitor at one page view.

    Parameters
    ----------
    unit : str
        The visitor's id, which is hashed.
    url : str
        Of the page, with its query: the UTM marks and a forced variant are read from it.
    device, language, country : str
        As the caller found them: ``phone``, ``ru-RU``, ``RU``; empty when unknown.
    at : datetime, optional
        Aware moment of the page view; rules on hour and weekday fail without it.
    returning : bool
        Whether the visitor was here before.
    """

    unit: str
    url: str = ""
    device: str = ""
    language: str = ""
    country: str = ""
    at: datetime | None = None
    returning: bool = False


@dataclass(frozen=True)
class Rule:
    """One condition; all rules of an experiment must hold.

    Parameters
    ----------
    kind : str
        ``device``, ``language`` (``ru`` also takes ``ru-RU``), ``country``, ``visit`` (``new`` or ``returning``),
        ``utm_source`` and the other four, ``url`` (path, or host and path, with ``*`` for anything), ``hour`` (0 to
        23) or ``weekday`` (1, Monday, to 7), the last two in the zone of the site.
    values : frozenset of str
        One of them must be met; compared without regard to case.
    negated : bool
        None of them may be met instead. What is unknown meets none.

    Raises
    ------
    ValueError
        When the kind is unknown, no value is given, or a value is impossible.
    """

    kind: Kind
    values: frozenset[str]
    negated: bool = False
    _folded: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind) or not self.values:
            raise ValueError(f"expected a rule of {', '.join(get_args(Kind))} with a value, got {self.kind!r}")
        allowed = {str(n) for n in _WHOLE.get(self.kind, ())} if self.kind in _WHOLE else {"new", "returning"}
        if self.kind in ("hour", "weekday", "visit") and not self.values <= allowed:
            raise ValueError(f"expected a {self.kind} of {sorted(allowed)}, got {sorted(self.values - allowed)}")
        object.__setattr__(self, "_folded", frozenset(value.casefold() for value in self.values))

    def holds(self, visitor: Visitor, zone: str = "UTC") -> bool:
        """Whether the rule lets a visitor pass.

        Examples
        --------
        >>> morning = Rule("hour", frozenset({"9", "10", "11"}))
        >>> morning.holds(Visitor("v", at=datetime.fromisoformat("2026-03-02T07:30+00:00")), "Europe/Moscow")
        True
        >>> Rule("url", frozenset({"/shop/*"}), negated=True).holds(Visitor("v", "https://a.example/shop/tea?x=1"))
        False
        """
        return self._met(visitor, zone) != self.negated

    def _met(self, visitor: Visitor, zone: str) -> bool:
        if self.kind == "url":
            return any(_pattern(value).fullmatch(place) for value in self._folded for place in _places(visitor.url))
        if self.kind == "language":
            tag = visitor.language.casefold().replace("_", "-")
            return any(tag == value or tag.startswith(f"{value}-") for value in self._folded)
        return _fact(self.kind, visitor, zone).casefold() in self._folded


def matches(rules: Iterable[Rule], visitor: Visitor, zone: str = "UTC") -> bool:
    """Whether all rules hold; with no rules everybody passes.

    Parameters
    ----------
    rules : iterable of Rule
    visitor : Visitor
    zone : str
        Name of the site's time zone (IANA), for hour and weekday.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        When the moment has no zone of its own, or the site's zone is unknown.

    Examples
    --------
    >>> rules = [Rule("device", frozenset({"phone"})), Rule("utm_source", frozenset({"yandex", "google"}))]
    >>> matches(rules, Visitor("v", "https://a.example/?utm_source=Yandex", device="phone"))
    True
    >>> matches(rules, Visitor("v", "https://a.example/", device="phone"))
    False
    """
    return all(rule.holds(visitor, zone) for rule in rules)


def _fact(kind: Kind, visitor: Visitor, zone: str) -> str:
    """What a visitor has to show for a rule, as text; empty when unknown."""
    if kind in _WHOLE:
        if visitor.at is None:
            return ""
        if visitor.at.tzinfo is None:
            raise ValueError(f"expected a moment with a time zone, got {visitor.at.isoformat()}")
        local = visitor.at.astimezone(_zone(zone))
        return str(local.hour if kind == "hour" else local.isoweekday())
    if kind == "visit":
        return "returning" if visitor.returning else "new"
    if kind.startswith("utm_"):
        return query(visitor.url).get(kind, "")
    return str(getattr(visitor, kind))


def query(url: str) -> dict[str, str]:
    """First value of every parameter of an address; nothing when it cannot be read.

    Examples
    --------
    >>> query("https://a.example/?utm_source=mail&utm_source=ads&x=")
    {'utm_source': 'mail'}
    """
    try:
        return {key: values[0] for key, values in parse_qs(urlsplit(url).query, max_num_fields=200).items()}
    except ValueError:
        return {}


def _places(url: str) -> tuple[str, ...]:
    """Path, and host with path, of an address."""
    try:
        parts = urlsplit(url.casefold())
    except ValueError:
        return ()
    path = parts.path or "/"
    return path, f"{parts.hostname or ''}{path}"


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(piece) for piece in text.split("*")), re.DOTALL)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as problem:
        raise ValueError(f"unknown time zone {name!r}") from problem
