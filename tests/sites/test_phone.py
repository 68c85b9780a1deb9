"""Numbers: what is read and how it is shown, over all countries that phonenumbers knows."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.kernel.errors import BadInput
from widget_server.sites.formats import belongs, display_forms
from widget_server.sites.phone import COUNTRIES, ORDINARY, mask_phone, phone_format, read_phone


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


@given(st.text(max_size=80), st.sampled_from(sorted(COUNTRIES)))
def test_no_text_breaks_the_reader(raw: str, country: str) -> None:
    with suppress(BadInput):
        assert read_phone(raw, country).kind in ORDINARY
