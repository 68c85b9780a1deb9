"""The whole decision at a page view: forced, remembered, allowed, in the group, in the traffic, and then which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from experiments.assignment import Allocation, assign
from experiments.exclusion import Place
from experiments.targeting import PASSING, Rule, Visitor, matches, query

Reason = Literal["forced", "remembered", "assigned", "not_here", "not_targeted", "other_experiment", "no_traffic"]


@dataclass(frozen=True)
class Enrolment:
    """How visitors come into one experiment.

    Parameters
    ----------
    key : str
        Of the experiment; a visitor's forced variant is read from the parameter of that name.
    variants : tuple of str
        Names that never change their meaning; the control first.
    allocation : Allocation
        Shares and coverage.
    rules : tuple of Rule
        All must hold. Rules on the visitor are asked at the first visit; those on the page and the moment
        (`experiments.targeting.PASSING`) at every page view.
    place : Place, optional
        The experiment's piece of a mutual-exclusion group.
    zone : str
        Time zone of the site.
    sticky : bool
        Whether remembered variants win over a new configuration.

    Raises
    ------
    ValueError
        When variants and weights do not fit.
    """

    key: str
    variants: tuple[str, ...]
    allocation: Allocation
    rules: tuple[Rule, ...] = ()
    place: Place | None = None
    zone: str = "UTC"
    sticky: bool = True
    _entry: tuple[Rule, ...] = field(init=False, repr=False, compare=False)
    _passing: tuple[Rule, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.variants or len(set(self.variants)) < len(self.variants):
            raise ValueError(f"expected variants with different names, got {self.variants}")
        if len(self.variants) != len(self.allocation.weights):
            raise ValueError(f"expected a weight for each of {self.variants}, got {self.allocation.weights}")
        object.__setattr__(self, "_entry", tuple(rule for rule in self.rules if rule.kind not in PASSING))
        object.__setattr__(self, "_passing", tuple(rule for rule in self.rules if rule.kind in PASSING))

    def decide(self, visitor: Visitor, remembered: str | None = None) -> "Decision":
        """What a visitor sees, why, and whether it counts.

        A forced variant (``?key=name`` or ``?key=1``, for checking by eye) wins over everything and is never
        counted nor remembered. A remembered variant wins over shares, coverage, groups and rules on the visitor
        while it exists, so a new configuration moves nobody; rules on the page and the moment still apply.

        Parameters
        ----------
        visitor : Visitor
        remembered : str, optional
            The variant that the visitor had before.

        Returns
        -------
        Decision

        Examples
        --------
        >>> test = Enrolment("cta", ("old", "new"), Allocation("cta-text", (0.5, 0.5)))
        >>> test.decide(Visitor("visitor-1"))
        Decision(variant='new', reason='assigned', counted=True)
        >>> test.decide(Visitor("visitor-1"), remembered="old")
        Decision(variant='old', reason='remembered', counted=True)
        >>> test.decide(Visitor("visitor-1", "https://a.example/?cta=old"))
        Decision(variant='old', reason='forced', counted=False)
        """
        forced = forced_variant(self.key, self.variants, visitor.url)
        if forced is not None:
            return Decision(forced, "forced", False)
        if not matches(self._passing, visitor, self.zone):
            return Decision(None, "not_here", False)
        if self.sticky and remembered in self.variants:
            return Decision(remembered, "remembered", True)
        if not matches(self._entry, visitor, self.zone):
            return Decision(None, "not_targeted", False)
        if self.place is not None and not self.place.holds(visitor.unit):
            return Decision(None, "other_experiment", False)
        index = assign(self.allocation, visitor.unit)
        return Decision(self.variants[index], "assigned", True) if index >= 0 else Decision(None, "no_traffic", False)


@dataclass(frozen=True)
class Decision:
    """The variant (None: what the site shows anyway), why, and whether the visitor counts."""

    variant: str | None
    reason: Reason
    counted: bool


def forced_variant(key: str, variants: Sequence[str], url: str) -> str | None:
    """Variant that an address asks for, by name or number (0 is the control); None when it asks for none.

    Examples
    --------
    >>> forced_variant("cta", ["old", "new"], "https://a.example/?cta=1"), forced_variant("cta", ["old"], "/?cta=7")
    ('new', None)
    """
    asked = query(url).get(key)
    if asked is None or asked in variants:
        return asked
    return variants[int(asked)] if asked.isascii() and asked.isdigit() and int(asked) < len(variants) else None


def decide_all(
    enrolments: Sequence[Enrolment], visitor: Visitor, remembered: Mapping[str, str] | None = None
) -> dict[str, Decision]:
    """Decisions of all experiments of a site, by key.

    Examples
    --------
    >>> tests = [Enrolment(key, ("a", "b"), Allocation(key, (0.5, 0.5))) for key in ("one", "two")]
    >>> [each.variant for each in decide_all(tests, Visitor("visitor-1"), {"two": "b"}).values()]
    ['b', 'b']
    """
    known = remembered or {}
    return {each.key: each.decide(visitor, known.get(each.key)) for each in enrolments}
