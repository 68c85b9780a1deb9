"""A conversation as a Telegram chat has it, and what people write there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from widget_server.kernel.untrusted import clean_text

CODE_LIFE = timedelta(minutes=15)
LONGEST_TOPIC = 128
BY_TELEGRAM = "telegram"


@dataclass(frozen=True)
class Topic:
    """One conversation in one chat. ``thread_id``: its forum topic, None where the chat has none.

    ``sent_seq``: up to which entry the chat was told. ``busy_until``: somebody is telling it until then.
    """

    target_id: str
    conversation_id: str
    chat_id: str
    thread_id: int | None
    sent_seq: int
    busy_until: datetime | None


@dataclass(frozen=True)
class Link:
    """An operator in Telegram: ``user_id`` once the code was used."""

    operator_id: str
    code: str | None
    until: datetime | None
    user_id: str | None
    name: str


@dataclass(frozen=True)
class Heard:
    """A message that somebody wrote where the bot can read it."""

    update_id: int
    chat_id: str
    is_private: bool
    user_id: str
    user_name: str
    message_id: int
    thread_id: int | None
    reply_to: int | None
    words: str
    is_edit: bool

    @property
    def client_id(self) -> str:
        """The name under which it enters the log: an update that is read twice is one entry."""
        return f"{BY_TELEGRAM}{self.update_id}"

    @property
    def command(self) -> tuple[str, str]:
        """Return the command and what follows; no command for plain words.

        >>> heard = Heard(1, "5", False, "7", "Anna", 3, None, None, "/note@shop_bot owes money", False)
        >>> heard.command
        ('note', 'owes money')
        """
        first, _, rest = self.words.partition(" ")
        return (first[1:].partition("@")[0].lower(), rest.strip()) if first.startswith("/") else ("", self.words)


Outcome = Literal["unlinked", "how", "words_only", "too_long", "not_yours", "too_late", "closed", "linked", "bad_code"]


def read_update(update: Mapping[str, Any]) -> Heard | None:
    """Return what a person wrote; None for everything else (joins, pins, what other bots say)."""
    edited = update.get("edited_message")
    message = edited or update.get("message")
    if not isinstance(message, dict):
        return None
    who, chat = _object(message, "from"), _object(message, "chat")
    if who.get("is_bot") or not isinstance(who.get("id"), int) or not isinstance(chat.get("id"), int):
        return None
    reply, thread = _object(message, "reply_to_message"), message.get("message_thread_id")
    return Heard(
        update_id=int(update["update_id"]),
        chat_id=str(chat["id"]),
        is_private=chat.get("type") == "private",
        user_id=str(who["id"]),
        user_name=clean_text(" ".join(str(who[one]) for one in ("first_name", "last_name") if who.get(one)))[:80],
        message_id=_number(message.get("message_id")) or 0,
        thread_id=_number(thread) if message.get("is_topic_message") else None,
        reply_to=_number(reply.get("message_id")),
        words=clean_text(str(message.get("text") or "")),
        is_edit=edited is not None,
    )


def is_content(update: Mapping[str, Any]) -> bool:
    """Tell whether a message without text brings something that a person would miss: a picture, a voice."""
    message = _object(update, "message")
    kinds = (
        "photo",
        "voice",
        "video",
        "video_note",
        "document",
        "sticker",
        "audio",
        "location",
        "contact",
        "animation",
    )
    return any(kind in message for kind in kinds)


def _object(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = message.get(name)
    return found if isinstance(found, dict) else {}


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and abs(value) < 2**62 else None
