"""Letters, taken by a mail server of our own."""

import re
import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.notify.conftest import ALL, Desk
from tests.notify.receivers import MailServer, mail_served
from widget_server.kernel.errors import BadInput
from widget_server.notify.model import KINDS, Target, Wishes
from widget_server.notify.providers.email.address import read_address
from widget_server.notify.providers.email.mailer import MailServer as Place

FROM = "Окна Плюс <alerts@okna.example>"


@pytest.fixture
def desk(desk: Desk, mail: MailServer) -> Desk:
    desk = desk.with_settings(smtp_url=f"smtp://127.0.0.1:{mail.port}", mail_from=FROM, public_url="https://w.example")
    (owner,) = desk.room.targets.list_targets(desk.owner)
    desk.room.targets.remove(desk.owner, owner.id)
    return desk


def told(desk: Desk, wishes: Wishes = ALL, **alert: Any) -> Target:
    target = desk.target("email", "anna@okna.example", wishes)
    desk.alert(**alert)
    desk.work()
    return target


def test_a_letter_says_it_in_text_and_html(desk: Desk, mail: MailServer) -> None:
    told(desk)
    (letter,) = mail.letters
    assert letter["Subject"] == "Пропущен обратный звонок · Окна Плюс"
    assert letter["From"].addresses[0].display_name == "Окна Плюс"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    for part in letter.iter_parts():
        assert "+7 912 ***-**-89" in part.get_content()
        assert "https://w.example/console/calls" in part.get_content()


def test_a_letter_speaks_the_language_of_its_reader(desk: Desk, mail: MailServer) -> None:
    told(desk, Wishes(frozenset(KINDS), language="en"))
    assert (mail.letters[0]["Subject"], mail.letters[0]["Content-Language"]) == (
        "A callback was missed · Окна Плюс",
        "en",
    )


def test_a_letter_sent_twice_is_one_letter(desk: Desk, mail: MailServer) -> None:
    told(desk)
    (one,) = desk.deliveries()
    desk.room.targets.replay(desk.owner, one.id)
    desk.work()
    assert [letter["Message-ID"] for letter in mail.letters] == [f"<{one.id}@okna.example>"] * 2


def test_words_of_visitors_are_words_only(desk: Desk, mail: MailServer) -> None:
    wishes = Wishes(frozenset(KINDS), details=True)
    told(desk, wishes, kind="conversation_waiting", params={"words": '<img src=x onerror=alert(1)> {{ 7 * 7 }} "'})
    html = list(mail.letters[0].iter_parts())[1].get_content()
    assert "&lt;img src=x onerror=alert(1)&gt; {{ 7 * 7 }}" in html


def test_no_word_ends_a_header(desk: Desk, mail: MailServer) -> None:
    desk.sites.update_site(desk.site.id, {"name": "Окна\r\nBcc: all@okna.example"})
    told(desk)
    assert (mail.letters[0]["Bcc"], mail.letters[0]["Subject"]) == (
        None,
        "Пропущен обратный звонок · Окна Bcc: all@okna.example",
    )


def test_colours_are_those_of_the_console_in_both_lights(desk: Desk, mail: MailServer) -> None:
    told(desk)
    html = list(mail.letters[0].iter_parts())[1].get_content()
    assert "oklch" not in html
    light, dark = html.split("prefers-color-scheme: dark")
    assert re.search(r"body \{ margin: 0; background: #f\w{5}; color: #1\w{5};", light)
    assert re.search(r"body \{ background: #0\w{5} !important; color: #e\w{5} !important;", dark)


def test_the_link_in_the_letter_ends_the_letters(desk: Desk, mail: MailServer) -> None:
    target = told(desk)
    link = mail.letters[0]["List-Unsubscribe"]
    found = re.fullmatch(rf"<https://w\.example/alerts/stop/{target.id}/([\w-]+=*)>", link)
    assert found
    assert mail.letters[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    desk.room.targets.shut(desk.room.targets.stop(target.id, found[1]))
    assert desk.alert(subject="cb2") == 0


@pytest.mark.parametrize(
    ("command", "reply", "state", "error"),
    [
        ("RCPT", "550 no such user", "failed", "mail_refused"),
        ("RCPT", "451 later", "queued", "mail_refused"),
        ("MAIL", "553 not you", "failed", "mail_refused"),
        ("DATA", "421 busy", "queued", "mail_refused"),
    ],
)
def test_what_the_mail_server_answers_is_seen(
    desk: Desk, mail: MailServer, command: str, reply: str, state: str, error: str
) -> None:
    mail.replies[command] = reply
    told(desk)
    (one,) = desk.deliveries()
    assert (one.state, one.error, one.status, one.excerpt) == (state, error, int(reply[:3]), reply[4:])


def test_a_wrong_password_is_named(desk: Desk, mail: MailServer) -> None:
    mail.replies["AUTH"] = "535 bad credentials"
    told(desk.with_settings(smtp_url=f"smtp://user:secret@127.0.0.1:{mail.port}"))
    assert [(one.state, one.error) for one in desk.deliveries()] == [("queued", "mail_login")]


def test_a_mail_server_that_is_away_is_tried_again(desk: Desk, mail: MailServer) -> None:
    told(desk.with_settings(smtp_url="smtp://127.0.0.1:1"))
    assert [(one.state, one.error) for one in desk.deliveries()] == [("queued", "no_answer")]


def test_a_password_never_goes_without_tls_to_another_machine() -> None:
    place = Place.read("smtp://user%40okna.example:p%2Fw@mail.example")
    assert (place.is_tls, place.port, place.user, place.password) == (False, 587, "user@okna.example", "p/w")


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this process believes in."""
    key, name = generate_private_key(SECP256R1()), x509.Name([])
    now = datetime.now()
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=2)).not_valid_after(now + timedelta(days=2))
    alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = made.add_extension(alternative, critical=True).add_extension(x509.BasicConstraints(True, None), True)
    file = tmp_path / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM) + private)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_the_password_goes_through_tls(desk: Desk, certified: ssl.SSLContext) -> None:
    with mail_served(MailServer(tls=certified)) as mail:
        told(desk.with_settings(smtp_url=f"smtp://user:secret@localhost:{mail.port}"))
        assert (len(mail.letters), mail.logins) == (1, ["AHVzZXIAc2VjcmV0"])


def test_a_certificate_that_nobody_knows_is_refused(
    desk: Desk, certified: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_served(MailServer(tls=certified)) as mail:
        told(desk.with_settings(smtp_url=f"smtp://user:secret@localhost:{mail.port}"))
        assert ([one.error for one in desk.deliveries()], mail.logins) == (["bad_tls"], [])


@pytest.mark.parametrize(
    "typed", ["", "anna", "anna@", "@x.example", "a b@x.example", "a@x", "a@x.example\nBcc: b@x.example", "ж@x.example"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="bad_email"):
        read_address(typed)
