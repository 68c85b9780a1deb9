"""What ``analyse`` prints for people."""

from collections import Counter
from collections.abc import Iterator, Sequence

from experiments.model import Comparison, Plan, Report, Word
from experiments.outcome import Outcome
from experiments.wording import percent, quoted, span

WORDS: tuple[Word, ...] = ("winner", "loser", "no_difference", "keep_running", "not_enough_traffic", "broken")
LINES = {
    "en": "{variant} against {control}  {lift} ({interval}), likely {shrunk}; adjusted p = {p}; chance to be better "
    "{chance}, expected loss {loss} per 10,000 visitors ({keep} if you keep {control})",
    "ru": "{variant} против {control}  {lift} ({interval}), скорее всего {shrunk}; p с поправкой {p}; вероятность быть "
    "лучше {chance}, ожидаемая потеря {loss} на 10\u202f000 посетителей ({keep}, если оставить {control})",
}


def lines_of(each: Outcome, language: str, *, details: bool, parts: bool) -> Iterator[str]:
    """Verdict and sentence, warnings, guardrails; further metrics, comparisons and groups when asked."""
    yield f"{each.name}  {_said(each.report, language)}"
    if details:
        yield from (f"  {line(one, language)}" for one in each.report.comparisons)
    for other in each.others:
        yield f"  {other.metric}  {_said(other, language)}"
        if details:
            yield from (f"    {line(one, language)}" for one in other.comparisons)
    yield from (f"  ! {note.sentence[language]}" for note in each.report.notes)
    for rail in each.guarded:
        interval = span(rail.lift_interval, language, signed=True)
        yield f"  guardrail {rail.metric}  {rail.variant}  {rail.state}  {interval}"
    if parts:
        for segment in each.segments:
            for part in segment.parts:
                interval = span(part.lift_interval, language, signed=True)
                yield f"  {segment.dimension} {part.value}  {segment.inside.variant}  {interval}"


def _said(report: Report, language: str) -> str:
    return f"{report.verdict.word}  {report.verdict.sentence[language]}"


def line(comparison: Comparison, language: str) -> str:
    """One variant against the control, with the Bayesian reading.

    Examples
    --------
    >>> from experiments.analysis import analyse
    >>> from experiments.model import Counts, Variant
    >>> report = analyse(Counts((Variant("A", 2400, 120), Variant("B", 2380, 156))), Plan("fixed", final=True))
    >>> print(line(report.comparisons[0], "en").replace("\\u202f", " "))  # doctest: +NORMALIZE_WHITESPACE
    “B” against “A”  +31 % (+4 % to +65 %), likely +12 %; adjusted p = 0.021; chance to be better 98.9 %, expected loss
    0.25 per 10,000 visitors (156 if you keep “A”)
    """
    lift = "?" if comparison.lift is None else percent(comparison.lift, language, signed=True)
    losses = (comparison.expected_loss, comparison.control_expected_loss)
    return LINES[language].format(
        variant=quoted(comparison.variant, language),
        control=quoted(comparison.control, language),
        lift=lift,
        interval=span(comparison.decisive_interval, language, signed=True),
        shrunk=percent(comparison.shrunk_lift, language, signed=True),
        p=_figure(comparison.adjusted_p_value, language),
        chance=_chance(comparison.chance_to_beat, language),
        loss=_per_10_000(losses[0], language),
        keep=_per_10_000(losses[1], language),
    )


def _chance(chance: float, language: str) -> str:
    """In percent; never 0 or 100, which it is not."""
    sign = "> " if chance > 0.999 else "< " if chance < 0.001 else ""
    return sign + percent(min(max(chance, 0.001), 0.999), language, exact=True)


def _per_10_000(loss: float, language: str) -> str:
    return _figure(10_000 * loss, language) if loss >= 1e-6 else "< " + _figure(0.01, language)


def _figure(value: float, language: str) -> str:
    """Two digits of a small number, all of a large one."""
    text = f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    return text.replace(".", ",") if language == "ru" else text


def totals(reports: Sequence[Report], plan: Plan) -> str:
    """Count the verdicts, and what reading raw p-values would have made of the same data."""
    words = Counter(report.verdict.word for report in reports)
    comparisons = [each for report in reports for each in report.comparisons]
    naive = sum(any(each.p_value < plan.alpha for each in report.comparisons) for report in reports)
    counted = [
        f"{n:,} {noun}{'' if n == 1 else 's'}"
        for n, noun in ((len(reports), "experiment"), (len(comparisons), "comparison"))
    ]
    lines = [f"{counted[0]}, {counted[1]} with the control"]
    lines += [f"  {words[word]:>6,}  {word}" for word in WORDS if words[word]]
    lines.append(
        f"  {naive:>6,}  would look significant to a reader of single p-values below {plan.alpha:g}, "
        "without correction for looks or variants"
    )
    return "\n".join(lines)
