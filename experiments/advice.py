"""What a plan means, in words: how long a test takes, or why it should not be started."""

from experiments.planning import Size
from experiments.wording import THIN, percent, plural


def advise(plan: Size) -> dict[str, str]:
    """One or two sentences in ``ru`` and ``en`` about a plan.

    Examples
    --------
    >>> from experiments.planning import size
    >>> print(advise(size(0.02, 0.5, daily=300, kind="fixed"))["en"].replace(THIN, " "))
    3,826 visitors (77 conversions) for each of 2 variants find a lift of 50 %. At your traffic that is 28 days.
    """
    return {"ru": _russian(plan), "en": _english(plan)}


def _english(plan: Size) -> str:
    lift, each = percent(plan.lift, "en", signed=plan.lift < 0), f"{plan.visitors_per_arm:,}"
    calls = f"{plan.conversions:,} conversion{'' if plan.conversions == 1 else 's'}"
    need = f"{each} visitors ({calls}) for each of {plan.arms} variants find a lift of {lift}."
    if plan.days is None:
        return need
    if plan.feasible:
        return f"{need} At your traffic that is {plan.days:,} days."
    able = (
        ""
        if plan.smallest_lift is None
        else (f" In that time you can find {percent(plan.smallest_lift, 'en', signed=True)} or more.")
    )
    return (
        f"With your traffic you cannot find a lift of {lift}: it takes {plan.days:,} days, and a test should "
        f"not run longer than {plan.days_limit}.{able} Test something bigger, such as the placement, or count "
        "opening the panel as a stand-in for calls and label it so."
    )


def _russian(plan: Size) -> str:
    lift, each = percent(plan.lift, "ru", signed=plan.lift < 0), _thousands(plan.visitors_per_arm)
    people = plural(plan.visitors_per_arm, "посетитель", "посетителя", "посетителей")
    calls = f"{_thousands(plan.conversions)} {plural(plan.conversions, 'конверсия', 'конверсии', 'конверсий')}"
    need = f"Чтобы увидеть рост на {lift}, нужно по {each} {people} ({calls}) на каждый из {plan.arms} вариантов."
    if plan.days is None:
        return need
    days = f"{_thousands(plan.days)}{THIN}{plural(plan.days, 'день', 'дня', 'дней')}"
    if plan.feasible:
        return f"{need} При вашем трафике это {days}."
    able = (
        ""
        if plan.smallest_lift is None
        else (f" За это время можно увидеть {percent(plan.smallest_lift, 'ru', signed=True)} и больше.")
    )
    return (
        f"При вашем трафике рост на {lift} не увидеть: это займёт {days}, а тест не должен идти дольше "
        f"{plan.days_limit}.{able} Проверьте что-нибудь крупнее, например место кнопки, или считайте открытия "
        "панели вместо звонков и так их и называйте."
    )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", THIN)
