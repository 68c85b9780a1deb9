"""``--plot``: lifts with their ranges as a picture."""

from collections.abc import Sequence
from typing import Any

from experiments.model import Comparison, Report

# Colour-blind safe; the words say the same as the colours.
COLOURS = {"better": "#1b7837", "worse": "#b35806", "open": "#4d4d4d"}
WORDS = {
    "en": {"better": "better", "worse": "worse", "open": "open", "axis": "lift against the control, %"},
    "ru": {"better": "лучше", "worse": "хуже", "open": "неясно", "axis": "рост относительно контроля, %"},
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
    try:
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise ValueError("plots need matplotlib: pip install 'widget-server[plots]'") from problem
    rows = [(name, each) for name, report in named for each in report.comparisons]
    drawn = rows[:MOST_ROWS]
    figure = Figure(figsize=(9, 1.2 + 0.32 * len(drawn)), layout="constrained")
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
    figure.savefig(path)
    return len(rows) - len(drawn)


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
