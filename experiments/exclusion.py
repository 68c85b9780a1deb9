"""Experiments that never share a visitor: groups with room planned ahead.

A group is a line from 0 to 1 on which every visitor has a place of their own; each experiment takes a piece of it.
The place is GrowthBook's namespace hash, ``fnv32a(unit + "__" + name) % 1000 / 1000``, so its groups keep their
visitors. Pieces that touch but do not overlap exclude each other; what no experiment holds is room for the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.assignment import Range, fnv32a

_SLOTS = 1000


@dataclass(frozen=True)
class Place:
    """The piece of a group that one experiment holds.

    Parameters
    ----------
    group : str
        Name of the group.
    start, end : float
        From 0 to 1, in thousandths; ``start`` is in the piece, ``end`` is not.

    Raises
    ------
    ValueError
        When the piece is empty or leaves the line.
    """

    group: str
    start: float
    end: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= 1:
            raise ValueError(f"expected 0 <= start < end <= 1, got {self.start} and {self.end}")

    def holds(self, unit: str) -> bool:
        """Whether a visitor lives in the piece.

        Examples
        --------
        >>> Place("buttons", 0.0, 0.5).holds("visitor-1"), Place("buttons", 0.5, 1.0).holds("visitor-1")
        (False, True)
        """
        return self.start <= spot(self.group, unit) < self.end


def spot(group: str, unit: str) -> float:
    """A visitor's place in a group, in thousandths.

    Examples
    --------
    >>> spot("buttons", "visitor-1")
    0.798
    """
    return fnv32a(unit + "__" + group) % _SLOTS / _SLOTS


def free(places: Sequence[Place]) -> list[Range]:
    """Room that no experiment of a group holds.

    Raises
    ------
    ValueError
        When the places are of several groups or overlap.

    Examples
    --------
    >>> free([Place("buttons", 0.0, 0.25), Place("buttons", 0.5, 0.75)])
    [(0.25, 0.5), (0.75, 1.0)]
    """
    if len({place.group for place in places}) > 1:
        raise ValueError("expected places of one group")
    room, at = [], 0.0
    for place in sorted(places, key=lambda each: each.start):
        if place.start < at:
            raise ValueError(f"two experiments of {place.group!r} share visitors from {place.start:g} on")
        if place.start > at:
            room.append((at, place.start))
        at = place.end
    return [*room, (at, 1.0)] if at < 1 else room


def book(group: str, size: float, places: Sequence[Place] = ()) -> Place:
    """Take a piece of a group for another experiment: the smallest gap that it fits into, from its start.

    Nobody who is in a running experiment moves. A group that shall hold more experiments later needs room from the
    start: book what an experiment needs, not all there is.

    Parameters
    ----------
    group : str
    size : float
        Part of all visitors, rounded to thousandths.
    places : sequence of Place
        What is held already.

    Returns
    -------
    Place

    Raises
    ------
    ValueError
        When there is no gap of that size; the message says how large the largest is.

    Examples
    --------
    >>> first = book("buttons", 0.4)
    >>> book("buttons", 0.3, [first])
    Place(group='buttons', start=0.4, end=0.7)
    """
    if not 0 < round(size * _SLOTS) <= _SLOTS:
        raise ValueError(f"expected a part of the visitors between .001 and 1, got {size}")
    gaps = [(round(low * _SLOTS), round(high * _SLOTS)) for low, high in free([p for p in places if p.group == group])]
    fitting = [(high - low, low) for low, high in gaps if high - low >= round(size * _SLOTS)]
    if not fitting:
        most = max((high - low for low, high in gaps), default=0) / _SLOTS
        raise ValueError(f"no room for {size:.1%} in {group!r}: the largest gap is {most:.1%}")
    start = min(fitting)[1]
    return Place(group, start / _SLOTS, (start + round(size * _SLOTS)) / _SLOTS)
