"""Hands letters to the mail server of the settings."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

from widget_server.notify.keys import Keys
from widget_server.notify.model import Message, Target
from widget_server.notify.outgoing import CONNECT_SECONDS, SECONDS, ended_at
from widget_server.notify.port import EXCERPT, Receipt, Undelivered
from widget_server.notify.providers.email.address import reply_address, reply_token
from widget_server.notify.providers.email.payload import letter
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


class EmailMessenger:
    """The channel ``email``."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._settings, self._keys = settings, keys

    @property
    def missing(self) -> str | None:
        return None if self._settings.smtp_url else "smtp_url"

    def send(self, target: Target, message: Message) -> Receipt:
        stop_url = f"{self._settings.url}/alerts/stop/{target.id}/{self._keys.stop_token(target.id)}"
        made = letter(message, target.address, self._settings.mail_from, stop_url, self._reply_to(message))
        try:
            with self._server() as server:
                server.send_message(made)
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

    def _reply_to(self, message: Message) -> str | None:
        """Return the address at which this notification is answered, None where it cannot be."""
        if not self._settings.mail_replies or message.kind != "conversation_waiting":
            return None
        return reply_address(self._settings.mail_replies, reply_token(self._keys.reply_key, message.id))

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
