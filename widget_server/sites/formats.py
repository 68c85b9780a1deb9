"""How one number can be shown: forms to choose from, and whether a form lets its beauty be seen."""

import re
from itertools import pairwise

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from widget_server.sites.model import NumberKind

REGROUPED = {
    7: ((3, 2, 2), (3, 4), (1, 3, 3), (2, 2, 3), (1, 2, 2, 2)),
    6: ((2, 2, 2), (3, 3)),
    8: ((4, 4), (2, 2, 2, 2)),
}
MOST_NICER = 3
LONGEST = 40
LONGEST_GROUP = 4  # nobody groups digits on purpose by more


def digits_of(text: str) -> str:
    return re.sub(r"\D", "", text)


def display_forms(e164: str) -> list[str]:
    """Return forms to choose from: as the country writes it, then groupings that show more of its beauty.

    >>> display_forms("+78005553535")
    ['8 800 555-35-35', '8 (800) 555-35-35', '+7 800 555-35-35']
    >>> display_forms("+375294911911")[-1]
    '8 29 4-911-911'
    """
    number = phonenumbers.parse(e164)
    _, area, local = _parts(e164)
    trunk = _trunk(e164)
    lead = f"{trunk}{area}" if trunk == "0" else f"{trunk} {area}".strip()
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    flat = digits_of(local)
    regrouped = sorted((_split(flat, sizes) for sizes in REGROUPED.get(len(flat), ())), key=beauty, reverse=True)
    nicer = [f"{lead} {words}" for words in regrouped if beauty(words) > beauty(local)][:MOST_NICER]
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
    area = digits_of(_parts(e164)[1])
    shown = re.findall(r"\d+", text)
    while area and shown and not shown[0].endswith(area):
        shown.pop(0)
    return "pretty" if beauty("-".join(shown[1:] or re.findall(r"\d+", text))) else "ordinary"


def beauty(grouped: str) -> int:
    """Count what is easy to remember in groups of digits: 777, 35-35, 22-33, and a run such as 123-45-67."""
    groups = re.findall(r"\d+", grouped)
    found = sum(len(group) >= 3 and len(set(group)) == 1 for group in groups)
    for left, right in pairwise(groups):
        twin = left == right and len(left) > 1
        doubles = len(left) == len(right) == 2 and len(set(left)) == len(set(right)) == 1
        found += 2 * twin or doubles
    return found + 2 * _has_run("".join(groups))


def _has_run(digits: str, least: int = 5) -> bool:
    windows = [digits[at : at + least] for at in range(len(digits) - least + 1)]
    return any(window in "01234567890" or window in "09876543210" for window in windows)


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


def _split(digits: str, sizes: tuple[int, ...]) -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return "-".join(groups)
