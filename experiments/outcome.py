"""All that is known about the experiments of a table: verdicts, and the warnings that belong beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from experiments import aa, health
from experiments.grouped import Grouped
from experiments.guardrails import Guarded, Guardrail, mind
from experiments.history import follow
from experiments.model import Counts, Plan, Report
from experiments.segments import Segment, by_segment, segment_notes


@dataclass(frozen=True)
class Outcome:
    """An experiment, the look that settled it (from 0), its report with notes, guardrails and groups."""

    name: str
    look: int
    report: Report
    guarded: tuple[Guarded, ...] = ()
    segments: tuple[Segment, ...] = ()


def outcomes(
    grouped: Grouped, plan: Plan, *, visitors: int | None = None, margin: float = 0.1, same: bool = False
) -> list[Outcome]:
    """Verdicts on every experiment of a table, with all that its columns allow to say.

    Parameters
    ----------
    grouped : Grouped
    plan : Plan
        Shared by the experiments.
    visitors : int, optional
        As in `experiments.history.follow`.
    margin : float
        Fall of a guardrail that can be accepted.
    same : bool
        The experiments are A/A tests.

    Returns
    -------
    list of Outcome

    Examples
    --------
    >>> from experiments.grouped import read_grouped
    >>> text = ["experiment,variant,device,exposed,converted", "cta,A,phone,1000,10", "cta,A,pc,9000,450",
    ...         "cta,B,phone,9000,120", "cta,B,pc,1000,60"]
    >>> found = outcomes(read_grouped(text), Plan())[0]
    >>> found.report.verdict.word, [note.code for note in found.report.notes]
    ('loser', ['simpson', 'split_cause'])
    """
    settled = follow(list(grouped.table.looks.values()), plan, visitors)
    found = []
    for (name, looks), (look, report) in zip(grouped.table.looks.items(), settled, strict=True):
        guarded: list[Guarded] = []
        if grouped.guardrails.get(name):
            protected = [Guardrail(history[look], margin) for history in grouped.guardrails[name]]
            report, guarded = mind(report, looks[look], protected, plan)
        groups = grouped.groups.get(name, {})
        segments = by_segment(groups, plan)
        notes = segment_notes(segments, plan.alpha)
        if report.verdict.word == "broken" or any(note.code == "simpson" for note in notes):
            notes += health.split_note(health.split_causes(groups))
        notes += health.time_notes(report, looks[: look + 1], _days(grouped.table.times.get(name, [])[: look + 1]))
        if same:
            report = aa.as_aa(report, plan.alpha)
        found.append(Outcome(name, look, health.with_notes(report, notes), tuple(guarded), tuple(segments)))
    return found


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
