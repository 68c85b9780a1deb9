"""A letter that answers a notification: whose, to what, and which words of it are new. Pure."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

from widget_server.notify.providers.email.address import reply_token

LARGEST = 10_485_760
_TOKEN = re.compile(r"\+([a-z2-7]{26})-([a-z2-7]{26})@")
# Where mail programs begin what they quote.
_QUOTE = re.compile(
    r"^(>.*|-{2,} ?(original message|forwarded message|исходное сообщение|пересылаемое сообщение).*|_{10,}|-- ?"
    r"|on .{5,200}wrote:|.{5,200}(пишет|написал|написала|писал|писала|wrote):"
    r"|.{5,200}<[^<>\s]+@[^<>\s]+>:|(from|от кого|от): .*@.*)$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"^(on |\d|пн|вт|ср|чт|пт|сб|вс|понед|втор|сред|четв|пятн|субб|воскр)", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """``delivery_id`` names the notification that it answers; ``client_id`` is made of its Message-ID."""

    delivery_id: str
    sender: str
    words: str
    client_id: str


def read_letter(raw: bytes, key: bytes) -> Letter | None:
    """Return a person's answer to a notification of ours; None for all other letters."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes these"
    try:
        delivery_id = _delivery_id(message, key)
        if delivery_id is None or _is_automatic(message):
            return None
        sender = parseaddr(str(message.get("From", "")))[1].lower()
        name = str(message.get("Message-ID", "")).strip().encode() or raw
        digest = base64.b32encode(hashlib.sha256(name).digest()).decode()[:26].lower()
        return Letter(delivery_id, sender, new_words(_plain(message)), f"letter{digest}")
    except (ValueError, LookupError, AttributeError, TypeError):
        return None  # a letter that no mail program would write


def new_words(body: str) -> str:
    """Return what was written above the quoted letter.

    >>> new_words("Yes, tomorrow.\\n\\nOn Mon, 23 Nov 2026 Shop <a@b.example> wrote:\\n> Tomorrow?")
    'Yes, tomorrow.'
    """
    kept: list[str] = []
    lines = body.replace("\r\n", "\n").replace("\xa0", " ").split("\n")
    for number, line in enumerate(lines):
        plain = line.strip()
        both = f"{plain} {lines[number + 1].strip()}" if number + 1 < len(lines) else plain
        if _QUOTE.match(plain) or (_BEGINS.match(plain) and _QUOTE.match(both)):
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _delivery_id(message: EmailMessage, key: bytes) -> str | None:
    named = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
    written = [str(value) for name in named for value in message.get_all(name, [])]
    for _, address in getaddresses(written):
        found = _TOKEN.search(address.lower())
        if found and hmac.compare_digest(reply_token(key, found[1]), f"{found[1]}-{found[2]}"):
            return found[1]
    return None


def _is_automatic(message: EmailMessage) -> bool:
    """Tell whether a program wrote it: out of office, a bounce, a list."""
    said = str(message.get("Auto-Submitted", "no")).lower()
    lists = str(message.get("Precedence", "")).lower() in ("bulk", "list", "junk", "auto_reply")
    return said != "no" or lists or "List-Id" in message or not parseaddr(str(message.get("From", "")))[1]


def _plain(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())
    return content if part.get_content_type() == "text/plain" else _words_of(content)


class _Words(HTMLParser):
    """Collects what a person would read, without what is quoted."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("blockquote", "style", "script"):
            self._quoted += 1
        if tag in ("br", "p", "div", "li", "tr"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("blockquote", "style", "script"):
            self._quoted = max(0, self._quoted - 1)

    def handle_data(self, data: str) -> None:
        if not self._quoted:
            self.parts.append(data)


def _words_of(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.parts)
