"""Who is logged in on the site is the same visitor everywhere, and nobody else is."""

import pytest

from tests.cast import OTHER_ID, OTHER_SECRET, SECRET, VISITOR_ID
from tests.identity.conftest import PAGE, Shop, proof
from widget_server.chat.model import Entry
from widget_server.kernel.errors import Unauthorized
from widget_server.kernel.ids import new_id
from widget_server.visitors.contacts import Contact, put_contact

THIRD_ID = "third" + "c" * 21


def profile(shop: Shop, visitor_id: str = VISITOR_ID) -> dict[str, object]:
    return shop.house.visitors.find_profile(shop.cast.site.id, visitor_id)


def test_the_same_customer_on_another_device_has_the_same_conversation(shop: Shop) -> None:
    shop.write(shop.enter(shop.identify(shop.claim())))
    elsewhere = shop.enter(shop.identify(shop.claim(), OTHER_ID, OTHER_SECRET))
    assert shop.read(elsewhere) == ["Сколько стоит окно?"]


def test_what_was_written_before_logging_in_stays(shop: Shop) -> None:
    shop.write(shop.hello(), "anonymous")
    assert shop.read(shop.enter(shop.identify(shop.claim()))) == ["anonymous"]


def test_what_was_written_on_another_device_before_logging_in_comes_along(shop: Shop) -> None:
    shop.write(shop.hello(OTHER_ID, OTHER_SECRET), "anonymous")
    shop.enter(shop.identify(shop.claim()))
    assert shop.read(shop.enter(shop.identify(shop.claim(), OTHER_ID, OTHER_SECRET))) == ["anonymous"]


def test_two_conversations_become_one_and_what_is_sent_again_is_known(shop: Shop) -> None:
    shop.write(shop.enter(shop.identify(shop.claim())), "first")
    entry = Entry(new_id(), "second")
    shop.house.chat.post_from_visitor(shop.hello(OTHER_ID, OTHER_SECRET), entry)
    person = shop.enter(shop.identify(shop.claim(), OTHER_ID, OTHER_SECRET))
    shop.house.chat.post_from_visitor(person, entry)
    assert shop.read(person) == ["first", "second"]


def test_a_joined_question_still_waits_for_its_answer(shop: Shop) -> None:
    shop.enter(shop.identify(shop.claim()))
    own = shop.write(shop.enter(shop.identify(shop.claim())), "first")
    shop.house.chat.close(shop.cast.anna, own)
    asked_at = shop.clock.forward(minutes=1)
    shop.write(shop.hello(OTHER_ID, OTHER_SECRET), "second")
    shop.clock.forward(minutes=1)
    shop.identify(shop.claim(), OTHER_ID, OTHER_SECRET)
    (waiting,) = [one for one, _ in shop.house.chat.list_queue(frozenset({shop.cast.site.id}), "open")]
    assert (waiting.id, waiting.waiting_since) == (own, asked_at)


def test_the_next_person_at_the_browser_finds_nothing(shop: Shop) -> None:
    shop.write(shop.hello(), "mine")
    shop.identify(shop.claim())
    with pytest.raises(Unauthorized):
        shop.hello()
    assert shop.house.visitors.find_visitor(shop.site, VISITOR_ID, SECRET) is None


def test_the_browser_of_another_device_keeps_nothing_of_what_was_joined(shop: Shop) -> None:
    shop.write(shop.enter(shop.identify(shop.claim())), "first")
    shop.write(shop.hello(OTHER_ID, OTHER_SECRET), "second")
    shop.identify(shop.claim(), OTHER_ID, OTHER_SECRET)
    assert shop.read(shop.hello(OTHER_ID, OTHER_SECRET)) == []


def test_another_customer_at_the_same_browser_needs_a_new_visitor(shop: Shop) -> None:
    shop.write(shop.enter(shop.identify(shop.claim("42"))), "mine")
    with pytest.raises(Unauthorized):
        shop.identify(shop.claim("43"))
    assert shop.read(shop.enter(shop.identify(shop.claim("43"), OTHER_ID, OTHER_SECRET))) == []


def test_a_customer_cannot_take_over_the_browser_of_somebody_else(shop: Shop) -> None:
    shop.write(shop.hello(), "not yours")
    with pytest.raises(Unauthorized):
        shop.identify(shop.claim(), VISITOR_ID, OTHER_SECRET)
    assert shop.read(shop.hello()) == ["not yours"]


