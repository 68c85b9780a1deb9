"""What is known of an experiment at one look: counts, intervals, one verdict that never flips."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from experiments.model import Comparison, Report
from widget_server.trials import analysis
from widget_server.trials.evidence import Counts
from widget_server.trials.model import METRICS, Experiment, Phase, Variant


@dataclass(frozen=True)
class VariantLine:
    """One row of the report. ``others``: people by the other metrics. ``against`` is None for the first variant.

    ``by_number``: how many of the converted are known by the number that they dialled only.
    """

    letter: str
    variant: Variant
    exposed: int
    converted: int
    rate: float | None
    rate_interval: tuple[float, float]
    against: Comparison | None
    others: Mapping[str, int]
    by_number: int = 0


@dataclass(frozen=True)
class TrialReport:
    """``verdict`` is a word of ``experiments``, or ``draft``, ``waiting`` (nobody exposed yet), ``stopped``.

    ``effects``: lever → what it does by itself, of a crossed test; ``effects_depend``: on each other, None: unknown.
    """

    experiment: Experiment
    phase: Phase
    until: datetime
    days_left: int
    verdict: str
    sentence: Mapping[str, str] | None
    winner: str | None
    lines: tuple[VariantLine, ...]
    split_is_even: bool
    split_p_value: float
    bots: int
    crossed: int
    hidden: int = 0
    surplus: int = 0
    effects: Mapping[str, Report] = field(default_factory=dict)
    effects_depend: bool | None = None

    @property
    def exposed(self) -> int:
        return sum(line.exposed for line in self.lines)

    @property
    def converted(self) -> int:
        return sum(line.converted for line in self.lines)


def make_report(experiment: Experiment, counts: Counts, at: datetime) -> TrialReport:
    """Read the counts.

    The horizon is fixed: before the planned end, and after an early stop, no winner is named; after the end the counts
    hold nothing newer than it, so the verdict stays what it is.
    """
    phase, metric = experiment.phase(at), experiment.draft.metric
    days_left = _days_left(experiment, at)
    final = phase == "ended"
    converted = {variant.key: counts.of(metric, variant.key) for variant in experiment.variants}
    figures = analysis.read_figures(experiment, metric, counts.exposed, converted, final, days_left)
    effects, depends = analysis.read_effects(experiment, counts.exposed, converted, final, days_left)
    verdict = _verdict(phase, figures)
    own = verdict in ("draft", "waiting", "stopped")
    return TrialReport(
        experiment=experiment,
        phase=phase,
        until=experiment.horizon(at),
        days_left=days_left,
        verdict=verdict,
        sentence=None if own else figures.verdict.sentence,
        winner=figures.verdict.variant if verdict == "winner" else None,
        lines=_lines(experiment, counts, figures),
        split_is_even=figures.sample_ratio.ok,
        split_p_value=figures.sample_ratio.p_value,
        bots=counts.bots,
        crossed=counts.crossed,
        hidden=counts.hidden,
        surplus=counts.surplus(metric),
        effects=effects,
        effects_depend=None if depends is None else depends < analysis.ALPHA,
    )


def _verdict(phase: Phase, figures: Report) -> str:
    if phase == "draft" or figures.verdict.word == "broken":
        return "draft" if phase == "draft" else "broken"
    if phase == "running" and not any(variant.exposed for variant in figures.variants):
        return "waiting"
    return "stopped" if phase == "stopped" else figures.verdict.word


def _days_left(experiment: Experiment, at: datetime) -> int:
    if experiment.ends_at is None:
        return experiment.draft.planned_days
    return max(ceil((experiment.ends_at - at) / timedelta(days=1)), 0)


def _lines(experiment: Experiment, counts: Counts, figures: Report) -> tuple[VariantLine, ...]:
    others = [metric for metric in METRICS if metric != experiment.draft.metric]
    against = {comparison.variant: comparison for comparison in figures.comparisons}
    return tuple(
        VariantLine(
            letter=known.variant,
            variant=variant,
            exposed=known.exposed,
            converted=known.converted,
            rate=known.rate,
            rate_interval=known.rate_interval,
            against=against.get(known.variant),
            others={metric: counts.of(metric, variant.key) for metric in others},
            by_number=counts.by_number(experiment.draft.metric, variant.key),
        )
        for variant, known in zip(experiment.variants, figures.variants, strict=True)
    )
