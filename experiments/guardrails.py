"""Metrics that must not get worse while another one decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from experiments.analysis import analyse
from experiments.model import Comparison, Counts, OpenInterval, Plan, Report, Verdict
from experiments.verdict import LANGUAGES
from experiments.wording import metric_name, percent, quoted, span

State = Literal["safe", "open", "worse"]


@dataclass(frozen=True)
class Guardrail:
    """A metric to protect.

    Parameters
    ----------
    counts : Counts
        Of the same variants as the metric that decides.
    margin : float
        Fall that can be accepted, as a fraction: .1 accepts lifts above -10 %.
    """

    counts: Counts
    margin: float = 0.1

    def __post_init__(self) -> None:
        if not 0 < self.margin < 1:
            raise ValueError(f"the margin must be between 0 and 1, got {self.margin}")


@dataclass(frozen=True)
class Guarded:
    """State of one guardrail for one variant: ``safe`` when a fall beyond the margin is ruled out, ``worse`` when
    the metric falls for certain, ``open`` in between."""

    metric: str
    variant: str
    state: State
    lift: float | None
    lift_interval: OpenInterval
    margin: float


def analyse_guarded(counts: Counts, guardrails: Sequence[Guardrail], plan: Plan) -> tuple[Report, list[Guarded]]:
    """Report on the metric that decides, with a verdict that minds the guardrails.

    A winner that makes a guardrail worse for certain is a ``loser``; a winner whose guardrail is still open stays
    one, and its sentence says so. Each guardrail has the error alpha of its own: to call a variant safe, all of
    them must be (intersection-union test, R. L. Berger, Technometrics 24 (1982) 295), so no correction is due.

    Parameters
    ----------
    counts : Counts
        The metric that decides.
    guardrails : sequence of Guardrail
        The metrics to protect.
    plan : Plan
        Shared by all of them.

    Returns
    -------
    report : Report
        Of the deciding metric.
    guarded : list of Guarded
        One per guardrail and variant.

    Raises
    ------
    ValueError
        When a guardrail has other variants or another control.

    Examples
    --------
    >>> from experiments.model import Variant
    >>> taps = Counts((Variant("A", 9000, 300), Variant("B", 9000, 450)), "tap")
    >>> orders = Counts((Variant("A", 9000, 200), Variant("B", 9000, 120)), "order")
    >>> report, guarded = analyse_guarded(taps, [Guardrail(orders)], Plan())
    >>> report.verdict.word, guarded[0].state
    ('loser', 'worse')
    """
    return mind(analyse(counts, plan), counts, guardrails, plan)


def mind(report: Report, counts: Counts, guardrails: Sequence[Guardrail], plan: Plan) -> tuple[Report, list[Guarded]]:
    """`analyse_guarded` for a report that is there already; before a planned end guardrails are read anytime."""
    names = {each.name for each in counts.variants}, counts.variants[counts.control_index].name
    for each in guardrails:
        found = each.counts.variants[each.counts.control_index].name
        if ({variant.name for variant in each.counts.variants}, found) != names:
            raise ValueError(
                f"the guardrail {each.counts.metric!r} needs the variants and control of {counts.metric!r}"
            )
    plan = replace(plan, kind="anytime") if plan.kind == "group-sequential" else plan
    guarded = [_state(comparison, each) for each in guardrails for comparison in analyse(each.counts, plan).comparisons]
    if report.verdict.word == "winner":
        report = replace(report, verdict=_minded(report, guarded))
    return report, guarded


def _state(comparison: Comparison, guardrail: Guardrail) -> Guarded:
    low, high = comparison.lift_interval
    state: State = "worse" if high is not None and high < 0 else "safe" if low > -guardrail.margin else "open"
    return Guarded(
        guardrail.counts.metric, comparison.variant, state, comparison.lift, comparison.lift_interval, guardrail.margin
    )


def _minded(report: Report, guarded: Sequence[Guarded]) -> Verdict:
    verdict = report.verdict
    own = [each for each in guarded if each.variant == verdict.variant]
    worse = [each for each in own if each.state == "worse"]
    control = report.comparisons[0].control
    if worse:
        return Verdict("loser", {each: _worse(worse[0], control, each) for each in LANGUAGES}, verdict.variant)
    still = [each for each in own if each.state == "open"]
    if not still:
        return verdict
    sentences = {each: f"{verdict.sentence[each]} {_open(still[0], each)}" for each in LANGUAGES}
    return replace(verdict, sentence=sentences)


def _worse(guarded: Guarded, control: str, language: str) -> str:
    change, name = span(guarded.lift_interval, language, signed=True), metric_name(guarded.metric, language)
    if language == "ru":
        return f"{quoted(guarded.variant, 'ru')} приносит меньше {name}: {change}. Оставьте {quoted(control, 'ru')}."
    return f"{quoted(guarded.variant, 'en')} brings fewer {name}: {change}. Keep {quoted(control, 'en')}."


def _open(guarded: Guarded, language: str) -> str:
    margin, name = percent(guarded.margin, language), metric_name(guarded.metric, language)
    if language == "ru":
        return f"Пока не исключено, что число {name} упадёт больше чем на {margin}."
    return f"It is not yet ruled out that {name} fall by more than {margin}."
