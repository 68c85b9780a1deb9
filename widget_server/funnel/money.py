"""Amounts of money: whole numbers of a currency's smallest unit, read strictly, written as people read them. Pure."""

import re
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision, get_territory_currencies

from widget_server.kernel.errors import BadInput

OFFERED = ("RUB", "EUR", "USD")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_PLAIN = re.compile(r"\d{1,12}([.,]\d{1,4})?")


def read_money(raw: str, currency: str) -> int:
    """Read what a person typed.

    >>> read_money("12 500,5", "RUB"), read_money("1,250.50", "USD"), read_money("700", "JPY")
    (1250050, 125050, 700)

    Raises
    ------
    BadInput
        ``bad_amount``: also for 12,500, which some read as twelve and a half.
    """
    words = _SPACES.sub("", raw)
    if "." in words and "," in words:
        words = words.replace(min(".,", key=words.rfind), "")
    digits = get_currency_precision(currency)
    whole, _, part = words.replace(",", ".").partition(".")
    if not (words.isascii() and _PLAIN.fullmatch(words)) or len(part) > digits:
        raise BadInput("bad_amount", field="amount")
    return int(whole + part.ljust(digits, "0"))


def read_currency(raw: str) -> str:
    code = raw.strip().upper()
    if code not in known_currencies():
        raise BadInput("bad_choice", field="currency")
    return code


def money(amount: int, currency: str, language: str) -> str:
    """Write an amount; cents only where there are any.

    >>> money(1250050, "RUB", "ru"), money(125000, "USD", "en")
    ('12\\xa0500,50\\xa0₽', '$1,250')
    """
    value = Decimal(amount).scaleb(-get_currency_precision(currency))
    pattern = Locale.parse(language).currency_formats["standard"].pattern
    if value == value.to_integral_value():
        return str(format_currency(value, currency, pattern.replace("0.00", "0"), language, currency_digits=False))
    return str(format_currency(value, currency, locale=language))


def plain_amount(amount: int, currency: str) -> str:
    """Write an amount for programs.

    >>> plain_amount(1250050, "RUB")
    '12500.50'
    """
    return f"{Decimal(amount).scaleb(-get_currency_precision(currency)):f}"


@cache
def known_currencies() -> frozenset[str]:
    return frozenset(get_global("all_currencies"))


def own_currency(country: str) -> str:
    """Return what people of a country pay with."""
    return next(iter(get_territory_currencies(country)), "EUR")
