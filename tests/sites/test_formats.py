"""How a number is shown: what the eye finds in a grouping, what a grouping hides, which groupings are offered."""

import random

import pytest

from widget_server.sites.beauty import find_beauty, hidden_in
from widget_server.sites.formats import beauty_of, belongs, display_forms, number_kind


@pytest.mark.parametrize(
    ("grouped", "traits"),
    [
        ("777-14-96", ["same 777"]),
        ("730-13-13", ["repeat 13-13"]),
        ("555-35-35", ["same 555", "repeat 35-35"]),
        ("4-911-911", ["repeat 911-911"]),
        ("205-12-21", ["mirror 12-21"]),
        ("205-1221", ["mirror 1221"]),
        ("205-22-33", ["pairs 22-33"]),
        ("123-45-67", ["run 123-45-67"]),
        ("987-65-43", ["run 987-65-43"]),
        ("890-12-34", ["run 890-12-34"]),
        ("10-20-30", ["steps 10-20-30"]),
        ("999-99-99", ["same 999-99-99"]),
        ("225-50-00", ["round 00"]),
        ("730-14-96", []),
        ("7301-313", []),
        ("", []),
    ],
)
def test_what_the_eye_finds(grouped: str, traits: list[str]) -> None:
    beauty = find_beauty(grouped)
    assert [f"{trait.kind} {trait.shown}" for trait in beauty.traits] == traits
    assert 0 <= beauty.saves <= beauty.digits


@pytest.mark.parametrize(
    ("grouped", "hidden"),
    [("77-71-496", ["777"]), ("7301-313", ["13-13"]), ("49-11-911", ["911-911"]), ("777-14-96", []), ("730-14-96", [])],
)
def test_what_a_grouping_hides(grouped: str, hidden: list[str]) -> None:
    assert [trait.shown for trait in hidden_in(grouped)] == hidden


def test_few_numbers_are_pretty_by_chance() -> None:
    chance = random.Random(7)
    drawn = (f"{chance.randrange(10**7):07}" for _ in range(2000))
    pretty = sum(find_beauty(f"{one[:3]}-{one[3:5]}-{one[5:]}").is_pretty for one in drawn)
    assert pretty < 200


@pytest.mark.parametrize(
    ("e164", "form"),
    [
        ("+78005553535", "8 800 555-35-35"),
        ("+74952255000", "8 495 22-55-000"),
        ("+77017771234", "8 701 777 1234"),
        ("+375294911911", "8 29 4-911-911"),
        ("+12015553535", "(201) 555-3535"),
    ],
)
def test_the_prettiest_grouping_is_offered(e164: str, form: str) -> None:
    forms = display_forms(e164)
    assert form in forms
    assert all(belongs(e164, one) for one in forms)
    assert beauty_of(e164, form).saves == max(beauty_of(e164, one).saves for one in forms)


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
