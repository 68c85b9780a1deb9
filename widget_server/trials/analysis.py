"""The one door to the statistics (the top-level package ``experiments``).

What computes is imported when it is first asked: scipy would take as long as all the rest of a start.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from experiments.model import Counts as Figures
from experiments.model import Note, Plan, Report
from experiments.model import Variant as Arm
from widget_server.trials import crossed
from widget_server.trials.model import Experiment

if TYPE_CHECKING:
    from experiments.segments import Segment

ALPHA = 0.05
Cells = Mapping[str, tuple[int, int]]  # variant → exposed, converted
NAMES = {"conversation": "chat"}  # what ``experiments`` calls our metrics, where it differs


def letter(variant_key: str) -> str:
    """Return how a variant is called in every sentence: its capital letter."""
    return variant_key.upper()


def read_figures(
    experiment: Experiment,
    metric: str,
    exposed: Mapping[str, int],
    converted: Mapping[str, int],
    final: bool,
    days_left: int,
) -> Report:
    """Analyse one metric of an experiment with a fixed horizon: before its end no figure can name a winner."""
    from experiments.analysis import analyse

    cells = {v.key: (exposed.get(v.key, 0), converted.get(v.key, 0)) for v in experiment.variants}
    return analyse(_figures(experiment, metric, cells), _plan(experiment, final, days_left))


def read_effects(
    experiment: Experiment, exposed: Mapping[str, int], converted: Mapping[str, int], final: bool, days_left: int
) -> tuple[Mapping[str, Report], float | None]:
    """Return what each change of a crossed test does, and the p-value for one depending on the other; else nothing."""
    from experiments.factorial import Cell, interactions, main_effects

    cells = [
        Cell(level, exposed.get(key, 0), converted.get(key, 0))
        for key, level in crossed.levels(experiment.draft).items()
    ]
    if not cells or not sum(cell.exposed for cell in cells):
        return {}, None
    levers, metric = experiment.draft.levers, experiment.draft.metric
    reports = main_effects(levers, cells, _plan(experiment, final, days_left), NAMES.get(metric, metric))
    enough = all(0 < cell.converted < cell.exposed for cell in cells)
    return reports, interactions(levers, cells)[0].p_value if enough and final else None


def read_metrics(experiment: Experiment, metrics: Mapping[str, Cells], final: bool) -> list[Report]:
    """Analyse several metrics, corrected for all of them together."""
    if not metrics:
        return []
    from experiments.analysis import analyse_metrics

    figures = [_figures(experiment, metric, cells) for metric, cells in metrics.items()]
    return analyse_metrics(figures, _plan(experiment, final))


def read_looks(experiment: Experiment, looks: Sequence[Cells]) -> list[Report]:
    """Analyse what was known day by day; the intervals hold at all looks together."""
    from experiments.analysis import analyse_all

    figures = [_figures(experiment, experiment.draft.metric, cells) for cells in looks]
    return analyse_all(figures, _plan(experiment, final=False))


def read_segments(
    experiment: Experiment, dimensions: Mapping[str, Mapping[str, Cells]], final: bool
) -> "list[Segment]":
    """Compare inside groups, corrected for asking about so many."""
    from experiments.segments import by_segment

    metric = experiment.draft.metric
    figures = {
        name: {key: _figures(experiment, metric, cells) for key, cells in groups.items()}
        for name, groups in dimensions.items()
    }
    return by_segment(figures, _plan(experiment, final))


def segment_warnings(segments: "Sequence[Segment]") -> list[Note]:
    from experiments.segments import segment_notes

    return segment_notes(segments, ALPHA)


def _figures(experiment: Experiment, metric: str, cells: Cells) -> Figures:
    arms = tuple(Arm(letter(v.key), *cells.get(v.key, (0, 0)), v.weight) for v in experiment.variants)
    return Figures(arms, NAMES.get(metric, metric))


def _plan(experiment: Experiment, final: bool, days_left: int | None = None) -> Plan:
    lift = experiment.draft.hoped_lift
    return Plan(kind="fixed", alpha=ALPHA, hoped_lift=lift, final=final, days_left=days_left)


def visitors_per_variant(baseline: float, lift: float, comparisons: int) -> int | None:
    """Return how many people each variant must be shown to; None where the hoped rate is no rate.

    >>> visitors_per_variant(0.02, 0.2, 1)
    21109
    """
    from experiments import planning

    try:
        return int(planning.visitors_per_arm(baseline, lift, ALPHA / comparisons))
    except ValueError:
        return None


def smallest_lift(baseline: float, per_variant: float, comparisons: int) -> float | None:
    """Return the smallest lift that so many people per variant can show; None if even a tenfold rate cannot be seen."""
    from experiments import planning

    return planning.smallest_lift(baseline, per_variant, ALPHA / comparisons)


def rate_interval(hits: int, of: int) -> tuple[float, float]:
    """Return where the true part lies of which ``hits`` of ``of`` were seen; for rooms that keep no statistics.

    >>> low, high = rate_interval(24, 4800)
    >>> f"{low:.5f} {high:.5f}", rate_interval(0, 0)
    ('0.00336 0.00743', (0.0, 1.0))
    """
    from experiments.rates import wilson

    low, high = wilson(hits, of, ALPHA)
    return float(low), float(high)
