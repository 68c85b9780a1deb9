"""From single exposures to counts: bots out, each visitor once, those who saw two variants found."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from experiments.model import Counts, Variant
from experiments.table import TableError

_TRUE = frozenset({"1", "true", "yes", "t"})


@dataclass
class Tally:
    """What one experiment's exposures add up to.

    Attributes
    ----------
    first : dict of str to str
        The variant that each visitor saw first.
    crossed : set of str
        Visitors who saw another one, too. They stay with their first variant.
    bots, rows : int
        Exposures that were flagged as a robot's, and all exposures; both counts are kept.
    groups : dict
        For every dimension: group of each visitor, as at the first exposure.
    """

    first: dict[str, str] = field(default_factory=dict)
    crossed: set[str] = field(default_factory=set)
    bots: int = 0
    rows: int = 0
    groups: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, unit: str, variant: str, values: Mapping[str, str]) -> None:
        """Count one exposure of a visitor who is no bot."""
        seen = self.first.setdefault(unit, variant)
        if seen != variant:
            self.crossed.add(unit)
        for name, value in values.items():
            self.groups.setdefault(name, {}).setdefault(unit, value)

    def counts(self, shares: Mapping[str, float] | None = None) -> Counts:
        """Visitors per variant, with planned shares by name."""
        names = sorted({*self.first.values(), *(shares or {})})
        seen = dict.fromkeys(names, 0)
        for variant in self.first.values():
            seen[variant] += 1
        return Counts(tuple(Variant(name, seen[name], 0, (shares or {}).get(name, 1.0)) for name in names), "visitor")

    def by_group(self, shares: Mapping[str, float] | None = None) -> dict[str, dict[str, Counts]]:
        """Visitors per variant in the groups of every dimension."""
        found: dict[str, dict[str, Counts]] = {}
        names = sorted({*self.first.values(), *(shares or {})})
        for dimension, groups in self.groups.items():
            seen: dict[str, dict[str, int]] = {}
            for unit, value in groups.items():
                inside = seen.setdefault(value, dict.fromkeys(names, 0))
                inside[self.first[unit]] += 1
            found[dimension] = {
                value: Counts(tuple(Variant(name, n, 0, (shares or {}).get(name, 1.0)) for name, n in inside.items()))
                for value, inside in seen.items()
            }
        return found


def tally(lines: Iterable[str], dimensions: Sequence[str] | None = None) -> dict[str, Tally]:
    """Add up exposures from delimited text: ``experiment,unit,variant[,bot][,dimension...]``.

    Parameters
    ----------
    lines : iterable of str
        With a header; in the order of time.
    dimensions : sequence of str, optional
        Columns that describe visitors; all others than the named four when left out.

    Returns
    -------
    dict of str to Tally

    Raises
    ------
    TableError
        When a column or a cell is missing.

    Examples
    --------
    >>> text = ["experiment,unit,variant,bot,browser", "cta,u1,A,0,Firefox", "cta,u1,B,0,Firefox", "cta,u2,B,1,Chrome"]
    >>> found = tally(text)["cta"]
    >>> found.first, found.crossed, found.bots, found.rows
    ({'u1': 'A'}, {'u1'}, 1, 3)
    """
    reader = csv.reader(lines)
    titles = [title.strip().lstrip("\ufeff") for title in next(reader, [])]
    for name in ("experiment", "unit", "variant", *(dimensions or ())):
        if name not in titles:
            raise TableError(f"line 1: expected a column {name!r}, found the header {','.join(titles)!r}")
    named = ("experiment", "unit", "variant", "bot")
    wanted = [title for title in titles if title not in named] if dimensions is None else list(dimensions)
    found: dict[str, Tally] = {}
    for cells in reader:
        if not cells:
            continue
        row = dict(zip(titles, (cell.strip() for cell in cells), strict=False))
        empty = [name for name in ("experiment", "unit", "variant") if not row.get(name)]
        if empty or len(cells) < len(titles):
            column = empty[0] if empty else titles[len(cells)]
            raise TableError(f"line {reader.line_num}, column {column!r}: expected a name, found nothing")
        own = found.setdefault(row["experiment"], Tally())
        own.rows += 1
        if row.get("bot", "").lower() in _TRUE:
            own.bots += 1
        else:
            own.add(row["unit"], row["variant"], {name: row[name] for name in wanted})
    return found
