"""The letter: words and the same in HTML, in the colours of the console."""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from widget_server.assets import STATIC, TEMPLATES
from widget_server.notify.model import Message
from widget_server.notify.providers.email.colours import hex_of
from widget_server.texts import text

_TOKEN = re.compile(r"(--[a-z0-9-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")


def letter(message: Message, to: str, mail_from: str, stop_url: str, reply_to: str | None = None) -> EmailMessage:
    """Return the letter. Its Message-ID is made of ``message.id``: sent twice, it is one letter."""
    name, sender = parseaddr(mail_from)
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=name, addr_spec=sender)
    made["To"] = Address(addr_spec=to)
    if reply_to is not None:
        made["Reply-To"] = Address(addr_spec=reply_to)
    made["Subject"] = one_line(f"{message.title} · {message.facts[0][1]}" if message.facts else message.title)
    made["Date"] = format_datetime(message.at)
    made["Message-ID"] = f"<{message.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{stop_url}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(_render("alert.txt", message, stop_url, reply_to), cte="quoted-printable")
    made.add_alternative(_render("alert.html", message, stop_url, reply_to), subtype="html", cte="quoted-printable")
    made["Content-Language"] = message.language  # after the parts: they take earlier Content- headers along
    return made


def one_line(words: str) -> str:
    """Return words that end no header early.

    >>> one_line("Окна\\r\\nBcc: all@shop.example")
    'Окна Bcc: all@shop.example'
    """
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())[:200]


def _render(name: str, message: Message, stop_url: str, reply_to: str | None) -> str:
    template = templates().get_template(f"mail/{name}")
    return template.render(
        message=message,
        stop_url=stop_url,
        may_reply=reply_to is not None,
        light=colours(":root,\n.cw {"),
        dark=colours("@media (prefers-color-scheme: dark)"),
        text=lambda key, **args: text(message.language, key, **args),
    )


@cache
def templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def colours(block: str) -> Mapping[str, str]:
    """Return the colours of one block of ``static/tokens.css`` as letters need them: mail programs know no oklch()."""
    css = (STATIC / "tokens.css").read_text()
    start = css.index(block)
    own = css[start : css.index("\n}\n", start)]
    return {name.strip("-").replace("-", "_"): hex_of(*map(float, parts)) for name, *parts in _TOKEN.findall(own)}
