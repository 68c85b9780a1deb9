"""From evidence to one word and one sentence that a shop owner understands."""

from collections.abc import Sequence
from typing import Protocol

from experiments import sample_ratio
from experiments.cost import cheap_choice
from experiments.model import Comparison, Plan, SampleRatio, Verdict
from experiments.wording import listed, metric_name, percent, quoted, remaining, span

LANGUAGES = ("ru", "en")


class Exposed(Protocol):
    """What the verdict needs of a variant: its name, its visitors and their planned share."""

    @property
    def variant(self) -> str: ...
    @property
    def exposed(self) -> int: ...
    @property
    def share(self) -> float: ...


def decide(
    metric: str,
    plan: Plan,
    variants: Sequence[Exposed],
    comparisons: Sequence[Comparison],
    split: SampleRatio,
) -> Verdict:
    """Choose the verdict.

    An uneven split comes first: it makes every other figure worthless. A fixed plan that is not at its end
    says nothing but how long it has to go. Otherwise a variant that is better for certain wins (the one with
    the largest lift of several), all variants worse is ``loser``, every worthwhile effect ruled out is
    ``no_difference``; the rest is ``keep_running``, or ``not_enough_traffic`` once the plan is at its end. With
    `Plan.cost` the expected losses take the place of certainty (`experiments.cost`).

    Parameters
    ----------
    metric : str
        Key of `experiments.wording.METRICS` or a plural noun.
    plan : Plan
        With the evidence that counts now (`Plan.basis`).
    variants, comparisons, split
        Figures of the report.

    Returns
    -------
    Verdict
        With a sentence in Russian and in English.
    """
    if not split.ok:
        return _broken(variants)
    if plan.kind == "fixed" and not plan.final:
        return _keep_running(plan, comparisons)
    if plan.cost is not None:
        return _by_cost(metric, plan, comparisons)
    sure = [each for each in comparisons if each.adjusted_p_value < plan.alpha]
    better = [each for each in sure if each.decisive_interval[0] > 0]
    if better:
        return _winner(metric, max(better, key=_size))
    if len(sure) == len(comparisons):
        return _loser(metric, comparisons)
    if all(_ruled_out(each, plan.hoped_lift) for each in comparisons):
        return _no_difference(metric, plan, comparisons)
    undecided = [each for each in comparisons if each not in sure]
    return _not_enough(metric, undecided, sure) if plan.final else _keep_running(plan, undecided)


def _by_cost(metric: str, plan: Plan, comparisons: Sequence[Comparison]) -> Verdict:
    if len(comparisons) > 1:
        raise ValueError(f"a cost decides between two variants, got {len(comparisons) + 1}")
    settled = cheap_choice(metric, comparisons[0], plan)
    undecided = _not_enough(metric, comparisons, []) if plan.final else _keep_running(plan, comparisons)
    return settled or undecided


def judge_split(p_value: float) -> SampleRatio:
    """Whether the split is as planned, at the level `experiments.sample_ratio.ALPHA`."""
    return SampleRatio(p_value, p_value >= sample_ratio.ALPHA)


def _size(comparison: Comparison) -> float:
    return float("inf") if comparison.lift is None else comparison.lift


def _ruled_out(comparison: Comparison, lift: float) -> bool:
    low, high = comparison.decisive_interval
    return low > -lift and high is not None and high < lift


def _effect(comparison: Comparison, language: str) -> str:
    if comparison.lift is None:
        return span(comparison.decisive_interval, language, signed=True)
    interval = span(comparison.decisive_interval, language)
    return f"{percent(comparison.lift, language, signed=True)} ({interval})"


def _winner(metric: str, best: Comparison) -> Verdict:
    en = f"{quoted(best.variant, 'en')} brings more {metric_name(metric, 'en')}: {_effect(best, 'en')}."
    ru = f"{quoted(best.variant, 'ru')} приносит больше {metric_name(metric, 'ru')}: {_effect(best, 'ru')}."
    return Verdict("winner", {"ru": ru, "en": en}, best.variant)


