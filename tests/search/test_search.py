"""What operators find, and what they must not."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.search.conftest import Look, Shop
from tests.seeding import seed
from widget_server.rooms import House
from widget_server.search.model import Wish
from widget_server.search.wish_form import read_wish
from widget_server.visitors.model import Contact


def bodies(found: dict[str, list[dict[str, Any]]], kind: str = "message") -> list[str]:
    return ["".join(part["text"] for part in item["parts"]) for item in found.get(kind, [])]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("окно", True),
        ("ОКНАМИ кухня", True),
        ("елка", True),
        ("window", True),
        ("win", True),
        ('"две штуки"', True),
        ('"штуки две"', False),
        ("дверь", False),
        ("окна дверь", False),
        ("", False),
        ("' \" * AND NOT (", False),
    ],
)
def test_words_are_found_in_any_form(shop: Shop, look: Look, query: str, is_found: bool) -> None:
    shop.hears("Окна на кухню, две штуки. Ёлка! 2 windows")
    assert bool(bodies(look(query))) is is_found


def test_what_is_found_is_marked_and_says_where_it_stands(shop: Shop, look: Look) -> None:
    conversation = shop.hears("Сколько стоят окна?")
    (item,) = look("окно")["message"]
    assert (item["conversation"], item["seq"]) == (conversation, 1)
    assert [part["text"] for part in item["parts"] if part["marked"]] == ["окна"]


def test_a_reworded_message_is_found_by_its_new_words_only(shop: Shop, look: Look) -> None:
    conversation = shop.hears("hello")
    seq = shop.says(conversation, "ten roubles")
    shop.says(conversation, "twenty roubles", "edit", of=seq)
    assert not bodies(look("ten"))
    assert bodies(look("twenty")) == ["twenty roubles"]


def test_what_was_taken_back_is_found_no_more(shop: Shop, look: Look) -> None:
    conversation = shop.hears("hello")
    seq = shop.says(conversation, "a secret")
    shop.says(conversation, "", "delete", of=seq)
    assert look("secret") == {}


def test_notes_are_a_group_of_their_own(shop: Shop, look: Look) -> None:
    shop.says(shop.hears("hello"), "wants a discount", "note")
    assert set(look("discount")) == {"note"}


def test_an_operator_finds_nothing_of_other_sites(house: House, shop: Shop, look: Look) -> None:
    shop.hears("окна")
    stranger = seed(house, key="other", name="Двери", origins=("https://other.example",)).anna
    assert look("окна", stranger) == {}
    assert look("окна", stranger, site=shop.cast.site.id) == {}


@pytest.mark.parametrize("query", ["Мария", "89123456789", "+7 (912) 345", "67-89", "maria@x.example", "AAAA"])
def test_a_visitor_is_found_by_what_is_known_of_them(house: House, shop: Shop, look: Look, query: str) -> None:
    shop.hears("hello")
    shop.says_hello()
    house.visitors.note_contact(shop.cast.site.id, "a" * 26, Contact("Иван"))
    house.visitors.note_contact(shop.cast.site.id, "a" * 26, Contact("Мария", "+79123456789", "maria@x.example"))
    shop.says_hello()
    assert look("Иван") == {}
    assert len(look(query)["visitor"]) == 1


def test_pages_follow_each_other_without_gap_or_repetition(shop: Shop, look: Look, house: House) -> None:
    for number in range(25):
        shop.hears(f"окна {number}", f"{number:02}".translate(str.maketrans("0123456789", "abcdefghij")) + "a" * 24)
    first = house.search.search(shop.cast.anna, _wish(shop, before=""))[0]
    rest = house.search.search(shop.cast.anna, _wish(shop, before=str(first["next"])))[0]
    seen = bodies({"message": first["items"] + rest["items"]})
    assert (first["count"], rest["next"]) == (25, None)
    assert seen == [f"окна {number}" for number in reversed(range(25))]


def test_dates_and_people_narrow_it(shop: Shop, look: Look) -> None:
    shop.says(shop.hears("окна"), "окна есть")
    assert bodies(look("окна", person=shop.cast.anna.id)) == ["окна есть"]
    assert look("окна", person=shop.cast.boris.id) == {}
    assert look("окна", until="2026-11-23T00:00:00Z") == {}


def test_the_index_can_be_made_again(house: House, shop: Shop, look: Look) -> None:
    shop.says(shop.hears("окна"), "a note", "note")
    with house.storage.begin() as tx:
        tx.connection.exec_driver_sql("DELETE FROM search_entries")
    assert look("окна") == {}
    assert house.search.rebuild() == 3
    assert set(look("окна")) == {"message"}
    assert set(look("note")) == {"note"}


def test_nonsense_is_refused_or_finds_nothing(log_in: Any, shop: Shop) -> None:
    browser: FlaskClient = log_in("anna@demo.example")
    for asked in ("q=%00", "q=x&before=-1", "q=x&from=yesterday", "q=" + "x" * 3000, "q=x&kind=none&site=none"):
        assert browser.get(f"/console/api/search?{asked}").status_code in (200, 400)


def _wish(shop: Shop, before: str) -> Wish:
    return read_wish({"q": "окна", "kind": "message", "before": before}, shop.cast.anna)
