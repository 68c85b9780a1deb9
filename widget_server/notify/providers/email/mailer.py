"""The mail server of the settings: takes a finished letter, says what became of it."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from widget_server.notify.outgoing import CONNECT_SECONDS, SECONDS, ended_at
from widget_server.notify.port import EXCERPT, Receipt, Undelivered
from widget_server.settings import Settings

LOCAL = ("localhost", "127.0.0.1", "::1")
PERMANENT = 500


@dataclass(frozen=True)
class MailServer:
    """What ``smtp_url`` says: ``smtps://`` is TLS from the start, ``smtp://`` STARTTLS (but on our own machine)."""

    is_tls: bool
    host: str
    port: int
    user: str
    password: str

    @classmethod
    def read(cls, url: str) -> "MailServer":
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        port = parts.port or (465 if is_tls else 587)
        return cls(is_tls, parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""))


class Mailer:
    """Hands letters over; everybody who writes e-mail goes through here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def missing(self) -> str | None:
        return None if self._settings.smtp_url else "smtp_url"

    def hand_over(self, letter: EmailMessage) -> Receipt:
        """Give the server a letter.

        Raises
        ------
        Undelivered
        """
        try:
            with self._server() as server:
                server.send_message(letter)
                return Receipt(250)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _refused("mail_refused", code, words) from None
        except smtplib.SMTPAuthenticationError as error:
            raise Undelivered("mail_login", _receipt(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPNotSupportedError:
            raise Undelivered("bad_tls") from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _refused("mail_refused", error.smtp_code, error.smtp_error) from None
        except ssl.SSLError:
            raise Undelivered("bad_tls") from None
        except (smtplib.SMTPException, OSError):
            raise Undelivered("no_answer") from None

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        place = MailServer.read(self._settings.smtp_url)
        own_name = parseaddr(self._settings.mail_from)[1].rpartition("@")[2]
        tls = ssl.create_default_context()
        until = time.monotonic() + SECONDS
        opened = (
            smtplib.SMTP_SSL(place.host, place.port, own_name, timeout=CONNECT_SECONDS, context=tls)
            if place.is_tls
            else smtplib.SMTP(place.host, place.port, own_name, timeout=CONNECT_SECONDS)
        )
        assert opened.sock is not None, "smtplib connects at once when it is given a host"
        with opened as server, ended_at(opened.sock, until):
            server.ehlo()
            if not place.is_tls and (place.host not in LOCAL or server.has_extn("starttls")):
                server.starttls(context=tls)
            if place.user:
                server.login(place.user, place.password)
            yield server


def _refused(code: str, status: int, words: bytes | str) -> Undelivered:
    return Undelivered(code, _receipt(status, words), permanent=status >= PERMANENT)


def _receipt(status: int, words: bytes | str) -> Receipt:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Receipt(status, " ".join(said.split())[:EXCERPT] or None)
