"""Numbers: what is read, what is dialled back, how it is shown; over all countries that phonenumbers knows."""

from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from widget_server.kernel.errors import BadInput
from widget_server.sites.formats import belongs, display_forms, number_kind
from widget_server.sites.phone import CALLED_BACK, COUNTRIES, callable_back, mask_phone, phone_format, read_phone

TYPES = {value for name, value in vars(PhoneNumberType).items() if name.isupper() and isinstance(value, int)}
EXAMPLES = [
    (region, phonenumbers.number_type(number), phonenumbers.format_number(number, PhoneNumberFormat.E164))
    for region in sorted(COUNTRIES)
    for kind in sorted(TYPES)
    if (number := phonenumbers.example_number_for_type(region, kind)) is not None
]
ALLOWED = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)


def is_called_back(raw: str, country: str) -> bool:
    try:
        callable_back(read_phone(raw, country), country)
    except BadInput:
        return False
    return True


@pytest.mark.parametrize(
    "raw",
    ["+79123456789", "89123456789", "9123456789", "8 (912) 345-67-89", "+7 912 345‑67‑89", "７ 9123456789",
     " 8-912-345-67-89 ", "8.912.345.67.89", "7 912 345 67 89"],
)  # fmt: skip
def test_how_people_type_one_number(raw: str) -> None:
    phone = read_phone(raw, "RU")
    assert (phone.e164, phone.text, phone.kind, phone.country) == ("+79123456789", "8 (912) 345-67-89", "mobile", "RU")


@pytest.mark.parametrize(
    "raw",
    ["", "8", "912 345-67", "8-800-FLOWERS", "8 912 345-67-89 доб. 12", "+79123456789;ext=5", "+79123456789,,1",
     "+7912345678901", "112", "02", "*100#", "+7 000 000-00-00", "8 809 505 00 00", "+٧٩١٢٣٤٥٦٧٨x", "tel:+79123456789",
     "9" * 200, None, 79123456789, ["+79123456789"], "+79123456789 +79123456780", "<script>"],
)  # fmt: skip
def test_what_is_no_number(raw: object) -> None:
    with pytest.raises(BadInput) as error:
        read_phone(raw, "RU")
    assert (error.value.code, error.value.field) == ("bad_phone", "phone")
    assert error.value.args_for_text == {"example": "912 345-67-89"}


@pytest.mark.parametrize(
    "raw",
    [
        "+77011234567",
        "+870773111632",
        "+88216123456",
        "+442079460958",
        "+37167859999",
        "88005553535",
        "+9920001",
        "+79401234567",
    ],
)
def test_what_is_never_called_back_from_russia(raw: str) -> None:
    assert not is_called_back(raw, "RU")


def test_neighbours_share_a_code_but_not_the_permission() -> None:
    assert is_called_back("+77011234567", "KZ")
    assert is_called_back("+12015550123", "US")
    assert not is_called_back("+18765230123", "US")  # Jamaica


def test_each_example_of_each_country_is_decided_right() -> None:
    assert len(EXAMPLES) > 900
    wrong = [
        (region, kind, e164)
        for region, kind, e164 in EXAMPLES
        if is_called_back(e164, region)
        is not (kind in ALLOWED and phonenumbers.region_code_for_number(phonenumbers.parse(e164)) == region)
    ]
    assert wrong == []


def test_no_example_of_another_country_is_called_from_russia() -> None:
    assert [e164 for region, _, e164 in EXAMPLES if region != "RU" and is_called_back(e164, "RU")] == []


def is_typed_and_shown(region: str) -> bool:
    form = phone_format(region)
    e164 = read_phone(f"+{form['calling_code']} {form['example']}", region).e164
    forms, hidden = display_forms(e164), mask_phone(e164)
    return (
        sum(form["groups"]) == len(e164) - len(form["calling_code"]) - 1
        and bool(forms)
        and all(belongs(e164, text) for text in forms)
        and hidden.endswith(e164[-2:])
        and "*" in hidden
    )


def test_each_country_can_be_typed_and_shown() -> None:
    assert [region for region in sorted(COUNTRIES) if not is_typed_and_shown(region)] == []


@pytest.mark.parametrize(
    ("e164", "text", "kind"),
    [
        ("+78005553535", "8 800 555-35-35", "toll_free"),
        ("+74951234567", "8 495 123-45-67", "pretty"),
        ("+74957771496", "8 495 777-14-96", "pretty"),
        ("+74957301313", "8 (495) 730-13-13", "pretty"),
        ("+74957301313", "8 495 7301-313", "ordinary"),
        ("+74957301496", "+7 495 730-14-96", "ordinary"),
        ("+79123456780", "8 912 345-67-80", "pretty"),
    ],
)
def test_beauty_is_in_the_grouping(e164: str, text: str, kind: str) -> None:
    assert number_kind(e164, text) == kind


@given(st.text(max_size=80), st.sampled_from(sorted(COUNTRIES)))
def test_no_text_breaks_the_reader(raw: str, country: str) -> None:
    with suppress(BadInput):
        assert read_phone(raw, country).kind in (*CALLED_BACK, "toll_free", "voip")
