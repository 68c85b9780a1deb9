"""The part of the site's form about who may be called back, how often, and at whose cost."""

import re
from typing import Any

from babel import Locale
from babel.numbers import get_currency_symbol, get_territory_currencies
from werkzeug.datastructures import MultiDict

from widget_server.edge.form import Form
from widget_server.kernel.errors import BadInput
from widget_server.sites.calling import ALLOWABLE, MOST_COUNTRIES, Calling
from widget_server.sites.phone import COUNTRIES

MONEY = ("minute_price", "attempt_price", "budget")
COUNTS = ("per_hour", "per_day", "address_days")


def calling_fields(calling: Calling) -> MultiDict[str, str]:
    """Return the fields of the page as they stand for a site."""
    shown: MultiDict[str, str] = MultiDict()
    shown["calls_policy"] = calling.policy
    shown["calls_countries"] = ", ".join(calling.countries)
    shown["calls_denied"] = "\n".join(calling.denied)
    shown.setlist("calls_kinds", list(calling.kinds))
    shown.update({f"calls_{name}": money_text(getattr(calling, name)) for name in MONEY})
    shown.update({f"calls_{name}": str(getattr(calling, name)) for name in COUNTS})
    return shown


def read_calling(form: Form) -> dict[str, Any]:
    """Read what the settings page asks; look into ``form.errors`` before using it."""
    values = form.values
    policy: Any = values.get("calls_policy", "")
    calling = Calling(
        policy=policy,
        countries=form.take(lambda: _countries(values.get("calls_countries", "")), ()) if policy == "custom" else (),
        kinds=tuple(kind for kind in ALLOWABLE if kind in values.getlist("calls_kinds")),
        denied=form.take(lambda: _prefixes(values.get("calls_denied", "")), ()),
        **{name: form.take(lambda name=name: _money(values, f"calls_{name}"), 0) for name in MONEY},  # type: ignore[misc]
        **{name: form.number(f"calls_{name}") for name in COUNTS},
    )
    return {"calling": calling}


def money_text(amount: int) -> str:
    """Write hundredths as people type them.

    >>> money_text(1_000_000), money_text(150)
    ('10000', '1.50')
    """
    whole, cents = divmod(amount, 100)
    return f"{whole}.{cents:02}" if cents else str(whole)


def currency_of(country: str, language: str) -> str:
    """Return the sign of the country's money.

    >>> currency_of("RU", "ru"), currency_of("DE", "en")
    ('₽', '€')
    """
    known = get_territory_currencies(country) if country in COUNTRIES else []
    return get_currency_symbol(known[0], Locale.parse(language)) if known else ""


def _money(values: MultiDict[str, str], field: str) -> int:
    raw = re.sub(r"[\s\u00a0\u202f]", "", values.get(field, "")).replace(",", ".")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", raw, re.ASCII):
        raise BadInput("bad_money", field=field)
    whole, _, cents = raw.partition(".")
    return int(whole) * 100 + int(f"{cents:0<2}")


def _countries(raw: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word.upper() for word in re.split(r"[\s,;]+", raw) if word))
    if not found or len(found) > MOST_COUNTRIES or not set(found) <= COUNTRIES:
        raise BadInput("bad_countries", field="calls_countries")
    return found


def _prefixes(raw: str) -> tuple[str, ...]:
    """Read beginnings of numbers, one a line: ``+7 958``, ``8 958`` is not one (whose trunk is it?)."""
    lines = [re.sub(r"[\s()-]", "", line) for line in raw.splitlines()]
    found = tuple(dict.fromkeys(line for line in lines if line))
    if len(found) > MOST_COUNTRIES or not all(re.fullmatch(r"\+\d{1,14}", line, re.ASCII) for line in found):
        raise BadInput("bad_prefixes", field="calls_denied")
    return found
