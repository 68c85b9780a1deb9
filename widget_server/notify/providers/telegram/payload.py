"""The words of a Telegram message: plain text, so nothing that a visitor wrote can be read as a command or a link."""

from widget_server.notify.model import Message

LONGEST = 4000


def words_of(message: Message) -> str:
    facts = "\n".join(f"{label}: {value}" for label, value in message.facts)
    return "\n\n".join(part for part in (message.title, facts or message.lead, message.url) if part)[:LONGEST]
