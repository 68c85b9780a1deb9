"""A report as a table for spreadsheets and as data for programs: the figures of the page, none besides."""

from collections.abc import Sequence
from typing import Any

from widget_server.kernel.clock import iso
from widget_server.kernel.spreadsheet import Cell, write_table
from widget_server.texts import text
from widget_server.trials.report import TrialReport, VariantLine

COLUMNS = ("variant", "name", "exposed", "converted", "rate", "rate_low", "rate_high", "lift", "lift_low", "lift_high")


def report_table(report: TrialReport, language: str) -> str:
    """Return CSV, one line per variant; rates and lifts are parts of one (0.05 is 5 %), empty where unknown."""
    head = [text(language, f"experiments.export.{name}") for name in COLUMNS]
    return write_table(head, [_cells(line) for line in report.lines], language)


def report_data(report: TrialReport) -> dict[str, Any]:
    """Return the report as JSON holds it; moments are ISO 8601 in UTC."""
    experiment = report.experiment
    return {
        "experiment": {"id": experiment.id, "name": experiment.name, "metric": experiment.draft.metric},
        "phase": report.phase,
        "until": iso(report.until),
        "verdict": report.verdict,
        "winner": report.winner,
        "split": {"is_even": report.split_is_even, "p_value": report.split_p_value},
        "variants": [_named(line) for line in report.lines],
    }


def _named(line: VariantLine) -> dict[str, Any]:
    return dict(zip(COLUMNS, _cells(line), strict=True)) | {"others": dict(line.others)}


def _cells(line: VariantLine) -> Sequence[Cell]:
    rates = (line.rate, *line.rate_interval) if line.rate is not None else (None, None, None)
    against = line.against if line.exposed else None
    lifts = (against.lift, *against.decisive_interval) if against is not None else (None, None, None)
    return (line.letter, line.variant.name, line.exposed, line.converted, *rates, *lifts)