def _loser(metric: str, comparisons: Sequence[Comparison]) -> Verdict:
    least = max(comparisons, key=_size)
    control, few = least.control, len(comparisons) == 1
    names = {language: listed([each.variant for each in comparisons], language) for language in LANGUAGES}
    en = (
        f"{names['en']} {'brings' if few else 'bring'} fewer {metric_name(metric, 'en')}: "
        f"{'' if few else 'at best '}{_effect(least, 'en')}. Keep {quoted(control, 'en')}."
    )
    ru = (
        f"{names['ru']} {'приносит' if few else 'приносят'} меньше {metric_name(metric, 'ru')}: "
        f"{'' if few else 'в лучшем случае '}{_effect(least, 'ru')}. Оставьте {quoted(control, 'ru')}."
    )
    return Verdict("loser", {"ru": ru, "en": en}, least.variant)


def _no_difference(metric: str, plan: Plan, comparisons: Sequence[Comparison]) -> Verdict:
    limits = {language: percent(plan.hoped_lift, language) for language in LANGUAGES}
    ranges = {language: _range(comparisons, language) for language in LANGUAGES}
    en = (
        f"No difference worth having in {metric_name(metric, 'en')}: a change of {limits['en']} or more "
        f"is ruled out (it is {ranges['en']})."
    )
    ru = (
        f"Заметной разницы нет: изменение числа {metric_name(metric, 'ru')} на {limits['ru']} и больше "
        f"исключено ({ranges['ru']})."
    )
    return Verdict("no_difference", {"ru": ru, "en": en}, None)


def _not_enough(metric: str, comparisons: Sequence[Comparison], worse: Sequence[Comparison]) -> Verdict:
    control, names = comparisons[0].control, [each.variant for each in worse]
    en, ru = "Not enough visitors for an answer", "Посетителей не хватило для ответа"
    if _limited(comparisons):
        en += f": the change may be {_range(comparisons, 'en')}"
        ru += f": изменение может быть {_range(comparisons, 'ru')}"
    en, ru = f"{en}. Keep {quoted(control, 'en')}.", f"{ru}. Оставьте {quoted(control, 'ru')}."
    if names:
        en += f" {listed(names, 'en')} bring{'s' if len(names) == 1 else ''} fewer {metric_name(metric, 'en')}."
        ru += f" {listed(names, 'ru')} принос{'и' if len(names) == 1 else 'я'}т меньше {metric_name(metric, 'ru')}."
    return Verdict("not_enough_traffic", {"ru": ru, "en": en}, None)


def _keep_running(plan: Plan, comparisons: Sequence[Comparison]) -> Verdict:
    sentences = {}
    early = plan.kind == "fixed"
    for language, opening, still in (
        ("en", "Keep running", "the test is not over yet" if early else "no clear answer yet"),
        ("ru", "Продолжайте", "тест ещё не закончен" if early else "ясного ответа ещё нет"),
    ):
        left = remaining(plan.days_left, plan.looks_left, language)
        sentences[language] = f"{opening}: {left or still}."
        if plan.kind == "anytime" and _limited(comparisons):
            so_far = "So far the change may be" if language == "en" else "Пока изменение может быть"
            sentences[language] += f" {so_far} {_range(comparisons, language)}."
    return Verdict("keep_running", sentences, None)


def _broken(variants: Sequence[Exposed]) -> Verdict:
    total = sum(each.exposed for each in variants)
    worst = max(reversed(variants), key=lambda each: abs(each.exposed - total * each.share) / each.share**0.5)
    shares = {
        language: tuple(percent(part, language, exact=True) for part in (worst.exposed / total, worst.share))
        for language in LANGUAGES
    }
    en = (
        f"Broken: visitors are not split as planned, {quoted(worst.variant, 'en')} got {shares['en'][0]} "
        f"of them instead of {shares['en'][1]}. Find the cause before you trust any figure."
    )
    ru = (
        f"Тест сломан: посетители делятся не так, как задумано, {quoted(worst.variant, 'ru')} получает "
        f"{shares['ru'][0]} вместо {shares['ru'][1]}. Не верьте цифрам, пока причина не найдена."
    )
    return Verdict("broken", {"ru": ru, "en": en}, worst.variant)


def _limited(comparisons: Sequence[Comparison]) -> bool:
    """Whether the data limit the change from above, for every comparison."""
    return all(each.decisive_interval[1] is not None for each in comparisons)


def _range(comparisons: Sequence[Comparison], language: str) -> str:
    """From the lowest to the highest change that the data allow, over all comparisons."""
    tops = [each.decisive_interval[1] for each in comparisons]
    known = [top for top in tops if top is not None]
    low = min(each.decisive_interval[0] for each in comparisons)
    return span((low, max(known) if len(known) == len(tops) else None), language, signed=True)
