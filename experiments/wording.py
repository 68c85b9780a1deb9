"""Words of the verdict in Russian and English: plain, short, no jargon."""

from collections.abc import Sequence

from experiments.model import OpenInterval

THIN = "\u202f"
MINUS = "\u2212"
LONGEST_NAME = 48

# What is counted: plural in English, genitive plural in Russian ("больше ...").
METRICS: dict[str, dict[str, str]] = {
    "conversion": {"en": "conversions", "ru": "конверсий"},
    "click": {"en": "clicks", "ru": "кликов"},
    "tap": {"en": "taps", "ru": "нажатий"},
    "open": {"en": "panel openings", "ru": "открытий панели"},
    "chat": {"en": "chats", "ru": "чатов"},
    "callback": {"en": "callbacks", "ru": "заказов обратного звонка"},
    "connected_call": {"en": "connected calls", "ru": "состоявшихся звонков"},
    "answered_call": {"en": "answered calls", "ru": "отвеченных звонков"},
    "target_call": {"en": "longer calls", "ru": "долгих разговоров"},
    "order": {"en": "orders", "ru": "заказов"},
    "lead": {"en": "leads", "ru": "заявок"},
    "calls_per_visitor": {"en": "calls per visitor", "ru": "звонков на посетителя"},
    "talk_time": {"en": "talk time", "ru": "времени разговора"},
    "order_value": {"en": "order value", "ru": "выручки"},
}


def metric_name(metric: str, language: str) -> str:
    """Name of a metric inside a sentence; an unknown one is taken as a plural noun as it stands.

    Examples
    --------
    >>> metric_name("answered_call", "ru")
    'отвеченных звонков'
    >>> metric_name("demo bookings", "en")
    'demo bookings'
    """
    if metric in METRICS:
        return METRICS[metric][language]
    return metric if language == "en" else f"конверсий ({metric})"


def quoted(name: str, language: str) -> str:
    """A variant's name in the quotation marks of the language; a very long one loses its middle.

    Examples
    --------
    >>> quoted("Позвоните", "ru"), quoted("x" * 60 + " (2)", "en") == "“" + "x" * 37 + "…" + "x" * 6 + " (2)”"
    ('«Позвоните»', True)
    """
    if len(name) > LONGEST_NAME:
        name = f"{name[: LONGEST_NAME - 11].rstrip()}…{name[-10:].lstrip()}"
    return f"«{name}»" if language == "ru" else f"“{name}”"


def listed(names: Sequence[str], language: str) -> str:
    """Names in quotation marks, joined as the language does.

    Examples
    --------
    >>> listed(["B", "C", "D"], "en")
    '“B”, “C” and “D”'
    """
    marked = [quoted(name, language) for name in names]
    last = " и " if language == "ru" else " and "
    return last.join([", ".join(marked[:-1]), marked[-1]] if len(marked) > 1 else marked)


def plural(number: int, one: str, few: str, many: str) -> str:
    """Russian form of a noun after a number.

    Examples
    --------
    >>> [plural(n, "день", "дня", "дней") for n in (1, 3, 5, 11, 21, 112)]
    ['день', 'дня', 'дней', 'дней', 'день', 'дней']
    """
    tens, units = number % 100, number % 10
    if units == 1 and tens != 11:
        return one
    return few if 2 <= units <= 4 and not 12 <= tens <= 14 else many


def percent(fraction: float, language: str, *, signed: bool = False, exact: bool = False) -> str:
    """A fraction in percent: whole from 1 % on, with digits after the point below (and above, when ``exact``).

    Examples
    --------
    >>> percent(0.183, "en", signed=True)
    '+18\\u202f%'
    >>> percent(-0.0054, "ru")
    '−0,5\\u202f%'
    """
    size = abs(fraction) * 100
    digits = 0 if size >= 0.95 and not exact else 1 if size >= 0.095 else 2
    text = f"{size:,.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(",", THIN).replace(".", ",") if language == "ru" else text
    sign = "" if not float(f"{size:.{digits}f}") else MINUS if fraction < 0 else "+" if signed else ""
    return f"{sign}{text}{THIN}%"


def span(interval: OpenInterval, language: str, *, signed: bool = False) -> str:
    """An interval in words: "4 % to 34 %", "от 4 % до 34 %", or open at the top.

    Examples
    --------
    >>> span((0.04, 0.34), "en"), span((0.04, None), "en")
    ('4\\u202f% to 34\\u202f%', '4\\u202f% or more')
    """
    low = percent(interval[0], language, signed=signed)
    if interval[1] is None:
        return f"{low} и больше" if language == "ru" else f"{low} or more"
    high = percent(interval[1], language, signed=signed)
    return f"от {low} до {high}" if language == "ru" else f"{low} to {high}"


def remaining(days: int | None, looks: int | None, language: str) -> str:
    """How long the test has to go, as the end of a sentence; empty when the caller does not know."""
    if days is not None:
        return _days(days, language)
    if looks is None:
        return ""
    if language == "ru":
        noun = plural(looks, "проверка", "проверки", "проверок")
        return f"{'осталась' if noun == 'проверка' else 'осталось'} {looks}{THIN}{noun}"
    return f"{looks}{THIN}look{'' if looks == 1 else 's'} left"


def _days(days: int, language: str) -> str:
    if days <= 0:
        return "это последний день" if language == "ru" else "this is the last day"
    if language == "ru":
        noun = plural(days, "день", "дня", "дней")
        return f"{'остался' if noun == 'день' else 'осталось'} примерно {days}{THIN}{noun}"
    return f"about {days}{THIN}day{'' if days == 1 else 's'} left"
