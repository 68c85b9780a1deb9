"""Several sites' experiments side by side: how many won, and what all of them brought together.

Only experiments that ran to their planned end are added up, all of them: winners alone would make the sum too large,
and so would tests that somebody stopped when they looked well. What they brought is counted among those who saw the
other variants while the test ran: how many more of them did it than if they had seen the first variant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from experiments.portfolio import Gain, together, total
from widget_server.trials.model import METRICS
from widget_server.trials.report import TrialReport

End = Literal["won", "lost", "nothing", "running", "stopped", "broken", "draft"]
ENDS: tuple[End, ...] = get_args(End)
COUNTED = ("won", "lost", "nothing")


@dataclass(frozen=True)
class Entry:
    """One experiment. ``gain``: more conversions than the first variant would have brought; None before its end.

    ``likely_lift``: a winner's, drawn towards nothing, for what was seen is too large on average.
    """

    report: TrialReport
    end: End
    gain: Gain | None
    likely_lift: float | None

    @property
    def counts(self) -> bool:
        return self.end in COUNTED and self.gain is not None


@dataclass(frozen=True)
class Brought:
    """What all experiments of one metric brought together."""

    metric: str
    experiments: int
    gain: Gain


@dataclass(frozen=True)
class Portfolio:
    entries: tuple[Entry, ...]
    brought: tuple[Brought, ...]

    def count(self, end: str) -> int:
        return sum(entry.end == end for entry in self.entries)


def make_portfolio(reports: Sequence[TrialReport]) -> Portfolio:
    entries = tuple(make_entry(report) for report in reports)
    brought = []
    for metric in METRICS:
        own = [entry.gain for entry in entries if _counts(entry, metric) and entry.gain is not None]
        if own:
            brought.append(Brought(metric, len(own), total(own)))
    return Portfolio(entries, tuple(brought))


def make_entry(report: TrialReport) -> Entry:
    end = end_of(report)
    winner = next((line for line in report.lines if line.letter == report.winner), None)
    against = winner.against if winner is not None else None
    return Entry(report, end, _gain(report) if end in COUNTED else None, against.shrunk_lift if against else None)


def end_of(report: TrialReport) -> End:
    if report.phase == "draft":
        return "draft"
    if report.verdict == "broken":
        return "broken"
    if report.phase in ("running", "stopped"):
        return "running" if report.phase == "running" else "stopped"
    return {"winner": "won", "loser": "lost"}.get(report.verdict, "nothing")  # type: ignore[return-value]  # Ends


def _gain(report: TrialReport) -> Gain | None:
    """Return what the other variants brought more; all of them are held against the same people."""
    gains = [
        (one.exposed * one.against.difference, *(one.exposed * end for end in one.against.difference_interval))
        for one in report.lines
        if one.against is not None and one.against.difference is not None
    ]
    return together((seen, low, high) for seen, low, high in gains) if gains else None


def _counts(entry: Entry, metric: str) -> bool:
    return entry.counts and entry.report.experiment.draft.metric == metric
