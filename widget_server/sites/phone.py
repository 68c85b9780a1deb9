"""Telephone numbers: read strictly, called back rarely, shown well."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Literal, get_args

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from widget_server.kernel.errors import BadInput

PhoneKind = Literal[
    "fixed_line",
    "mobile",
    "fixed_line_or_mobile",
    "toll_free",
    "voip",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
]
KINDS: dict[int, PhoneKind] = {getattr(PhoneNumberType, kind.upper()): kind for kind in get_args(PhoneKind)}
# What a visitor or a shop has; the others cost the caller, or nobody speaks there.
ORDINARY: tuple[PhoneKind, ...] = ("fixed_line", "mobile", "fixed_line_or_mobile", "toll_free", "voip")
COUNTRIES: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
# Digits and what people put between them. Letters, extensions, pauses and `*#` codes are refused, not guessed.
_TYPED = re.compile(r"\+?[\d\s().\-‐‑‒–—/]{2,40}")


@dataclass(frozen=True)
class Phone:
    """A full, valid number. ``country`` is where it belongs (``001``: to no country), not its calling code."""

    e164: str
    text: str
    kind: PhoneKind
    country: str


def find_phone(raw: object, country: str) -> Phone | None:
    """Read what a person typed, as people of ``country`` write; None unless it is one full, valid number."""
    number = _parse(raw, country)
    kind = KINDS.get(phonenumbers.number_type(number)) if number is not None else None
    if number is None or kind is None or not phonenumbers.is_valid_number(number):
        return None
    region = phonenumbers.region_code_for_number(number) or ""
    form = PhoneNumberFormat.NATIONAL if region == country else PhoneNumberFormat.INTERNATIONAL
    return Phone(_e164(number), phonenumbers.format_number(number, form), kind, region)


def read_phone(raw: object, country: str) -> Phone:
    """Read a number that a person or a shop has (no premium, shared cost, pager …).

    Raises
    ------
    BadInput
        ``bad_phone`` for anything else.
    """
    phone = find_phone(raw, country)
    if phone is None or phone.kind not in ORDINARY:
        raise BadInput("bad_phone", field="phone", example=phone_format(country)["example"])
    return phone


def phone_format(country: str) -> dict[str, Any]:
    """Return how numbers of ``country`` are written: what the widget needs to format while typing.

    >>> phone_format("RU")
    {'calling_code': '7', 'trunk': '8', 'groups': [3, 3, 2, 2], 'example': '912 345-67-89'}
    """
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE) or phonenumbers.example_number(
        country
    )
    meta = phonenumbers.PhoneMetadata.metadata_for_region(country)
    if example is None or meta is None:
        raise BadInput("bad_country", field="country")
    shown = _abroad(example).split(" ", 1)[1]
    return {
        "calling_code": str(example.country_code),
        "trunk": meta.national_prefix or "",
        "groups": [len(group) for group in re.findall(r"\d+", shown)],
        "example": shown,
    }


def phone_text(e164: str, country: str) -> str:
    """Return a stored number as people of ``country`` write it."""
    number = phonenumbers.parse(e164)
    own = phonenumbers.region_code_for_number(number) == country
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if own else PhoneNumberFormat.INTERNATIONAL)


def mask_phone(e164: str) -> str:
    """Hide the middle of a number.

    >>> mask_phone("+79123456789")
    '+7 912 ***-**-89'
    """
    code, _, rest = _abroad(phonenumbers.parse(e164)).partition(" ")
    first = re.match(r"\d+", rest)
    keep = min(len(first.group()) if first else 0, 4, max(0, len(re.sub(r"\D", "", rest)) - 5))
    last = len(rest) - 2
    hidden = "".join("*" if char.isdigit() and keep <= at < last else char for at, char in enumerate(rest))
    return f"{code} {hidden}"


def _parse(raw: object, country: str) -> PhoneNumber | None:
    typed = unicodedata.normalize("NFKC", raw).strip() if isinstance(raw, str) and len(raw) <= 60 else ""
    if not _TYPED.fullmatch(typed):
        return None
    try:
        return phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _abroad(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
