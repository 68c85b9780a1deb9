"""Answering a waiting visitor by replying to the letter about them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.letters.mailbox import Inbox, inbox_served
from tests.notify.receivers import MailServer, mail_served
from tests.seeding import CHEAP, Cast, seed
from widget_server.app import create_app
from widget_server.chat.model import Entry
from widget_server.edge.identity import SiteIdentity
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.letters.model import new_words
from widget_server.rooms import House
from widget_server.settings import BadSettings, Settings, load_settings

OLGA = "olga@demo.example"
QUOTED = "\n\nOn Mon, 23 Nov 2026 at 12:00, Shop <alerts@okna.example> wrote:\n> A visitor waits\n> https://w.example"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_served(MailServer()) as running:
        yield running


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with inbox_served(Inbox()) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, mail: MailServer, inbox: Inbox) -> Settings:
    sends = {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "mail_from": "Shop <alerts@okna.example>"}
    replies = {"mail_replies": "reply@okna.example", "mail_replies_secret": "s3cret", "imap_url": inbox.url}
    return replace(settings, **sends, **replies)


@dataclass
class Desk:
    """A visitor waits, Olga was told by mail."""

    house: House
    cast: Cast
    notification: EmailMessage

    def answer(self, words: str, **headers: str) -> bytes:
        made = EmailMessage()
        to = str(self.notification["Reply-To"])
        known = {"From": f"Olga <{OLGA}>", "To": to, "Message-ID": "<1@mail.example>"}
        for name, value in (known | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            made[name] = value
        made.set_content(words)
        return made.as_bytes()

    def take(self, raw: bytes) -> str:
        return self.house.letters.letters.take(raw)

    def log(self) -> list[tuple[str, str | None, str]]:
        conversation = self.house.chat.find_id(self.cast.site.id, VISITOR_ID) or ""
        owner = self.house.operators.find_operator(self.cast.owner.id, 1) or self.cast.owner
        found = self.house.chat.sync_operator(owner, conversation, 0)["messages"]
        return [(one["author"], one["name"], one["body"]) for one in found if one["kind"] == "text"][1:]


@pytest.fixture
def desk(settings: Settings, clock: FakeClock, mail: MailServer) -> Iterator[Desk]:
    house = build(settings, clock, CHEAP)
    cast = seed(house)
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    visitor = house.visitors.hello(site, VISITOR_ID, SECRET, None)
    house.chat.post_from_visitor(visitor, Entry(new_id(), "Сколько стоит?"))
    for runner in house.runners:
        runner.run_due()
    (letter,) = mail.letters
    yield Desk(house, cast, letter)
    house.storage.close()


def test_a_reply_goes_to_the_visitor_as_the_operators(desk: Desk) -> None:
    assert desk.take(desk.answer("От 30 000." + QUOTED)) == "posted"
    assert desk.log() == [("operator", "Ольга", "От 30 000.")]


def test_the_letter_says_that_it_may_be_answered(desk: Desk) -> None:
    body = desk.notification.get_body(("plain",))
    assert body is not None
    assert "ответьте на это письмо" in body.get_content()
    local = str(desk.notification["Reply-To"]).split("@")[0]
    assert len(local) <= 64


def test_a_letter_that_comes_twice_is_one_message(desk: Desk) -> None:
    for _ in range(3):
        desk.take(desk.answer("Да"))
    desk.take(desk.answer("Ещё", Message_ID="<2@mail.example>"))
    assert [words for _, _, words in desk.log()] == ["Да", "Ещё"]


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"From": "boris@demo.example"}, "stranger"),
        ({"To": "reply@okna.example"}, "not_ours"),
        ({"To": f"reply+{'a' * 26}-{'b' * 26}@okna.example"}, "not_ours"),
        ({"Auto_Submitted": "auto-replied"}, "not_ours"),
        ({"Precedence": "bulk"}, "not_ours"),
    ],
)
def test_other_letters_are_not_taken(desk: Desk, headers: dict[str, str], outcome: str) -> None:
    assert desk.take(desk.answer("Да", **headers)) == outcome
    assert desk.log() == []


def test_nothing_new_is_nothing_to_post(desk: Desk) -> None:
    assert desk.take(desk.answer(QUOTED)) == "empty"


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\x00", b"To: <\n\n", b"Content-Type: multipart/mixed; boundary=x\n\n--x", b"x" * 300]
)
def test_nonsense_is_no_letter(desk: Desk, raw: bytes) -> None:
    assert desk.take(raw) == "not_ours"
    bad = f"From: {OLGA}\nTo: {desk.notification['Reply-To']}\nContent-Type: text/plain; charset=nowhere\n\n".encode()
    assert desk.take(bad + raw) in ("not_ours", "empty", "posted")


def test_html_is_read_as_a_person_reads_it(desk: Desk) -> None:
    made = EmailMessage()
    made["From"], made["To"] = OLGA, str(desk.notification["Reply-To"])
    made.set_content("<p>От <b>30 000</b></p><style>p{}</style><blockquote>Сколько?</blockquote>", subtype="html")
    assert desk.take(made.as_bytes()) == "posted"
    assert desk.log()[0][2] == "От 30 000"


@pytest.mark.parametrize(
    "below",
    [
        "On Mon, 23 Nov 2026 at 12:00, Shop <a@b.example> wrote:\n> x",
        "On Mon, 23 Nov 2026 at 12:00, Shop with a long name\n<a@b.example> wrote:\n> x",
        "пн, 23 нояб. 2026 г. в 12:00, Shop <a@b.example>:\n> x",
        "23.11.2026 12:00, Shop пишет:\n> x",
        "-----Original Message-----\nFrom: a@b.example",
        "________________________________\nОт: Shop <a@b.example>",
        "-- \nОльга",
        "> x",
    ],
)
def test_what_mail_programs_quote_is_cut(below: str) -> None:
    assert new_words(f"Да.\nЗавтра.\n\n{below}") == "Да.\nЗавтра."
    assert "x" not in new_words(f"Да.\n\n{below}")


def test_a_mailbox_is_read_and_marked(desk: Desk, inbox: Inbox) -> None:
    inbox.letters += [b"Subject: spam\r\n\r\nbuy", desk.answer("От 30 000.\r\n" + QUOTED)]
    assert desk.house.letters.mailbox.read() == 2
    assert (inbox.seen, desk.log()) == ({1, 2}, [("operator", "Ольга", "От 30 000.")])
    assert desk.house.letters.mailbox.read() == 0
    inbox.seen.clear()  # it died before it marked them
    desk.house.letters.mailbox.read()
    assert len(desk.log()) == 1
    assert "s@cret" in inbox.logins[0]


def test_a_mail_server_posts_with_the_secret(desk: Desk) -> None:
    client = create_app(desk.house).test_client()
    raw = desk.answer("Да")
    for secret in ("", "wrong", "é"):
        assert client.post("/letters/in", data=raw, headers={"X-Letters-Secret": secret}).status_code == 404
    answer = client.post("/letters/in", data=raw, headers={"X-Letters-Secret": "s3cret"}, content_type="message/rfc822")
    assert (answer.json, len(desk.log())) == ({"outcome": "posted"}, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"MAIL_REPLIES": "reply@okna.example"},
        {"MAIL_REPLIES": "a-very-long-name@okna.example", "MAIL_REPLIES_SECRET": "x"},
        {"IMAP_URL": "mail.example"},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings, match=r"mail_replies|imap_url"):
        load_settings({f"WIDGET_{name}": value for name, value in wrong.items()})
