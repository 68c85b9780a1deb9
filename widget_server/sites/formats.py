"""How one number can be shown: forms to choose from, and whether a form lets its beauty be seen."""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from widget_server.sites.beauty import LONGEST_GROUP, Beauty, best_groupings, find_beauty
from widget_server.sites.model import NumberKind

MOST_NICER = 2
LONGEST = 40


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def display_forms(e164: str) -> list[str]:
    """Return forms to choose from: as the country writes it, then groupings that show more of its beauty.

    >>> display_forms("+78005553535")
    ['8 800 555-35-35', '8 (800) 555-35-35', '+7 800 555-35-35']
    >>> "8 29 4-911-911" in display_forms("+375294911911")
    True
    """
    number = phonenumbers.parse(e164)
    _, area, local = _parts(e164)
    trunk = _trunk(e164)
    lead = f"{trunk}{area}" if trunk == "0" else f"{trunk} {area}".strip()
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    flat = digits_of(local)
    best = best_groupings(flat)[:MOST_NICER]
    most = find_beauty(best[0]).saves if best else 0
    nicer = [f"{lead} {words}" for words in best if find_beauty(words).saves == most > find_beauty(local).saves]
    forms = dict.fromkeys([f"{lead} {local}".strip(), national, abroad, *nicer])
    return [form for form in forms if belongs(e164, form)]


def offered_forms(e164: str, chosen: str, typed: str) -> list[str]:
    """Return the usual forms, then the one chosen earlier and the owner's own grouping."""
    own = [text for text in (chosen, typed) if 0 < len(text) <= LONGEST and belongs(e164, text)]
    grouped = [text for text in own if text == chosen or max(map(len, re.findall(r"\d+", text))) <= LONGEST_GROUP]
    return list(dict.fromkeys([*display_forms(e164), *grouped]))


def belongs(e164: str, text: str) -> bool:
    """Tell whether ``text`` shows exactly this number, with its calling code or its trunk prefix or neither."""
    if re.search(r"[^\d\s()+.\-‐‑‒–—/]", text):
        return False
    number = phonenumbers.parse(e164)
    own = phonenumbers.national_significant_number(number)
    shown = digits_of(text)
    if "+" in text:
        return text.lstrip().startswith("+") and shown == digits_of(e164)
    return shown in (own, _trunk(e164) + own)


def number_kind(e164: str, text: str) -> NumberKind:
    """Say what a visitor sees in a number.

    >>> number_kind("+78005553535", "8 800 555-35-35"), number_kind("+74951234567", "8 495 123-45-67")
    ('toll_free', 'pretty')
    >>> number_kind("+74957301496", "8 495 730-14-96")
    'ordinary'
    """
    if phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.TOLL_FREE:
        return "toll_free"
    return "pretty" if beauty_of(e164, text).is_pretty else "ordinary"


def beauty_of(e164: str, text: str) -> Beauty:
    """Return what is easy to remember in a number as ``text`` shows it; its area code is not looked at."""
    return find_beauty(local_groups(e164, text))


def local_groups(e164: str, text: str) -> str:
    """Return the groups behind the area code.

    >>> local_groups("+74951234567", "+7 (495) 123-45-67")
    '123-45-67'
    """
    area = digits_of(_parts(e164)[1])
    shown = re.findall(r"\d+", text)
    while area and shown and not shown[0].endswith(area):
        shown.pop(0)
    return "-".join(shown[1:] or re.findall(r"\d+", text))


def _parts(e164: str) -> tuple[str, str, str]:
    """Split into calling code, area and the rest as the country groups it."""
    number = phonenumbers.parse(e164)
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    code, _, rest = abroad.removeprefix("+").partition(" ")
    area, local = re.fullmatch(r"(\d*)\W?(.*)", rest).groups()  # type: ignore[union-attr]  # matches anything
    return (code, area, local) if local else (code, "", rest)


def _trunk(e164: str) -> str:
    number = phonenumbers.parse(e164)
    region = phonenumbers.region_code_for_number(number)
    meta = phonenumbers.PhoneMetadata.metadata_for_region(region) if region else None
    return (meta.national_prefix or "") if meta is not None else ""
