"""A Telegram chat: nobody types it; the person sends the bot a one-time code, and the chat is known."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from widget_server.kernel.clock import iso
from widget_server.kernel.ids import new_id
from widget_server.kernel.untrusted import cut_text

CODE_LIFE = timedelta(minutes=15)
LONGEST_NAME = 80
_START = re.compile(r"/start(?:@\w{3,40})?\s+([a-z2-7]{26})\s*")


def new_code(at: datetime) -> dict[str, Any]:
    """Return the data of a target that waits for its chat."""
    return {"code": new_id(), "until": iso(at + CODE_LIFE)}


def code_in(message: Mapping[str, Any]) -> str | None:
    """Return the code that somebody sent.

    >>> code_in({"text": "/start@shop_bot " + "a" * 26})
    'aaaaaaaaaaaaaaaaaaaaaaaaaa'
    """
    found = _START.fullmatch(str(message.get("text", "")))
    return found[1] if found else None


def chat_name(chat: Mapping[str, Any]) -> str:
    """Call a chat as Telegram shows it: a group's title, or a person's name."""
    words = chat.get("title") or " ".join(str(chat[one]) for one in ("first_name", "last_name") if chat.get(one))
    return cut_text(words, LONGEST_NAME) or "Telegram"
