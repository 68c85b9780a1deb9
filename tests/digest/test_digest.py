"""The week comes by e-mail on Monday morning, once, to whoever wants it; one press of a button ends it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, FakeClock
from tests.funnel.conftest import OTHER_PHONE, Funnel, funnel, switch
from tests.notify.receivers import MailServer, mail_served
from tests.seeding import Cast, seed
from tests.tracking.conftest import owner, work
from widget_server.digest.service import DigestService
from widget_server.rooms import House
from widget_server.settings import Settings

LogIn = Callable[[str], FlaskClient]
WEDNESDAY = datetime(2026, 11, 18, 9, tzinfo=UTC)
MONDAY_MORNING = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)  # 08:30 in Moscow


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_served(MailServer()) as running:
        yield running


@pytest.fixture
def settings(settings: Settings, mail: MailServer) -> Settings:
    mails = {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "mail_from": "Widget <widget@okna.example>"}
    return replace(settings, **mails, public_url="https://chat.okna.example")


def letters(mail: MailServer) -> list[EmailMessage]:
    return [one for one in mail.letters if str(one["Message-ID"]).startswith("<digest.")]


def words(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def morning(house: House, clock: FakeClock, at: datetime = MONDAY_MORNING) -> None:
    clock.at = at
    house.digest.schedule()
    for runner in house.runners:
        runner.sweep()
    work(house)


def test_the_week_stands_against_the_one_before(
    house: House, cast: Cast, clock: FakeClock, funnel: Funnel, mail: MailServer
) -> None:
    clock.at = WEDNESDAY - timedelta(days=7)
    funnel.write()
    clock.at = WEDNESDAY
    funnel.callback("+79990001122", OTHER_ID)
    funnel.sell(funnel.write(OTHER_PHONE))
    funnel.chat()
    morning(house, clock)
    (letter,) = letters(mail)
    said = words(letter)
    assert letter["To"] == "olga@demo.example"
    assert "16 ноября – 22 ноября" in str(letter["Subject"])
    for line in (
        "Заказано обратных звонков: 1 (раньше: 0, +1)",
        "Чаты: 1 (раньше: 0, +1)",
        "Новые лиды: 3 (раньше: 1, +2)",
    ):
        assert line in said
    assert "Оплачено заказов: 1" in said
    assert "12\u202f500,50" in said.replace("\xa0", "\u202f")
    assert "Новые лиды" in words(letter, "html")


def test_it_comes_once_however_often_somebody_looks(
    house: House, cast: Cast, clock: FakeClock, mail: MailServer
) -> None:
    for hours in range(30):
        morning(house, clock, MONDAY_MORNING + timedelta(hours=hours))
    assert len(letters(mail)) == 1
    morning(house, clock, MONDAY_MORNING + timedelta(days=7))
    assert len(letters(mail)) == 2


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        (MONDAY_MORNING - timedelta(hours=1), False),  # 07:30
        (MONDAY_MORNING + timedelta(days=2), True),  # the server was down on Monday
        (MONDAY_MORNING + timedelta(days=3), False),
    ],
)
def test_it_comes_on_monday_morning(
    house: House, cast: Cast, clock: FakeClock, mail: MailServer, at: datetime, comes: bool
) -> None:
    morning(house, clock, at)
    assert len(letters(mail)) == comes


def test_a_site_far_in_the_west_is_waited_for(house: House, cast: Cast, clock: FakeClock, mail: MailServer) -> None:
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    house.sites.update_site(other.site.id, {"timezone": "America/New_York"})
    morning(house, clock)
    assert [one["To"] for one in letters(mail)] == ["olga@demo.example"]
    morning(house, clock, MONDAY_MORNING + timedelta(hours=8))
    assert [one["To"] for one in letters(mail)] == ["olga@demo.example", "olga@other.example"]


def test_a_worker_that_dies_between_sending_and_writing_down_sends_the_same_letter(
    house: House, cast: Cast, clock: FakeClock, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    plain = DigestService._hand_over

    def die(*args: object) -> None:
        plain(*args)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(DigestService, "_hand_over", die)
        with pytest.raises(Killed):
            morning(house, clock)
    for minutes in (3, 6, 9):
        morning(house, clock, MONDAY_MORNING + timedelta(minutes=minutes))
    assert len({str(one["Message-ID"]) for one in letters(mail)}) == 1
    assert len(letters(mail)) == 2  # mail programs show one of them


def test_a_mail_server_that_is_down_is_tried_again(
    house: House, cast: Cast, clock: FakeClock, mail: MailServer
) -> None:
    mail.replies["MAIL"] = "451 later"
    morning(house, clock)
    assert letters(mail) == []
    mail.replies.clear()
    morning(house, clock, MONDAY_MORNING + timedelta(minutes=2))
    assert len(letters(mail)) == 1


def test_one_press_ends_it(house: House, cast: Cast, clock: FakeClock, mail: MailServer, client: FlaskClient) -> None:
    morning(house, clock)
    (letter,) = letters(mail)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = str(letter["List-Unsubscribe"]).strip("<>")
    assert link in words(letter)
    path = link.removeprefix("https://chat.okna.example")
    assert client.get(path).status_code == 200  # a scanner opens it, and nothing happens
    assert house.digest.wants(owner(house, cast))
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not house.digest.wants(owner(house, cast))
    morning(house, clock, MONDAY_MORNING + timedelta(days=7))
    assert len(letters(mail)) == 1
    assert client.post(re.sub("/[^/]+$", "/wrong", path)).status_code == 404


def test_owners_get_it_others_ask_for_it_and_operators_have_their_day(
    log_in: LogIn, house: House, cast: Cast, clock: FakeClock, mail: MailServer
) -> None:
    olga = log_in("olga@demo.example")
    assert "checked" in olga.get("/console/me/digest").get_data(as_text=True)
    olga.post("/console/me/digest", data={})
    morning(house, clock)
    assert letters(mail) == []
    olga.post("/console/me/digest", data={"wanted": "1"})
    olga.post("/console/me/digest/now")
    work(house)
    assert len(letters(mail)) == 1
    assert log_in("anna@demo.example").get("/console/me/digest").status_code == 403
    assert not house.digest.wants(cast.anna)


def test_what_needs_attention_is_named_with_a_link(
    house: House, cast: Cast, clock: FakeClock, funnel: Funnel, mail: MailServer
) -> None:
    clock.at = WEDNESDAY
    funnel.ring()
    clock.forward(minutes=10)
    work(house)
    house.crm.crm.connect(owner(house, cast), cast.site, "https://10.0.0.1/rest/1/a1b2c3d4e5f6/")
    work(house)
    morning(house, clock)
    said = words(letters(mail)[0])
    assert "CRM больше не получает лиды" in said
    assert "https://chat.okna.example/console/leads/crm" in said


__all__ = ["funnel", "switch"]
