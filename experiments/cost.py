"""A verdict by the user's own prior and cost: for those who would rather bound what a mistake costs than how often
mistakes happen."""

from experiments.model import Comparison, Plan, Verdict, Word
from experiments.wording import metric_name, quoted

CHOICES: dict[str, dict[Word, str]] = {
    "en": {"winner": "show {variant}", "loser": "keep {control}", "no_difference": "take {variant} or {control}"},
    "ru": {
        "winner": "показывайте {variant}",
        "loser": "оставьте {control}",
        "no_difference": "берите {variant} или {control}",
    },
}
TEXTS = {
    "en": "By your prior and cost, {choice}: should that be wrong, it costs less than {cost} {metric} per 10,000 "
    "visitors on average.",
    "ru": "По вашим ожиданиям и цене ошибки {choice}: ошибка стоит в среднем меньше {cost} {metric} на 10\u202f000 "
    "посетителей.",
}


def cheap_choice(metric: str, comparison: Comparison, plan: Plan) -> Verdict | None:
    """The choice whose expected loss is below the cost; None while there is none.

    Examples
    --------
    >>> from experiments.analysis import analyse
    >>> from experiments.model import Counts, Variant
    >>> counts = Counts((Variant("A", 2400, 120), Variant("B", 2380, 156)))
    >>> [analyse(counts, Plan(prior=(2, 38), cost=cost)).verdict.word for cost in (1e-6, 0.001, 0.9)]
    ['keep_running', 'winner', 'no_difference']
    """
    cost = plan.cost or 0.0
    show, keep = comparison.expected_loss < cost, comparison.control_expected_loss < cost
    if not show and not keep:
        return None
    word: Word = "no_difference" if show and keep else "winner" if show else "loser"
    sentence = {}
    for way, text in TEXTS.items():
        names = {"variant": quoted(comparison.variant, way), "control": quoted(comparison.control, way)}
        per = f"{cost * 10_000:.5g}".replace(".", "," if way == "ru" else ".")
        choice = CHOICES[way][word].format(**names)
        sentence[way] = text.format(choice=choice, cost=per, metric=metric_name(metric, way))
    return Verdict(word, sentence, None if word == "no_difference" else comparison.variant)
