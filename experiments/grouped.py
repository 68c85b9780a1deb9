"""Counts by group of visitors, by combination of factors, and of guardrails, from the same delimited text."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from experiments.factorial import Cell
from experiments.model import Counts, Variant
from experiments.table import KNOWN, Table, TableError, columns_of, read, row_of

# Columns that are groups of visitors when nothing else is said.
USUAL = ("device", "browser", "country", "language", "hour", "weekday", "source", "visit", "stratum", "segment")

HOURS = 6  # in a band

Groups = dict[str, dict[str, Counts]]


@dataclass(frozen=True)
class Grouped:
    """A table; and for every experiment its groups by dimension at every look, its guardrails and further metrics by
    look."""

    table: Table
    groups: dict[str, list[Groups]]
    guardrails: dict[str, list[list[Counts]]]
    metrics: dict[str, list[list[Counts]]]


@dataclass(frozen=True)
class Columns:
    """What a table's columns are for.

    Parameters
    ----------
    strata : sequence of str, optional
        Names of columns that are groups; those of `USUAL` that are there when left out.
    guardrails, metrics : sequence of str
        Columns that count other conversions of the same visitors: to protect, and to decide by as well.
    mapping, control, repeated, metric
        As in `experiments.table.read`.
    """

    strata: Sequence[str] | None = None
    guardrails: Sequence[str] = ()
    metrics: Sequence[str] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)
    control: str = ""
    repeated: str = "auto"
    metric: str = ""


def read_grouped(lines: Sequence[str], wanted: Columns | None = None) -> Grouped:
    """Read a table whose rows may be split by columns such as device or weekday, as `experiments.table.read` does.

    A variant then has one row for each combination of groups (and look); the rows are added up. With a column
    ``at`` every combination needs a row at every look. Hours (0 to 23) are put into bands of six.

    Parameters
    ----------
    lines : sequence of str
        With a header.
    wanted : Columns, optional

    Returns
    -------
    Grouped

    Raises
    ------
    TableError
        When a column is missing, a cell is wrong or a row occurs twice.

    Examples
    --------
    >>> text = ["experiment,variant,device,exposed,converted", "cta,A,phone,100,3", "cta,A,pc,50,4",
    ...         "cta,B,phone,90,5", "cta,B,pc,60,4"]
    >>> found = read_grouped(text)
    >>> found.table.experiments["cta"].variants[0].exposed, list(found.groups["cta"][0]["device"])
    (150, ['phone', 'pc'])
    """
    wanted = wanted or Columns()
    mapping, repeated = wanted.mapping, wanted.repeated
    rows = list(csv.reader(lines))
    titles = [title.strip().lstrip("\ufeff") for title in rows[0]] if rows else []
    names = [name for name in USUAL if name in titles] if wanted.strata is None else list(wanted.strata)
    names = [name for name in names if name not in mapping.values()]
    _demand([*names, *wanted.guardrails, *wanted.metrics], titles)
    if names and repeated == "auto":
        repeated = "sum"
        _refuse_twins(lines, names, titles, mapping)
    table = read(lines, mapping, wanted.control, repeated, wanted.metric)
    groups = _by_group(lines, names, titles, mapping, table) if names else {}
    extra: list[dict[str, list[list[Counts]]]] = []
    for columns in (wanted.guardrails, wanted.metrics):
        extra.append({name: [] for name in table.looks})
        for column in columns:
            own = read(lines, {**mapping, "converted": column}, wanted.control, repeated, column)
            for experiment, looks in own.looks.items():
                extra[-1][experiment].append(looks)
    return Grouped(table, groups, *extra)


def _demand(names: Sequence[str], titles: Sequence[str]) -> None:
    for name in names:
        if name not in titles:
            raise TableError(f"line 1: expected a column {name!r}, found the header {','.join(titles)!r}")


def _refuse_twins(
    lines: Sequence[str], names: Sequence[str], titles: Sequence[str], mapping: Mapping[str, str]
) -> None:
    columns, places = columns_of(titles, mapping)
    keys = [places[role] for role in ("experiment", "variant", "at") if role in places]
    keys += [titles.index(name) for name in names]
    seen: set[tuple[str, ...]] = set()
    reader = csv.reader(lines)
    next(reader)
    for cells in reader:
        key = tuple(cells[place].strip() for place in keys if place < len(cells))
        if cells and key in seen:
            raise TableError(
                f"line {reader.line_num}, column {columns['variant']!r}: expected one row for each variant and group, "
                f"found {', '.join(key)} again (name the columns that tell them apart with --strata)"
            )
        seen.add(key)


def _by_group(
    lines: Sequence[str], names: Sequence[str], titles: Sequence[str], mapping: Mapping[str, str], table: Table
) -> dict[str, list[Groups]]:
    """Counts at every look in every group of every dimension, with the variants of the whole experiment."""
    columns, places = columns_of(titles, mapping)
    where = [titles.index(name) for name in names]
    numbers = {name: {time: number for number, time in enumerate(times)} for name, times in table.times.items()}
    found: dict[str, list[Groups]] = {
        name: [{each: {} for each in names} for _ in looks] for name, looks in table.looks.items()
    }
    reader = csv.reader(lines)
    next(reader)
    for cells in reader:
        if not cells:
            continue
        row = row_of(cells, reader.line_num, columns, places)
        look = numbers[row.experiment][row.at]
        nobody = tuple(replace(each, exposed=0, converted=0) for each in table.looks[row.experiment][look].variants)
        for name, place in zip(names, where, strict=True):
            groups, value = found[row.experiment][look][name], banded(name, cells[place].strip())
            counts = groups.get(value) or replace(table.looks[row.experiment][look], variants=nobody)
            variants = tuple(_more(each, row.variant, row.exposed, row.converted) for each in counts.variants)
            groups[value] = replace(counts, variants=variants)
    return found


def banded(name: str, value: str) -> str:
    """The group that a value belongs to: hours in bands of six, anything else as it is.

    Examples
    --------
    >>> banded("hour", "7"), banded("hour", "evening"), banded("weekday", "7")
    ('06-11', 'evening', '7')
    """
    if name != "hour" or not (value.isascii() and value.isdigit() and int(value) < 24):
        return value
    first = int(value) // HOURS * HOURS
    return f"{first:02}-{first + HOURS - 1:02}"


def _more(each: Variant, name: str, exposed: int, converted: int) -> Variant:
    if each.name != name:
        return each
    return replace(each, exposed=each.exposed + exposed, converted=each.converted + converted)


def read_cells(lines: Sequence[str], factors: Sequence[str], mapping: Mapping[str, str]) -> dict[str, list[Cell]]:
    """Combinations of factors, by experiment; one row each, the factors' levels in columns of their names.

    Raises
    ------
    TableError
        When a column is missing or a cell is wrong.

    Examples
    --------
    >>> read_cells(["experiment,text,place,exposed,converted", "e,old,left,10,1"], ["text", "place"], {})
    {'e': [Cell(levels=('old', 'left'), exposed=10, converted=1, share=1.0)]}
    """
    titles = [title.strip().lstrip("\ufeff") for title in next(csv.reader(lines), [])]
    _demand(factors, titles)
    if "experiment" not in mapping and not any(name in titles for name in KNOWN["experiment"]):
        lines = [f"{line.rstrip()},{'experiment' if not n else 'all'}" for n, line in enumerate(lines) if line.strip()]
        titles = [*titles, "experiment"]
    columns, places = columns_of(titles, {**mapping, "variant": factors[0]})
    reader = csv.reader(lines)
    next(reader)
    found: dict[str, list[Cell]] = {}
    for cells in reader:
        if cells:
            row = row_of(cells, reader.line_num, columns, places)
            levels = tuple(cells[titles.index(name)].strip() for name in factors)
            found.setdefault(row.experiment, []).append(Cell(levels, row.exposed, row.converted, row.share))
    if not found:
        raise TableError("line 2: expected at least one row of counts under the header")
    return found
