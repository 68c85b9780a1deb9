"""Whom a site's widget speaks to first, and how often: the owner's rules, stored and as pages get them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from widget_server.kernel.errors import BadInput

Leads = Literal["chat", "callback", "click_to_call"]
Who = Literal["any", "new", "returning"]
When = Literal["any", "open", "closed"]
SOURCES = ("utm_source", "utm_medium", "utm_campaign", "referrer")
FIGURES: Mapping[str, int] = {"seconds": 3600, "scroll": 100, "pages": 50}
MOST_RULES = 20
LONGEST_WORDS = 140
LONGEST_NAME = 40
MOST_PATHS = 20


@dataclass(frozen=True)
class Rule:
    """One invitation. All that it names must hold: figures from 0 (nothing asked), one word of each list of ``source``.

    ``words``: language → what is said. ``person``: who says it, "" for nobody. ``element``: a CSS selector that finds
    something on the page, such as a filled cart. ``needs_people``: somebody who could answer is online.
    """

    id: str
    title: str
    words: Mapping[str, str]
    leads: Leads = "chat"
    is_on: bool = True
    person: str = ""
    seconds: int = 0
    scroll: int = 0
    pages: int = 0
    on_exit: bool = False
    paths: tuple[str, ...] = ()
    source: Mapping[str, tuple[str, ...]] | None = None
    visitor: Who = "any"
    hours: When = "any"
    needs_people: bool = False
    element: str = ""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Rule":
        """Return what is stored, defaults where a field is missing (a rule is older than the field)."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        source = {name: tuple(words) for name, words in (values.get("source") or {}).items()} or None
        return cls(**values | {"paths": tuple(values.get("paths", ())), "source": source})

    def view(self) -> dict[str, Any]:
        """Return the rule as a page gets it (docs/protocol.md, section 3.1): what asks nothing is left out."""
        asked: dict[str, Any] = {
            "name": self.person,
            **{name: getattr(self, name) for name in FIGURES},
            "exit": self.on_exit,
            "path": list(self.paths),
            "source": {name: list(words) for name, words in (self.source or {}).items() if words},
            "visitor": "" if self.visitor == "any" else self.visitor,
            "hours": "" if self.hours == "any" else self.hours,
            "online": self.needs_people,
            "element": self.element,
        }
        words = {language: said for language, said in self.words.items() if said}
        return {"id": self.id, "leads": self.leads, "words": words, **{n: value for n, value in asked.items() if value}}


@dataclass(frozen=True)
class Invitations:
    """All of a site: rules, the first that is due wins, and how often one visitor may be spoken to."""

    rules: tuple[Rule, ...] = ()
    per_day: int = 1
    per_week: int = 2

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Invitations":
        default = cls()
        rules = tuple(Rule.of(one) for one in stored.get("rules", ()))
        return cls(rules, stored.get("per_day", default.per_day), stored.get("per_week", default.per_week))

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    def shown(self) -> list[dict[str, Any]]:
        """Return the rules in force, as pages get them."""
        return [rule.view() for rule in self.rules if rule.is_on]

    def find(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def with_rule(self, rule: Rule) -> "Invitations":
        """Put a rule in place of the one that it was, or behind the others."""
        known = self.find(rule.id) is not None
        rules = tuple(rule if one.id == rule.id else one for one in self.rules)
        return replace(self, rules=rules if known else (*rules, rule))

    def without(self, rule_id: str) -> "Invitations":
        return replace(self, rules=tuple(rule for rule in self.rules if rule.id != rule_id))


def check_invitations(invitations: Invitations) -> None:
    """Refuse what cannot be meant.

    Raises
    ------
    BadInput
        The field is named as in the forms.
    """
    if not 1 <= invitations.per_day <= 20:
        raise BadInput("bad_count", field="per_day", most=20)
    if not invitations.per_day <= invitations.per_week <= 100:
        raise BadInput("bad_count", field="per_week", most=100)
    if len(invitations.rules) > MOST_RULES:
        raise BadInput("too_many_invitations", field="title", most=MOST_RULES)
    for rule in invitations.rules:
        _check_rule(rule)


def _check_rule(rule: Rule) -> None:
    for name, most in FIGURES.items():
        if not 0 <= getattr(rule, name) <= most:
            raise BadInput("bad_figure", field=name)
    for field, allowed in (("leads", Leads), ("visitor", Who), ("hours", When)):
        if getattr(rule, field) not in get_args(allowed):
            raise BadInput("bad_choice", field=field)
    if not (rule.seconds or rule.scroll or rule.pages > 1 or rule.on_exit or rule.element):
        raise BadInput("invitation_at_once", field="seconds")
    _check_words(rule)
    if len(rule.paths) > MOST_PATHS or not all(path.startswith(("/", "*")) for path in rule.paths):
        raise BadInput("bad_paths", field="paths", most=MOST_PATHS)


def _check_words(rule: Rule) -> None:
    if not rule.title:
        raise BadInput("field_empty", field="title")
    if not any(rule.words.values()):
        raise BadInput("field_empty", field=f"words_{next(iter(rule.words), 'ru')}")
    for language, said in rule.words.items():
        if len(said) > LONGEST_WORDS:
            raise BadInput("field_too_long", field=f"words_{language}", most=LONGEST_WORDS)
    for name, value in (("person", rule.person), ("title", rule.title), ("element", rule.element)):
        if len(value) > 2 * LONGEST_NAME:
            raise BadInput("field_too_long", field=name, most=2 * LONGEST_NAME)


def shown_rules(ids: Sequence[str], invitations: Invitations) -> list[dict[str, Any]]:
    """Return the rules of these ids as pages get them, switched on or not."""
    return [rule.view() for rule in invitations.rules if rule.id in ids]
