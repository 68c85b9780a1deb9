"""The letter itself: words and the same in HTML, without notes of colleagues."""

from collections.abc import Mapping, Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from babel.dates import format_datetime as in_words

from widget_server.chat.model import SAID, Message
from widget_server.notify.providers.email.payload import colours, one_line, templates
from widget_server.sites.model import Site
from widget_server.texts import text
from widget_server.transcripts.model import Letter, Line


def lines_of(said: Sequence[Message], site: Site, language: str) -> list[Line]:
    """Return what both sides said; of what was taken back nothing."""
    own, nameless = text(language, "transcripts.you"), text(language, "transcripts.operator")
    return [
        Line(
            who=own if one.author == "visitor" else one.name or nameless,
            at=in_words(one.at.astimezone(site.zone), "d MMMM, HH:mm", locale=language),
            words=text(language, "transcripts.file", name=one.body) if one.kind == "file" else one.body,
            is_own=one.author == "visitor",
        )
        for one in said
        if one.kind in SAID and "deleted" not in one.data
    ]


def compose(letter: Letter, site: Site, lines: Sequence[Line], mail_from: str, url: str | None) -> EmailMessage:
    """Return the letter. Its Message-ID is made of the letter's id: sent twice, it is one letter."""
    sender = parseaddr(mail_from)[1]
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=one_line(site.name), addr_spec=sender)
    made["To"] = Address(addr_spec=letter.address)
    title = text(letter.language, f"transcripts.{letter.kind}.title", site=site.name)
    made["Subject"] = one_line(title)
    made["Date"] = format_datetime(letter.created_at)
    made["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    told = {"title": title, "site": site, "lines": lines, "url": url}
    made.set_content(_render("talk.txt", letter, told), cte="quoted-printable")
    made.add_alternative(_render("talk.html", letter, told), subtype="html", cte="quoted-printable")
    made["Content-Language"] = letter.language
    return made


def _render(name: str, letter: Letter, told: Mapping[str, object]) -> str:
    return (
        templates()
        .get_template(f"mail/{name}")
        .render(
            **told,
            letter=letter,
            light=colours(":root,\n.cw {"),
            dark=colours("@media (prefers-color-scheme: dark)"),
            text=lambda key, **args: text(letter.language, key, **args),
        )
    )
