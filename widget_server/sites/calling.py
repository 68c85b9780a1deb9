"""Who may be called back from a site, how often and at whose cost: what its owner allows. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

import phonenumbers

from widget_server.kernel.errors import BadInput
from widget_server.sites.phone import COUNTRIES, Phone, PhoneKind, find_phone

PolicyName = Literal["own", "mobile", "eaeu", "world", "custom"]
Why = Literal["allowed", "not_a_number", "emergency", "short", "kind", "country", "denied"]
CALLED_BACK: tuple[PhoneKind, ...] = ("fixed_line", "mobile", "fixed_line_or_mobile")
MOBILE: tuple[PhoneKind, ...] = ("mobile", "fixed_line_or_mobile")
# What an owner may allow. The rest (premium, shared cost, toll-free …) costs somebody or reaches nobody.
ALLOWABLE: tuple[PhoneKind, ...] = (*CALLED_BACK, "voip")
EAEU = frozenset({"RU", "KZ", "BY", "AM", "KG"})
# Listed as ordinary Russian numbers, charged as far countries: Abkhazia, the satellites of Globalstar.
NEVER = ("+7840", "+7940", "+7954")
MOST_COUNTRIES = 60
MOST_CALLS = 100_000
MOST_DAYS = 3650


@dataclass(frozen=True)
class Policy:
    """Which numbers may be dialled: of these countries (by the number, not by its calling code), of these kinds."""

    countries: frozenset[str]
    kinds: tuple[PhoneKind, ...] = CALLED_BACK
    denied: tuple[str, ...] = ()

    def view(self) -> dict[str, Any]:
        """Return what a visitor's page may know of it; no list of countries where it is every one."""
        countries = None if self.countries == COUNTRIES else sorted(self.countries)
        return {"countries": countries, "kinds": list(self.kinds)}


@dataclass(frozen=True)
class Verdict:
    """Whether a number may be dialled, and why (not)."""

    why: Why
    phone: Phone | None = None

    @property
    def allowed(self) -> bool:
        return self.why == "allowed"


@dataclass(frozen=True)
class Calling:
    """What an owner says about calls back. Money is in hundredths of the currency of the site's country.

    ``countries``, ``kinds``: for the policy ``custom`` only. ``budget``: per local day, 0 for none. ``address_days``:
    how long the address from which a visitor asked is kept with their consent.
    """

    policy: PolicyName = "own"
    countries: tuple[str, ...] = ()
    kinds: tuple[PhoneKind, ...] = CALLED_BACK
    denied: tuple[str, ...] = ()
    per_hour: int = 100
    per_day: int = 500
    attempt_price: int = 100
    minute_price: int = 300
    budget: int = 1_000_000
    address_days: int = 180

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Calling":
        """Return what is stored, defaults where a field is missing (a site is older than the field)."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items() if name in known
        }
        return cls(**values)

    def as_stored(self) -> dict[str, Any]:
        return asdict(self)

    def policy_for(self, country: str) -> Policy:
        """Return the policy in force for a site of ``country``."""
        if self.policy == "custom":
            return Policy(frozenset(self.countries), self.kinds, self.denied)
        named = policy_named(self.policy, country)
        return Policy(named.countries, named.kinds, self.denied)


def check_calling(calling: Calling) -> None:
    """Refuse what cannot be meant.

    Raises
    ------
    BadInput
        The field is named as in the site's form.
    """
    if calling.policy not in get_args(PolicyName):
        raise BadInput("bad_choice", field="calls_policy")
    if calling.policy == "custom" and not calling.kinds:
        raise BadInput("bad_choice", field="calls_kinds")
    for name, most in (("per_hour", MOST_CALLS), ("per_day", MOST_CALLS), ("address_days", MOST_DAYS)):
        if not 1 <= getattr(calling, name) <= most:
            raise BadInput("bad_count", field=f"calls_{name}", most=most)
    if 0 < calling.budget < calling.attempt_price + calling.minute_price:
        raise BadInput("bad_budget", field="calls_budget")


def policy_named(name: str, country: str) -> Policy:
    """Return a policy by its name.

    >>> sorted(policy_named("eaeu", "RU").countries), policy_named("mobile", "RU").kinds
    (['AM', 'BY', 'KG', 'KZ', 'RU'], ('mobile', 'fixed_line_or_mobile'))
    """
    own = frozenset({country})
    countries = {"eaeu": own | EAEU, "world": COUNTRIES}.get(name, own)
    return Policy(countries, MOBILE if name == "mobile" else CALLED_BACK)


NAMED = tuple(name for name in get_args(PolicyName) if name != "custom")


def judge(raw: object, country: str, policy: Policy) -> Verdict:
    """Say whether what a visitor of a site of ``country`` typed may be dialled.

    >>> judge("8 912 345-67-89", "RU", policy_named("own", "RU")).why
    'allowed'
    >>> judge("112", "RU", policy_named("world", "RU")).why
    'emergency'
    """
    phone = find_phone(raw, country)
    if phone is None:
        return Verdict(_why_no_number(raw, country))
    return Verdict(_why(phone, policy), phone)


def _why(phone: Phone, policy: Policy) -> Why:
    if phone.country not in policy.countries:
        return "country"
    if phone.kind not in policy.kinds:
        return "kind"
    return "denied" if phone.e164.startswith((*NEVER, *policy.denied)) else "allowed"


def _why_no_number(raw: object, country: str) -> Why:
    """Tell the short numbers of the country from mere typing errors."""
    if not isinstance(raw, str) or not re.fullmatch(r"[\d\s-]{1,20}", raw, re.ASCII) or not re.search(r"\d", raw):
        return "not_a_number"
    digits = re.sub(r"\D", "", raw)
    if phonenumbers.is_emergency_number(digits, country):
        return "emergency"
    code = phonenumbers.country_code_for_region(country)
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))
    return "short" if phonenumbers.is_possible_short_number_for_region(number, country) else "not_a_number"
