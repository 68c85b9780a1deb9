"""How pretty a number is, with reasons: how many of its digits nobody has to remember, as it is grouped.

>>> seen = find_beauty("555-35-35")
>>> seen.saves, [(trait.kind, trait.shown) for trait in seen.traits]
(4, [('same', '555'), ('repeat', '35-35')])
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

TraitKind = Literal["same", "repeat", "pairs", "mirror", "run", "steps", "round"]
LONGEST_GROUP = 4  # nobody groups digits on purpose by more
PRETTY = 2  # digits saved; fewer than one random number in ten has them
ACROSS = 5  # as many digits in a row are seen even where groups part them


@dataclass(frozen=True)
class Trait:
    """Something easy in the digits from ``start`` to ``end``, as it is ``shown``; it ``saves`` so many digits."""

    kind: TraitKind
    start: int
    end: int
    shown: str
    saves: int


@dataclass(frozen=True)
class Beauty:
    """What the eye finds in one grouping; no digit counts twice."""

    digits: int
    traits: tuple[Trait, ...]

    @property
    def saves(self) -> int:
        return sum(trait.saves for trait in self.traits)

    @property
    def is_pretty(self) -> bool:
        return self.saves >= PRETTY


def find_beauty(grouped: str) -> Beauty:
    """Find the traits that save most in digits that are grouped by anything between them."""
    groups = re.findall(r"\d+", grouped)
    digits = "".join(groups)
    found = sorted({*_of_groups(groups), *_of_rows(groups)}, key=lambda trait: (trait.end, trait.start, trait.kind))
    best: list[tuple[Trait, ...]] = [()]  # by how many digits were looked at
    for end in range(1, len(digits) + 1):
        ways = [best[-1], *((*best[trait.start], trait) for trait in found if trait.end == end)]
        best.append(max(ways, key=_saves))
    return Beauty(len(digits), best[-1])


def hidden_in(grouped: str) -> tuple[Trait, ...]:
    """Return what another grouping of the same digits would show and this one does not.

    >>> [trait.shown for trait in hidden_in("77-71-496")], hidden_in("777-14-96")
    (['777'], ())
    """
    seen = find_beauty(grouped)
    best = find_beauty(next(iter(best_groupings(re.sub(r"\D", "", grouped))), ""))
    if best.saves <= seen.saves:
        return ()
    return tuple(one for one in best.traits if not any(_meet(one, other) for other in seen.traits))


def best_groupings(digits: str) -> list[str]:
    """Return every grouping that people would read out, the prettiest first, of equal ones groups of two and three."""
    odd = lambda groups: (sum(len(group) in (1, 4) for group in groups), groups)  # noqa: E731
    ways = sorted(_groupings(digits, shortest=1), key=odd)
    return sorted(("-".join(groups) for groups in ways), key=lambda way: -find_beauty(way).saves)


def _groupings(digits: str, shortest: int = 2) -> Iterator[tuple[str, ...]]:
    """Part digits into groups of two to four; a single digit may stand in front."""
    if shortest <= len(digits) <= LONGEST_GROUP:
        yield (digits,)
    for size in range(shortest, LONGEST_GROUP + 1):
        for rest in _groupings(digits[size:]) if len(digits) > size else ():
            yield (digits[:size], *rest)


def _of_groups(groups: Sequence[str]) -> Iterator[Trait]:
    """Find what stands in one group or in groups side by side."""
    starts = [sum(map(len, groups[:n])) for n in range(len(groups) + 1)]
    for n, group in enumerate(groups):
        for kind, saves in _of_one(group):
            yield Trait(kind, starts[n], starts[n + 1], group, saves)
        for last in range(n + 2, len(groups) + 1):
            if found := _of_many(groups[n:last]):
                yield Trait(found[0], starts[n], starts[last], "-".join(groups[n:last]), found[1])
    zeros = len(groups[-1]) - len(groups[-1].rstrip("0")) if groups else 0
    if zeros >= 2:
        yield Trait("round", starts[-1] - zeros, starts[-1], "0" * zeros, zeros - 1)


def _of_one(group: str) -> Iterator[tuple[TraitKind, int]]:
    if len(group) >= 3 and len(set(group)) == 1:
        yield "same", len(group) - 1
    elif len(group) == 4 and group[:2] == group[2:]:
        yield "repeat", 2
    elif len(group) == 4 and group == group[::-1]:
        yield "mirror", 2
    elif len(group) >= 3 and _step(group) in (1, -1):
        yield "run", len(group) - 2


def _of_many(groups: Sequence[str]) -> tuple[TraitKind, int] | None:
    size = len(groups[0])
    if size < 2 or any(len(group) != size for group in groups):
        return None
    if len(set(groups)) == 1:
        return "repeat", size * (len(groups) - 1)
    if len(groups) == 2:
        if groups[0] == groups[1][::-1]:
            return "mirror", size
        return ("pairs", 2) if size == 2 and all(group[0] == group[1] for group in groups) else None
    steps = {int(right) - int(left) for left, right in pairwise(groups)}
    return ("steps", size * (len(groups) - 2)) if len(steps) == 1 else None


def _of_rows(groups: Sequence[str]) -> Iterator[Trait]:
    """Find long rows of the same digit, or of digits in order, whatever groups part them."""
    digits = "".join(groups)
    for start in range(len(digits)):
        for end in range(start + ACROSS, len(digits) + 1):
            step = _step(digits[start:end])
            if step == 0:
                yield Trait("same", start, end, _shown(groups, start, end), end - start - 1)
            elif step is not None:
                yield Trait("run", start, end, _shown(groups, start, end), end - start - 2)


def _step(digits: str) -> int | None:
    """Return by how much the digits rise: 0, 1 or -1 throughout (after 9 comes 0), else None."""
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(digits)}
    return {0: 0, 1: 1, 9: -1}.get(steps.pop()) if len(steps) == 1 else None


def _shown(groups: Sequence[str], start: int, end: int) -> str:
    parts, at = [], 0
    for group in groups:
        parts.append(group[max(0, start - at) : max(0, end - at)])
        at += len(group)
    return "-".join(part for part in parts if part)


def _saves(traits: tuple[Trait, ...]) -> int:
    return sum(trait.saves for trait in traits)


def _meet(one: Trait, other: Trait) -> bool:
    return one.start < other.end and other.start < one.end
