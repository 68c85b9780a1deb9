"""All that is known about the experiments of a table: verdicts, and the warnings that belong beside them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from experiments import aa, health
from experiments.grouped import Grouped
from experiments.guardrails import Guarded, Guardrail, mind
from experiments.history import Settled, follow, follow_metrics
from experiments.model import Counts, Plan, Report
from experiments.paradox import reviewed
from experiments.planning import days_left
from experiments.segments import Segment, by_segment, segment_notes
from experiments.verdict import decide

Tick = Callable[[int], None]
PIECE = 400  # experiments settled together: as fast as all, and progress can be told


@dataclass(frozen=True)
class Outcome:
    """An experiment, the look that settled it (from 0), its report with notes, guardrails and groups; and the reports
    on its further metrics, any of which may decide."""

    name: str
    look: int
    report: Report
    guarded: tuple[Guarded, ...] = ()
    segments: tuple[Segment, ...] = ()
    others: tuple[Report, ...] = ()


@dataclass(frozen=True)
class Terms:
    """How the experiments of a table are judged.

    Parameters
    ----------
    plan : Plan
        Shared by the experiments.
    visitors : int, optional
        As in `experiments.history.follow`.
    margin : float
        Fall of a guardrail that can be accepted.
    same : bool
        The experiments are A/A tests.
    """

    plan: Plan
    visitors: int | None = None
    margin: float = 0.1
    same: bool = False


def _silent(done: int) -> None:
    pass


def outcomes(grouped: Grouped, terms: Terms, tick: Tick = _silent) -> list[Outcome]:
    """Verdicts on every experiment of a table, with all that its columns allow to say.

    Parameters
    ----------
    grouped : Grouped
    terms : Terms
    tick : callable, optional
        Told how many experiments are done.

    Returns
    -------
    list of Outcome

    Examples
    --------
    >>> from experiments.grouped import read_grouped
    >>> text = ["experiment,variant,device,exposed,converted", "cta,A,phone,1000,10", "cta,A,pc,9000,450",
    ...         "cta,B,phone,9000,120", "cta,B,pc,1000,60"]
    >>> found = outcomes(read_grouped(text), Terms(Plan()))[0]
    >>> found.report.verdict.word, [note.code for note in found.report.notes]
    ('broken', ['simpson', 'split_cause'])
    """
    names, found = list(grouped.table.looks), []
    for start in range(0, len(names), PIECE):
        piece = names[start : start + PIECE]
        for name, own in zip(piece, _settle(grouped, piece, terms), strict=True):
            found.append(_outcome(grouped, name, own, terms))
        tick(len(found))
    return found


def _settle(grouped: Grouped, names: Sequence[str], terms: Terms) -> list[list[Settled]]:
    """The look and report that stand for every metric of some experiments."""

    def review(number: int, look: int, report: Report) -> Report:
        groups = grouped.groups.get(names[number])
        return reviewed(report, groups[look], terms.plan) if groups else report

    histories = [[grouped.table.looks[name], *grouped.metrics.get(name, [])] for name in names]
    return follow_metrics(histories, terms.plan, terms.visitors, review)


def _outcome(grouped: Grouped, name: str, own: Sequence[Settled], terms: Terms) -> Outcome:
    (look, report), looks, plan = own[0], grouped.table.looks[name], terms.plan
    times = grouped.table.times.get(name, [])[: look + 1]
    if report.verdict.word == "keep_running":
        report = _with_days(report, looks[look], times, terms)
    guarded: list[Guarded] = []
    if grouped.guardrails.get(name):
        protected = [Guardrail(history[look], terms.margin) for history in grouped.guardrails[name]]
        report, guarded = mind(report, looks[look], protected, plan)
    groups = grouped.groups[name][look] if name in grouped.groups else {}
    segments = by_segment(groups, plan)
    notes = segment_notes(segments, plan.alpha)
    if report.verdict.word == "broken" or any(note.code == "simpson" for note in notes):
        notes += health.split_note(health.split_causes(groups))
    notes += health.time_notes(report, looks[: look + 1], _days(times))
    if terms.same:
        report = aa.as_aa(report, plan.alpha)
    others = tuple(each for _, each in own[1:])
    return Outcome(name, look, health.with_notes(report, notes), tuple(guarded), tuple(segments), others)


def _with_days(report: Report, counts: Counts, times: Sequence[str], terms: Terms) -> Report:
    """The report, its sentence saying how long the test may still take, when its looks are dates."""
    days = _days(times)
    left = days_left(counts, days, terms.plan, terms.visitors) if days else None
    plan = replace(terms.plan, final=False, days_left=left)
    said = decide(report.metric, plan, report.variants, report.comparisons, report.sample_ratio)
    return replace(report, verdict=said) if left and said.word == "keep_running" else report


def _days(times: Sequence[str]) -> int | None:
    """Days from the first to the last look, both included; None when the looks are not dates."""
    try:
        first, last = (date.fromisoformat(times[place][:10]) for place in (0, -1))
    except (IndexError, ValueError):
        return None
    return (last - first).days + 1 if len(times) > 1 else None


def series_sentence(found: Sequence[Outcome], histories: Sequence[Sequence[Counts]], plan: Plan) -> str:
    """What a file of A/A tests says about the instrument, in English."""
    reports = follow(histories, plan)
    judged = aa.series([report for _, report in reports], plan.alpha)
    evenly = "" if judged.evenly is None else f"; one-look p-values spread evenly: p = {judged.evenly:.3f}"
    return (
        f"A/A: {judged.found:,} of {len(found):,} found a difference, at most {plan.alpha:.0%} should "
        f"(p = {judged.too_many:.3f}){evenly}: {'as it should be' if judged.ok else 'something is broken'}"
    )
