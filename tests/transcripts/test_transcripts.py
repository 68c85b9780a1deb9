"""The talk by e-mail, and answers that reach who is gone."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, SECRET, VISITOR_ID, FakeClock, bearer
from tests.notify.receivers import MailServer, mail_served
from tests.seeding import Cast
from widget_server.chat.model import Entry
from widget_server.chat.store import get_conversation
from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.identity.links import follow, make_link
from widget_server.kernel.errors import BadInput, Conflict, TooMany
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.settings import Settings

TO = "olga@shop.example"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_served(MailServer()) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, mail: MailServer) -> Settings:
    return replace(settings, smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from="Shop <alerts@okna.example>")


@pytest.fixture
def guest(house: House, cast: Cast) -> VisitorIdentity:
    site = SiteIdentity(cast.site.id, "demo", cast.site.account_id, "ru", frozenset())
    return house.visitors.hello(site, VISITOR_ID, SECRET, {"language": "en", "page": "https://evil.example/x"})


def ask(house: House, guest: VisitorIdentity) -> str:
    return house.chat.post_from_visitor(guest, Entry(new_id(), "how <much>?")).conversation_id


def answer(house: House, cast: Cast, conversation_id: str, words: str = "ten") -> None:
    house.chat.post_from_operator(cast.anna, conversation_id, Entry(new_id(), words))


def work(house: House) -> None:
    for _ in range(2):
        for runner in house.runners:
            runner.run_due()


def talks(mail: MailServer) -> list[str]:
    parts = [list(one.iter_parts()) for one in mail.letters if one["To"] == TO]
    return ["\n".join(part.get_content() for part in both) for both in parts]


def confirm(house: House, talk: str) -> None:
    """Let the link of a letter to ``TO`` be followed."""
    now = house.clock.now()
    with house.storage.begin() as tx:
        found = get_conversation(tx, talk)
        follow(tx, found.site_id, make_link(tx, found.site_id, talk, TO, now), now)


def test_the_talk_comes_without_notes_and_what_was_taken_back(
    house: House, cast: Cast, guest: VisitorIdentity, mail: MailServer
) -> None:
    talk = ask(house, guest)
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "a nuisance", "note"))
    wrong = house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "eleven"))
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), "", "delete", {"of": wrong.seq}))
    answer(house, cast, talk)
    confirm(house, talk)
    house.transcripts.request_transcript(guest, TO)
    work(house)
    (words,) = talks(mail)
    assert "how &lt;much&gt;?" in words
    assert "ten" in words
    assert not any(one in words for one in ("nuisance", "eleven", "evil.example"))


def test_an_address_that_nobody_confirmed_gets_a_way_back_and_no_word_of_the_talk(
    client: FlaskClient, house: House, cast: Cast, guest: VisitorIdentity, mail: MailServer
) -> None:
    answer(house, cast, ask(house, guest), "thirteen")
    house.transcripts.request_transcript(guest, TO)
    work(house)
    (words,) = talks(mail)
    assert not any(said in words for said in ("much", "thirteen"))
    (token,) = set(re.findall(r"/c/([a-z2-7]{26})", words))
    assert token in client.get(f"/c/{token}").text
    body = {"identity": {"link": token}}
    key = client.post("/w/v1/identify?site=demo", json=body, headers=bearer(OTHER_ID, SECRET)).json
    read = client.get("/w/v1/messages?site=demo&after=0", headers=bearer(key["visitor"], key["secret"])).json
    assert [one["body"] for one in read["messages"] if one["kind"] == "text"] == ["how <much>?", "thirteen"]
    house.transcripts.request_transcript(guest, TO)
    work(house)
    assert "how &lt;much&gt;?" in talks(mail)[1]


def test_the_talk_is_sent_once_an_hour(house: House, cast: Cast, guest: VisitorIdentity, clock: FakeClock) -> None:
    answer(house, cast, ask(house, guest))
    house.transcripts.request_transcript(guest, TO)
    with pytest.raises(TooMany, match="too_many_letters"):
        house.transcripts.request_transcript(guest, "other@shop.example")
    clock.forward(hours=1, seconds=1)
    house.transcripts.request_transcript(guest, TO)


def test_a_talk_without_an_answer_is_no_letter(house: House, guest: VisitorIdentity) -> None:
    ask(house, guest)
    with pytest.raises(Conflict, match="nothing_said"):
        house.transcripts.request_transcript(guest, TO)


def test_an_address_that_is_none_is_refused(house: House, guest: VisitorIdentity) -> None:
    with pytest.raises(BadInput, match="bad_email"):
        house.transcripts.request_transcript(guest, "olga@shop")


def test_a_site_that_does_not_want_it_sends_none(house: House, cast: Cast, guest: VisitorIdentity) -> None:
    house.sites.update_site(cast.site.id, {"chat": replace(cast.site.chat, transcript=False)})
    answer(house, cast, ask(house, guest))
    with pytest.raises(Conflict, match="transcript_off"):
        house.transcripts.request_transcript(guest, TO)


def leave(house: House, guest: VisitorIdentity) -> None:
    form = {"fields": {"email": TO}, "question": "", "consent": None, "away": True}
    house.chat.post_from_visitor(guest, Entry(new_id(), "", "form", form))


def test_an_answer_reaches_who_left_an_address_and_is_gone(
    house: House, cast: Cast, guest: VisitorIdentity, mail: MailServer, clock: FakeClock
) -> None:
    talk = ask(house, guest)
    leave(house, guest)
    answer(house, cast, talk)
    answer(house, cast, talk, "twelve")
    clock.forward(minutes=2)
    work(house)
    (words,) = talks(mail)
    assert "ten" in words
    assert "twelve" in words
    assert "much" not in words


def test_who_has_read_it_meanwhile_gets_no_letter(
    house: House, cast: Cast, guest: VisitorIdentity, mail: MailServer, clock: FakeClock
) -> None:
    talk = ask(house, guest)
    leave(house, guest)
    answer(house, cast, talk)
    house.chat.read_by_visitor(guest, 99)
    clock.forward(minutes=2)
    work(house)
    assert talks(mail) == []


def test_the_widget_asks_over_http(client: FlaskClient, house: House, cast: Cast, guest: VisitorIdentity) -> None:
    answer(house, cast, ask(house, guest))
    asked = client.post(f"/w/v1/transcript?site={cast.site.key}", json={"email": TO}, headers=bearer())
    assert asked.json == {"sent": True}
