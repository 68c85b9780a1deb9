"""Rows of counts from delimited text; what is wrong is named by line and column."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from experiments.model import Counts, Variant

# Names under which a column is found when no mapping is given, in order of preference.
KNOWN: dict[str, tuple[str, ...]] = {
    "experiment": ("experiment", "test_id", "experiment_id", "test"),
    "variant": ("variant", "variation", "arm", "group", "headline"),
    "exposed": ("exposed", "exposures", "impressions", "visitors", "users"),
    "converted": ("converted", "conversions", "clicks"),
    "share": ("share",),
    "at": ("at",),
}
REQUIRED = ("experiment", "variant", "exposed", "converted")


class TableError(ValueError):
    """The text is not a table of counts; the message says where and what was expected."""


@dataclass(frozen=True)
class Table:
    """Cumulative counts of every experiment, look by look, and when the looks were; and how many variants shared a
    name."""

    looks: dict[str, list[Counts]]
    renamed: int
    times: dict[str, list[str]] = field(default_factory=dict)

    @property
    def experiments(self) -> dict[str, Counts]:
        """Counts at the last look."""
        return {name: looks[-1] for name, looks in self.looks.items()}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    line: int
    experiment: str
    variant: str
    exposed: int
    converted: int
    share: float
    at: str = ""


def read(
    lines: Iterable[str],
    mapping: Mapping[str, str] | None = None,
    control: str = "",
    repeated: str = "auto",
    metric: str = "",
) -> Table:
    """Read experiments from lines of comma separated text.

    With a column ``at`` the counts are cumulative, one line for each variant and look; looks are in the order of
    ``at``, as numbers or as text (ISO dates), and a variant without a line at a look has what it had before.

    Parameters
    ----------
    lines : iterable of str
        With a header. Needed: experiment, variant, exposed, converted; optional: share (planned traffic), at.
    mapping : mapping of str to str, optional
        Names of columns in this table, where they differ: ``{"exposed": "impressions"}``.
    control : str
        Name of the control where an experiment has it; otherwise its first variant.
    repeated : {"auto", "refuse", "number", "sum"}
        What to do when a variant occurs twice in an experiment. ``auto`` numbers variants that are named by a
        text of theirs (a headline shown with two images) and refuses repeated identifiers.
    metric : str
        What is counted; ``click`` when the column is called clicks, otherwise ``conversion``.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        When a column is missing or a cell is not what it should be.

    Examples
    --------
    >>> table = read(["experiment,variant,exposed,converted", "cta,A,100,3", "cta,B,100,5"])
    >>> [variant.converted for variant in table.experiments["cta"].variants]
    [3, 5]
    """
    reader = csv.reader(lines)
    try:
        columns, places = columns_of(next(reader, []), mapping or {})
        rows = [row_of(cells, reader.line_num, columns, places) for cells in reader if cells]
    except csv.Error as problem:
        raise TableError(f"line {reader.line_num}: not comma separated text: {problem}") from problem
    if not rows:
        raise TableError("line 2: expected at least one row of counts under the header")
    if repeated == "auto":
        repeated = "number" if columns["variant"] == "headline" else "refuse"
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.experiment, []).append(row)
    metric = metric or ("click" if columns["converted"] == "clicks" else "conversion")
    looks, renamed = {}, 0
    for name, members in grouped.items():
        histories, changed = _histories(members, repeated, columns)
        renamed += changed
        found = control if any(each.name == control for each in histories[0]) else ""
        looks[name] = [Counts(variants, metric, found) for variants in histories]
    if control and not any(each.name == control for found in looks.values() for each in found[-1].variants):
        raise TableError(
            f"column {columns['variant']!r}: expected the control {control!r} in some experiment, found none"
        )
    times = {name: in_order({row.at for row in members}) for name, members in grouped.items()}
    return Table(looks, renamed, times)


def columns_of(header: Sequence[str], mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, int]]:
    """Titles of the columns by role, and their places."""
    titles = [title.strip().lstrip("\ufeff") for title in header]
    for role, title in mapping.items():
        if role not in KNOWN or title not in titles:
            wanted = f"a column {title!r}" if role in KNOWN else f"one of {', '.join(KNOWN)} to map"
            raise TableError(f"line 1: expected {wanted}, found {role!r} and the header {','.join(titles)!r}")
    columns = {
        role: mapping.get(role) or next((name for name in names if name in titles), "") for role, names in KNOWN.items()
    }
    missing = [role for role in REQUIRED if not columns[role]]
    if missing:
        raise TableError(
            f"line 1: expected a column {missing[0]!r} (or --map {missing[0]}=NAME), "
            f"found the header {','.join(titles)!r}"
        )
    return columns, {role: titles.index(title) for role, title in columns.items() if title}


def row_of(cells: Sequence[str], line: int, columns: Mapping[str, str], places: Mapping[str, int]) -> Row:
    """Read one line, or say what is wrong with it."""
    if len(cells) <= max(places.values()):
        raise TableError(f"line {line}: expected at least {max(places.values()) + 1} cells, found {len(cells)}")
    exposed = _whole(cells[places["exposed"]], line, columns["exposed"])
    converted = _whole(cells[places["converted"]], line, columns["converted"])
    if converted > exposed:
        raise TableError(
            f"line {line}, column {columns['converted']!r}: expected at most the {exposed} exposed, found {converted}"
        )
    share = _share(cells[places["share"]], line, columns["share"]) if "share" in places else 1.0
    names = [cells[places[role]].strip() for role in ("experiment", "variant")]
    for role, name in zip(("experiment", "variant"), names, strict=True):
        if not name:
            raise TableError(f"line {line}, column {columns[role]!r}: expected a name, found nothing")
    at = cells[places["at"]].strip() if "at" in places else ""
    return Row(line, names[0], names[1], exposed, converted, share, at)


def _whole(text: str, line: int, column: str) -> int:
    cleaned = text.strip()
    if not cleaned.isascii() or not cleaned.isdigit() or len(cleaned) > 15:
        raise TableError(f"line {line}, column {column!r}: expected a whole number from 0, found {text!r}")
    return int(cleaned)


def _share(text: str, line: int, column: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share < float("inf"):
        raise TableError(f"line {line}, column {column!r}: expected a number above 0, found {text!r}")
    return share


def _histories(rows: Sequence[Row], repeated: str, columns: Mapping[str, str]) -> tuple[list[tuple[Variant, ...]], int]:
    """Variants of one experiment at every look, and how many had to be numbered."""
    times = in_order({row.at for row in rows})
    first: dict[str, Variant] = {}
    for row in rows:
        first.setdefault(row.variant, Variant(row.variant, 0, 0, row.share))
    state, histories, renamed = first if len(times) > 1 else {}, [], 0
    for time in times:
        found, changed = _variants([row for row in rows if row.at == time], repeated, columns["variant"])
        for name, (line, variant) in found.items():
            before = state.get(name, variant)
            if variant.exposed < before.exposed or variant.converted < before.converted:
                raise TableError(
                    f"line {line}, column {columns['exposed']!r}: expected counts that grow from look to look, found "
                    f"{variant.converted} of {variant.exposed} after {before.converted} of {before.exposed}"
                )
        state = {**state, **{name: variant for name, (_, variant) in found.items()}}
        renamed += changed
        histories.append(tuple(state.values()))
    if len(state) < 2:
        raise TableError(
            f"line {rows[-1].line}, column {columns['variant']!r}: expected at least two variants in experiment "
            f"{rows[0].experiment!r}, found {len(state)}"
        )
    return histories, renamed


def in_order(times: set[str]) -> list[str]:
    """Looks in order: as numbers when all are numbers, otherwise as text."""
    try:
        return sorted(times, key=float)
    except ValueError:
        return sorted(times)


def _variants(rows: Sequence[Row], repeated: str, column: str) -> tuple[dict[str, tuple[int, Variant]], int]:
    """Lines and variants of one look, and how many had to be numbered."""
    found: dict[str, tuple[int, Variant]] = {}
    renamed = 0
    for row in rows:
        name, exposed, converted = row.variant, row.exposed, row.converted
        if name in found and repeated == "refuse":
            raise TableError(
                f"line {row.line}, column {column!r}: expected each variant once per experiment, found {name!r} "
                "again (--repeated sum adds them up, --repeated number keeps them apart)"
            )
        if name in found and repeated == "sum":
            exposed, converted = exposed + found[name][1].exposed, converted + found[name][1].converted
        elif name in found:
            renamed += 1
            name = next(new for k in range(2, len(rows) + 2) if (new := f"{name} ({k})") not in found)
        found[name] = row.line, Variant(name, exposed, converted, row.share)
    return found, renamed
