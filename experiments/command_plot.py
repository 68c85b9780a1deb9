"""``--plot``: lifts with their ranges as a picture."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from experiments.analysis import analyse_all
from experiments.model import Comparison, Counts, OpenInterval, Plan, Report
from experiments.score import lift_interval
from experiments.table import Table

# Colour-blind safe; the words say the same as the colours.
COLOURS = {"better": "#1b7837", "worse": "#b35806", "open": "#4d4d4d"}
WORDS = {
    "en": {
        "better": "better",
        "worse": "worse",
        "open": "open",
        "axis": "lift against the control, %",
        "always": "range, valid at every look",
        "once": "range for one look only",
        "lift": "lift",
        "decided": "the look that the verdict rests on",
    },
    "ru": {
        "better": "лучше",
        "worse": "хуже",
        "open": "неясно",
        "axis": "рост относительно контроля, %",
        "always": "диапазон, верный при каждой проверке",
        "once": "диапазон для одной проверки",
        "lift": "рост",
        "decided": "проверка, на которой стоит вердикт",
    },
}
MOST_ROWS = 60


def forest(path: str, named: Sequence[tuple[str, Report]], alpha: float, language: str) -> int:
    """Draw every comparison of the reports: a point, its range, and what is decided.

    Parameters
    ----------
    path : str
        File to write; its ending chooses the format (svg, png, pdf).
    named : sequence of (str, Report)
        Reports by the name of their experiment.
    alpha : float
        Level of the decisions.
    language : str
        ``en`` or ``ru``.

    Returns
    -------
    int
        Comparisons that did not fit: only the first 60 are drawn.

    Raises
    ------
    ValueError
        When matplotlib is not installed or does not know the format.
    """
    rows = [(name, each) for name, report in named for each in report.comparisons]
    drawn = rows[:MOST_ROWS]
    figure = _figure(9, 1.2 + 0.32 * len(drawn))
    axes = figure.subplots()
    for place, (_, each) in enumerate(drawn):
        _row(axes, place, each, alpha, language)
    axes.axvline(0, color="#999999", linewidth=1, zorder=0)
    axes.set_yticks(range(len(drawn)), [_label(name, each, len(named) > 1) for name, each in drawn], fontsize=8)
    axes.set_ylim(len(drawn) - 0.4, -0.6)
    axes.set_xlim(*_limits([each for _, each in drawn]))
    axes.set_xlabel(WORDS[language]["axis"])
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    _save(figure, path)
    return len(rows) - len(drawn)


def over_time(path: str, table: Table, plan: Plan, language: str, decided: int | None) -> None:
    """Draw the lift of every variant of the only experiment with its range at every look, and the look that decided.

    The wide band is valid at all looks, the thin lines are one-look intervals: who reads those daily stops too early.
    Raises ValueError as `forest` does.
    """
    name, looks = next(iter(table.looks.items()))
    reports = analyse_all(looks, replace(plan, kind="anytime", final=False))
    others = range(len(reports[-1].comparisons))
    figure = _figure(9, 1 + 2.6 * len(others))
    for number, axes in zip(others, figure.subplots(len(others), squeeze=False, sharex=True)[:, 0], strict=True):
        rows = [report.comparisons[number] for report in reports if len(report.comparisons) > number]
        _history(axes, rows, _naive(looks[-len(rows) :], rows[-1].variant), decided, language)
        axes.set_title(_label(name, rows[-1], True), fontsize=9, loc="left")
    times = table.times.get(name) or [str(place) for place in range(len(looks))]
    step = max(1, len(times) // 8)
    axes.set_xticks(range(0, len(times), step), times[::step], fontsize=7)
    _save(figure, path)


def _naive(looks: Sequence[Counts], variant: str) -> list[OpenInterval]:
    """One-look intervals of the lift at every look."""
    control = looks[-1].variants[looks[-1].control_index].name
    rows = [{each.name: each for each in counts.variants} for counts in looks]
    cells = [
        [row[name].exposed if k else row[name].converted for row in rows] for name in (variant, control) for k in (0, 1)
    ]
    low, high = lift_interval(*cells)
    return [(a, b if isfinite(b) else None) for a, b in zip(low.tolist(), high.tolist(), strict=True)]


def _history(
    axes: Any, rows: Sequence[Comparison], naive: Sequence[OpenInterval], decided: int | None, language: str
) -> None:
    places, words = range(len(rows)), WORDS[language]
    ends = [[_end(each.anytime_lift_interval[k]) for each in rows] for k in (0, 1)]
    once = [[_end(each[k]) for each in naive] for k in (0, 1)]
    axes.fill_between(places, *ends, color="#2166ac", alpha=0.25, linewidth=0, label=words["always"])
    for line, label in zip(once, (words["once"], None), strict=True):
        axes.plot(places, line, color="#b35806", linewidth=0.8, label=label)
    lifts = [(place, 100 * each.lift) for place, each in enumerate(rows) if each.lift is not None]
    axes.plot(*zip(*lifts, strict=True) if lifts else ((), ()), color="#222222", linewidth=1.4, label=words["lift"])
    axes.axhline(0, color="#999999", linewidth=1, zorder=0)
    if decided is not None:
        axes.axvline(decided, color="#1b7837", linestyle="--", linewidth=1, label=words["decided"])
    axes.set_ylim(-105, min(max([50.0, *(value for value in ends[1][-3:] if value < 1e4)]) * 1.6, 400))
    axes.set_ylabel(words["axis"], fontsize=8)
    axes.legend(fontsize=7, frameon=False, loc="upper right")


def _end(value: float | None) -> float:
    return 1e4 if value is None else 100 * value


def _figure(width: float, height: float) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise ValueError("plots need matplotlib: pip install 'widget-server[plots]'") from problem
    return Figure(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: str) -> None:
    figure.savefig(path)


def _row(axes: Any, place: int, each: Comparison, alpha: float, language: str) -> None:
    low, high = each.decisive_interval
    state = "open" if each.adjusted_p_value >= alpha else "better" if low > 0 else "worse"
    colour, end = COLOURS[state], 1e4 if high is None else 100 * high
    axes.plot([100 * low, end], [place, place], color=colour, linewidth=3, alpha=0.45, solid_capstyle="butt")
    if each.lift is not None:
        axes.plot(100 * each.lift, place, "o", color=colour, markersize=5)
    axes.annotate(
        WORDS[language][state], (1.01, place), xycoords=("axes fraction", "data"), va="center", fontsize=8, color=colour
    )


def _label(name: str, each: Comparison, several: bool) -> str:
    text = f"{name}: {each.variant}" if several else each.variant
    text = text.replace("$", r"\$")
    return text if len(text) <= 44 else f"{text[:33]}…{text[-10:]}"


def _limits(rows: Sequence[Comparison]) -> tuple[float, float]:
    """Ends of the axis: all ranges, but nothing beyond -100 % and three times the control's rate."""
    lows = [each.decisive_interval[0] for each in rows]
    highs = [2.0 if each.decisive_interval[1] is None else each.decisive_interval[1] for each in rows]
    low, high = max(min([*lows, -0.1]), -1.0), min(max([*highs, 0.1]), 2.0)
    return 100 * (low - 0.05), 100 * (high + 0.05)
