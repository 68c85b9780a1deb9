"""What a visitor is asked, and how they rate a talk."""

from dataclasses import replace

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.seeding import Cast
from widget_server.chat.model import Entry, Message
from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.kernel.errors import BadInput, Conflict, ProductError
from widget_server.kernel.ids import new_id
from widget_server.rooms import House


@pytest.fixture
def guest(house: House, cast: Cast) -> VisitorIdentity:
    site = SiteIdentity(cast.site.id, "demo", cast.site.account_id, "ru", frozenset())
    return house.visitors.hello(site, VISITOR_ID, SECRET, {})


def form(away: bool = False, consent: str | None = None, **fields: str) -> Entry:
    return Entry(new_id(), "", "form", {"fields": fields, "question": "Order?", "consent": consent, "away": away})


def rating(score: int, words: str = "") -> Entry:
    return Entry(new_id(), words, "rating", {"score": score})


def want(house: House, cast: Cast, **rules: object) -> None:
    house.sites.update_site(cast.site.id, {"chat": replace(cast.site.chat, **rules)})  # type: ignore[arg-type]


def talk(house: House, cast: Cast, guest: VisitorIdentity) -> Message:
    said = house.chat.post_from_visitor(guest, Entry(new_id(), "how much?"))
    return house.chat.post_from_operator(cast.anna, said.conversation_id, Entry(new_id(), "ten"))


def test_what_is_left_stands_with_the_visitor(house: House, guest: VisitorIdentity) -> None:
    kept = house.chat.post_from_visitor(guest, form(name="Olga", phone="8 912 345-67-89", email="o@shop.example"))
    assert kept.data["fields"]["phone"] == "+79123456789"
    profile = house.visitors.find_profile(guest.site_id, guest.visitor_id)
    assert (profile["name"], profile["phone"], profile["email"]) == ("Olga", "+79123456789", "o@shop.example")


def test_a_form_alone_waits_for_no_answer(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    kept = house.chat.post_from_visitor(guest, form(name="Olga"))
    assert house.chat.access_conversation(cast.anna, kept.conversation_id).waiting_since is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"phone": "12"}, "bad_phone"), ({"email": "a@b"}, "bad_email"), ({"name": "Olga"}, "contact_needed")],
)
def test_what_cannot_be_answered_is_refused(
    house: House, guest: VisitorIdentity, fields: dict[str, str], code: str
) -> None:
    with pytest.raises(ProductError, match=code):
        house.chat.post_from_visitor(guest, form(away=True, **fields))


def test_what_the_site_requires_is_required(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    want(house, cast, ask={**cast.site.chat.ask, "email": "required"})
    with pytest.raises(BadInput, match="field_empty"):
        house.chat.post_from_visitor(guest, form(name="Olga"))


def test_consent_is_to_the_words_of_now(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    want(house, cast, consent=True)
    for given, code in ((None, "consent_needed"), ("0" * 16, "consent_changed")):
        with pytest.raises(ProductError, match=code):
            house.chat.post_from_visitor(guest, form(name="Olga", consent=given))
    version = cast.site.chat.consent_words["version"]
    assert house.chat.post_from_visitor(guest, form(name="Olga", consent=version)).data["consent"] == version


def test_the_last_rating_counts_for_who_spoke_last(
    house: House, cast: Cast, guest: VisitorIdentity, clock: FakeClock
) -> None:
    talk(house, cast, guest)
    house.chat.post_from_visitor(guest, rating(2))
    clock.forward(minutes=1)
    house.chat.post_from_visitor(guest, rating(5, "quick"))
    (average,) = house.ratings.averages([cast.site.id])[cast.anna.id]
    assert (average.mean, average.count, average.of) == (5.0, 1, 5)


def test_a_rating_opens_nothing(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    answer = talk(house, cast, guest)
    house.chat.end_by_visitor(guest)
    house.chat.post_from_visitor(guest, rating(4))
    assert house.chat.access_conversation(cast.anna, answer.conversation_id).status == "closed"


@pytest.mark.parametrize(("rules", "score"), [("stars", 0), ("thumbs", 2)])
def test_a_rating_has_its_scale(house: House, cast: Cast, guest: VisitorIdentity, rules: str, score: int) -> None:
    want(house, cast, rating=rules)
    with pytest.raises(BadInput, match="bad_field"):
        house.chat.post_from_visitor(guest, rating(score))


def test_a_site_may_want_no_ratings(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    want(house, cast, rating="off")
    with pytest.raises(Conflict, match="rating_off"):
        house.chat.post_from_visitor(guest, rating(5))


def test_a_form_is_not_reworded(house: House, guest: VisitorIdentity) -> None:
    kept = house.chat.post_from_visitor(guest, form(name="Olga"))
    for kind in ("edit", "delete"):
        with pytest.raises(Conflict, match="not_changeable"):
            house.chat.post_from_visitor(guest, Entry(new_id(), "x", kind, {"of": kept.seq}))  # type: ignore[arg-type]
