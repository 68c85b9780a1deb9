"""Simpson's paradox has a say in the verdict: a winner that loses inside the groups of visitors is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from experiments.health import Cause, split_causes
from experiments.model import Counts, Plan, Report, Verdict, Word
from experiments.strata import Stratified, stratify
from experiments.verdict import LANGUAGES
from experiments.wording import percent, quoted


@dataclass(frozen=True)
class Reversal:
    """A variant whose direction inside the groups of a dimension is not the one of the verdict, and the group in which
    the visitors did not split as planned, when one is certain."""

    dimension: str
    inside: Stratified
    cause: Cause | None


def reversal(report: Report, dimensions: Mapping[str, Mapping[str, Counts]], plan: Plan) -> Reversal | None:
    """The first dimension in which the verdict points the other way inside the groups.

    The direction is that of Mantel and Haenszel's lift. A verdict rests on evidence that is strong, so when visitors
    split as planned in every group both directions agree but for rarest chance; where they differ, the groups
    got different shares of the variants, and the groups differ.
    """
    if report.verdict.word not in ("winner", "loser"):
        return None
    wins = report.verdict.word == "winner"
    for name, groups in dimensions.items():
        for each in stratify(groups, plan.alpha):
            if each.lift is None or (wins and each.variant != report.verdict.variant):
                continue
            if each.lift <= 0 if wins else each.lift >= 0:
                causes = split_causes({name: groups}, always=True)
                return Reversal(name, each, causes[0] if causes else None)
    return None


def reviewed(report: Report, dimensions: Mapping[str, Mapping[str, Counts]], plan: Plan) -> Report:
    """The report, with another verdict when its direction reverses inside the groups.

    ``broken`` when a group's visitors did not split as planned for certain: no figure can be trusted until the cause is
    found. Otherwise the test goes on (``keep_running``), or ends without an answer (``not_enough_traffic``); at a
    later look, when both directions agree, it may decide.

    Parameters
    ----------
    report : Report
    dimensions : mapping of str to mapping of str to Counts
        As in `experiments.segments.by_segment`, at the look of the report.
    plan : Plan

    Returns
    -------
    Report

    Examples
    --------
    >>> from experiments.analysis import analyse
    >>> from experiments.model import Variant
    >>> whole = Counts((Variant("A", 10000, 460), Variant("B", 10000, 180)))
    >>> groups = {"phone": Counts((Variant("A", 1000, 10), Variant("B", 9000, 120))),
    ...           "desktop": Counts((Variant("A", 9000, 450), Variant("B", 1000, 60)))}
    >>> report = analyse(whole, Plan())
    >>> report.verdict.word, reviewed(report, {"device": groups}, Plan()).verdict.word
    ('loser', 'broken')
    """
    found = reversal(report, dimensions, plan)
    if found is None:
        return report
    word: Word = "broken" if found.cause else "not_enough_traffic" if plan.final else "keep_running"
    sentence = {language: _sentence(found, word, language) for language in LANGUAGES}
    return replace(report, verdict=Verdict(word, sentence, found.inside.variant if found.cause else None))


SENTENCES: dict[str, dict[Word, str]] = {
    "en": {
        "keep_running": "Keep running: {both}.",
        "not_enough_traffic": "No answer: {both}. Keep {control}.",
        "broken": "Broken: {both}. The variants got different visitors: where {by} is {value}, {odd} got {seen} "
        "instead of {planned}. Find the cause before you trust any figure.",
    },
    "ru": {
        "keep_running": "Продолжайте: {both}.",
        "not_enough_traffic": "Ответа нет: {both}. Оставьте {control}.",
        "broken": "Тест сломан: {both}. Вариантам достались разные посетители ({by}: {value}, {odd} получает {seen} "
        "вместо {planned}). Не верьте цифрам, пока причина не найдена.",
    },
}
BOTH = {
    "en": "thrown together {name} changes by {pooled}, but inside the groups of {by} by {own}",
    "ru": "в сумме {name} даёт {pooled}, а внутри групп по признаку {by} {own}",
}


def _sentence(found: Reversal, word: Word, language: str) -> str:
    inside, cause = found.inside, found.cause
    pooled, own = (percent(lift or 0.0, language, signed=True) for lift in (inside.pooled_lift, inside.lift))
    both = BOTH[language].format(name=quoted(inside.variant, language), pooled=pooled, own=own, by=found.dimension)
    words = {"both": both, "control": quoted(inside.control, language), "by": found.dimension}
    if cause is not None:
        seen, planned = (percent(part, language, exact=True) for part in (cause.seen, cause.planned))
        words |= {"value": cause.value, "odd": quoted(cause.variant, language), "seen": seen, "planned": planned}
    return SENTENCES[language][word].format(**words)