def test_a_key_ends(shop: Shop) -> None:
    answer = shop.identify(shop.claim())
    shop.clock.forward(seconds=answer["seconds"])
    assert shop.house.visitors.find_visitor(shop.site, answer["visitor"], answer["secret"]) is None


@pytest.mark.parametrize(
    "claim",
    [None, [], "x", {}, {"id": "42"}, {"id": "", "hash": "0" * 64}, {"id": "4\n2", "hash": "0" * 64},
     {"id": True, "hash": "0" * 64}, {"id": "42", "hash": "0" * 64, "expires": "soon"},
     {"id": "\ud800", "hash": "0" * 64},
     {"id": "x" * 201, "hash": "0" * 64}, {"id": "42", "hash": "0" * 64, "name": {}}],
)  # fmt: skip
def test_what_no_site_would_write_is_refused(shop: Shop, claim: dict[str, str]) -> None:
    assert shop.identify(claim) == {"state": "refused", "reason": "malformed"}


def test_a_wrong_hash_is_refused_and_the_visitor_stays_who_they_were(shop: Shop) -> None:
    shop.write(shop.hello(), "anonymous")
    assert shop.identify({**shop.claim(), "id": "43"})["reason"] == "wrong_hash"
    assert shop.read(shop.hello()) == ["anonymous"]


@pytest.mark.parametrize("name", ["name", "email", "phone"])
def test_no_detail_can_be_exchanged(shop: Shop, name: str) -> None:
    claim = shop.claim(name="Анна", email="anna@shop.example", phone="+79123456789")
    assert shop.identify({**claim, name: "other"})["reason"] == "wrong_hash"


def test_details_that_the_hash_covers_are_verified(shop: Shop) -> None:
    shop.identify(shop.claim(name="Анна", email="anna@shop.example", phone="8 912 345-67-89"))
    seen = profile(shop)
    assert (seen["name"], seen["phone"]) == ("Анна", "+79123456789")
    assert seen["verified"] == {"id": "42", "fields": ["name", "phone", "email"]}


def test_details_beside_a_hash_of_the_id_are_only_said(shop: Shop) -> None:
    answer = shop.identify({"id": "42", "name": "Анна", "hash": proof(shop.secret, "42")})
    assert (answer["covers"], profile(shop)["name"]) == ("id", "Анна")
    assert profile(shop)["verified"] == {"id": "42", "fields": []}


def test_a_detail_that_was_changed_here_is_no_longer_verified(shop: Shop) -> None:
    shop.identify(shop.claim(name="Анна"))
    with shop.house.storage.begin() as tx:
        put_contact(tx, shop.cast.site.id, VISITOR_ID, Contact(name="Мария"))
    assert profile(shop)["verified"] == {"id": "42", "fields": []}


def test_a_proof_may_end(shop: Shop) -> None:
    ends = str(int(shop.clock.now().timestamp()) + 60)
    assert shop.identify(shop.claim(expires=ends))["state"] == "verified"
    shop.clock.forward(seconds=60)
    assert shop.identify(shop.claim(expires=ends))["reason"] == "expired"


def test_a_rotated_secret_counts_for_a_week_beside_the_new_one(shop: Shop) -> None:
    old = shop.claim()
    fresh = shop.house.identity.secrets.renew(shop.house.sites.get_site(shop.cast.site.id), shop.cast.owner)
    assert shop.identify(old)["state"] == "verified"
    assert shop.identify({"id": "42", "hash": proof(fresh.secret, "42")})["state"] == "verified"
    shop.clock.forward(days=7)
    assert shop.identify(old)["reason"] == "wrong_hash"


def test_a_revoked_secret_lets_nobody_in_any_more(shop: Shop) -> None:
    answer, site = shop.identify(shop.claim()), shop.house.sites.get_site(shop.cast.site.id)
    (secret,) = shop.house.identity.secrets.list_of(site)
    shop.house.identity.secrets.revoke(site, secret.id, shop.cast.owner)
    assert shop.identify(shop.claim())["reason"] == "off"
    assert shop.house.visitors.find_visitor(shop.site, answer["visitor"], answer["secret"]) is None


def test_a_beat_of_the_page_proves_itself_again(shop: Shop) -> None:
    shop.house.live.beat(shop.site, VISITOR_ID, SECRET, PAGE)
    shop.identify(shop.claim())
    with pytest.raises(Unauthorized):
        shop.house.live.beat(shop.site, VISITOR_ID, SECRET, PAGE)
