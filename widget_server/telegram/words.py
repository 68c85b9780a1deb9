"""How a conversation reads in Telegram: plain text, so nothing that a visitor wrote can be a command or a link."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from widget_server.chat.model import Message
from widget_server.kernel.untrusted import cut_text
from widget_server.telegram.model import LONGEST_TOPIC
from widget_server.texts import text


def topic_name(profile: Mapping[str, Any]) -> str:
    """Call a topic as operators call the visitor, and say where they are.

    >>> topic_name({"label": "#ABCD", "title": "Windows", "page": "https://shop.example/w"})
    '#ABCD · Windows'
    >>> topic_name({"label": "#ABCD", "title": None, "page": "https://shop.example/w"})
    '#ABCD · /w'
    """
    return (cut_text(headline(profile), LONGEST_TOPIC)) or "?"


def headline(profile: Mapping[str, Any]) -> str:
    where = profile.get("title") or _path(str(profile.get("page") or ""))
    return " · ".join(" ".join(str(part).split()) for part in (profile["label"], where) if part)


def entry_words(entry: Message, language: str) -> str | None:
    """Return what the chat reads of an entry; None for what is of no use there."""
    who = entry.name if entry.author == "operator" else None
    begin = f"{who}: " if who else ""
    if entry.kind in ("text", "edit"):
        return begin + entry.body if entry.body else None
    if entry.kind == "note":
        return text(language, "telegram.note", who=who or "", words=entry.body)
    if entry.kind == "delete":
        return text(language, "telegram.deleted")
    if entry.kind == "file":
        return begin + text(language, "telegram.file", name=str(entry.data.get("name") or entry.body or ""))
    return None


def _path(page: str) -> str:
    try:
        return urlsplit(page).path
    except ValueError:
        return ""
