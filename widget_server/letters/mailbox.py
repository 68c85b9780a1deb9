"""A mailbox that is read by IMAP, by one process of all."""

import contextlib
import imaplib
import logging
import ssl
import threading
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from widget_server.letters.service import LetterService
from widget_server.notify.providers.email.mailer import LOCAL
from widget_server.settings import Settings

log = logging.getLogger(__name__)
LEASE = "letters"
SECONDS = 15.0
PAUSE_SECONDS = 20.0
MOST = 50


class Mailbox:
    """A `Listener`. A letter is marked as read once it was taken: taken again after a crash, it is posted once."""

    def __init__(self, letters: LetterService, settings: Settings) -> None:
        self._letters, self._url = letters, settings.imap_url

    def run(self, lost: threading.Event) -> None:
        while not lost.is_set():
            try:
                self.read()
            except (OSError, imaplib.IMAP4.error) as error:
                log.warning("the mailbox cannot be read: %s", type(error).__name__)
            except Exception:
                log.exception("letters cannot be taken; trying again")
            lost.wait(PAUSE_SECONDS)

    def read(self) -> int:
        """Take the letters that nobody has read; return how many."""
        with self._opened() as box:
            box.select("INBOX")
            numbers = box.uid("SEARCH", "UNSEEN")[1][0].split()[:MOST]
            for number in numbers:
                self._letters.take(_fetched(box, number))
                box.uid("STORE", number.decode(), "+FLAGS", "(\\Seen)")
            return len(numbers)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[imaplib.IMAP4]:
        parts, tls = urlsplit(self._url), ssl.create_default_context()
        host = parts.hostname or ""
        box: imaplib.IMAP4
        if parts.scheme == "imaps":
            box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=tls, timeout=SECONDS)
        else:
            box = imaplib.IMAP4(host, parts.port or 143, timeout=SECONDS)
        with box:
            if parts.scheme == "imap" and host not in LOCAL:
                box.starttls(tls)
            box.login(unquote(parts.username or ""), unquote(parts.password or ""))
            yield box


def _fetched(box: imaplib.IMAP4, number: bytes) -> bytes:
    answer = box.uid("FETCH", number.decode(), "(BODY.PEEK[])")[1]
    found = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    return bytes(found)
