"""What lies behind a verdict: day by day, metric by metric, group by group. All figures are the engine's."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from experiments.model import Comparison, Note
from widget_server.trials import analysis
from widget_server.trials.analysis import Cells
from widget_server.trials.evidence import Counts
from widget_server.trials.model import METRICS, Experiment
from widget_server.trials.people import DIMENSIONS, Person

if TYPE_CHECKING:
    from experiments.segments import Part, Segment

REST = "rest"
MOST_GROUPS = 8
FEWEST = 50  # people in a group by itself
MOST_LOOKS = 28
CLICKS = ("tap", "open")
DEEDS = ("answered_call", "order")


@dataclass(frozen=True)
class Look:
    """What was known at the end of a day; ``at`` is that moment."""

    at: datetime
    cells: Cells
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Measured:
    """One metric, corrected together with all others."""

    metric: str
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class Group:
    """``parts``: each variant against the first; none where a variant was shown to nobody of the group."""

    key: str
    cells: Cells
    parts: "tuple[tuple[str, Part], ...]"


@dataclass(frozen=True)
class Disagreement:
    """``surely``: this metric rose or fell for certain while ``other``, nearer to money, does not show it."""

    variant: str
    surely: Measured
    other: Measured


@dataclass(frozen=True)
class Detail:
    looks: tuple[Look, ...]
    metrics: tuple[Measured, ...]
    groups: Mapping[str, tuple[Group, ...]]
    notes: tuple[Note, ...]
    disagreements: tuple[Disagreement, ...]


def make_detail(
    experiment: Experiment, counts: Counts, people: Sequence[Person], until: datetime, zone: ZoneInfo, *, final: bool
) -> Detail:
    """Look behind a report whose ``counts`` and ``people`` end at ``until``."""
    metrics = _metrics(experiment, counts, final)
    cut = {name: _cut(experiment, name, people, zone) for name in DIMENSIONS}
    comparable = {name: known for name, groups in cut.items() if len(known := _comparable(experiment, groups)) > 1}
    segments = analysis.read_segments(experiment, comparable, final)
    return Detail(
        looks=_looks(experiment, people, until, zone),
        metrics=metrics,
        groups={name: _groups(name, groups, segments) for name, groups in cut.items() if len(groups) > 1},
        notes=tuple(analysis.segment_warnings(segments)),
        disagreements=tuple(_disagreements(metrics)),
    )


def _metrics(experiment: Experiment, counts: Counts, final: bool) -> tuple[Measured, ...]:
    """Read what the experiment is decided by, then every metric that anybody did, from money to clicks."""
    did = [name for name in METRICS if any(counts.of(name, variant.key) for variant in experiment.variants)]
    cells = {
        name: {v.key: (counts.exposed.get(v.key, 0), counts.of(name, v.key)) for v in experiment.variants}
        for name in did
    }
    reports = analysis.read_metrics(experiment, cells, final)
    return tuple(Measured(name, report.comparisons) for name, report in zip(did, reports, strict=True))


def _cut(experiment: Experiment, dimension: str, people: Iterable[Person], zone: ZoneInfo) -> dict[str, Cells]:
    """Return group → cells: the largest ones, small ones thrown together."""
    exposed: Counter[tuple[str, str]] = Counter()
    converted: Counter[tuple[str, str]] = Counter()
    for person in people:
        if person.at is not None:
            cell = (person.groups(zone)[dimension], person.variant)
            exposed[cell] += 1
            converted[cell] += person.acted_at is not None
    sizes: Counter[str] = Counter()
    for (group, _), n in exposed.items():
        sizes[group] += n
    own = {group for group, n in sizes.most_common(MOST_GROUPS) if n >= FEWEST}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for (group, variant), n in exposed.items():
        cells = found.setdefault(group if group in own else REST, {v.key: (0, 0) for v in experiment.variants})
        seen, did = cells[variant]
        cells[variant] = (seen + n, did + converted[group, variant])
    return {group: found[group] for group in sorted(found, key=lambda group: _order(group, sizes))}


def _order(group: str, sizes: Mapping[str, int]) -> tuple[bool, int, str]:
    """Numbers (hours, weekdays) as they follow each other, names by size, the rest last."""
    return (group == REST, int(group) if group.isdigit() else -sizes[group], group)


def _comparable(experiment: Experiment, groups: Mapping[str, Cells]) -> dict[str, Cells]:
    return {
        key: cells for key, cells in groups.items() if all(cells[variant.key][0] for variant in experiment.variants)
    }


def _groups(dimension: str, groups: Mapping[str, Cells], segments: "Sequence[Segment]") -> tuple[Group, ...]:
    own = [segment for segment in segments if segment.dimension == dimension]
    return tuple(
        Group(
            key,
            cells,
            tuple((one.inside.variant, part) for one in own for part in one.parts if part.value == key),
        )
        for key, cells in groups.items()
    )


def _looks(experiment: Experiment, people: Sequence[Person], until: datetime, zone: ZoneInfo) -> tuple[Look, ...]:
    """Read what was known at the end of every day (of every second, third ... of a long test)."""
    if experiment.started_at is None:
        return ()
    ends = _day_ends(experiment.started_at, until, zone)
    step = -(-len(ends) // MOST_LOOKS)
    kept = ends[::-1][::step][::-1]
    cells = _cells_at(experiment, people, kept)
    known = [n for n, one in enumerate(cells) if all(seen for seen, _ in one.values())]
    reports = analysis.read_looks(experiment, [cells[n] for n in known])
    return tuple(Look(kept[n], cells[n], report.comparisons) for n, report in zip(known, reports, strict=True))


def _cells_at(experiment: Experiment, people: Sequence[Person], ends: Sequence[datetime]) -> list[Cells]:
    """Count who had seen and who had converted before each moment."""
    seen: dict[str, list[datetime]] = {variant.key: [] for variant in experiment.variants}
    acted: dict[str, list[datetime]] = {variant.key: [] for variant in experiment.variants}
    for person in people:
        if person.at is not None:
            seen[person.variant].append(person.at)
        if person.acted_at is not None:
            acted[person.variant].append(person.acted_at)
    for moments in (*seen.values(), *acted.values()):
        moments.sort()
    return [
        {key: (n := bisect_left(seen[key], end), min(bisect_left(acted[key], end), n)) for key in seen} for end in ends
    ]


def _day_ends(start: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return each midnight of the site's clock between, and the end itself."""
    day, ends = start.astimezone(zone).date() + timedelta(days=1), []
    while (end := datetime.combine(day, time(), zone).astimezone(until.tzinfo)) < until:
        ends.append(end)
        day += timedelta(days=1)
    return [*ends, until]


def _disagreements(metrics: Sequence[Measured]) -> Iterable[Disagreement]:
    """Find clicks that surely changed while calls or orders do not show the same."""
    by_name = {measured.metric: measured for measured in metrics}
    for click in (by_name[name] for name in CLICKS if name in by_name):
        for deed in (by_name[name] for name in DEEDS if name in by_name):
            for one, other in zip(click.comparisons, deed.comparisons, strict=True):
                if _sign(one) and _sign(one) != _sign(other):
                    yield Disagreement(one.variant, click, deed)


def _sign(comparison: Comparison) -> int:
    """Tell which way a metric changed for certain, 0 where it is not known."""
    low, high = comparison.decisive_interval
    return 1 if low > 0 else -1 if high is not None and high < 0 else 0
