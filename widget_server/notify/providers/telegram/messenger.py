"""Speaks to people through a Telegram bot (core.telegram.org/bots/api)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from widget_server.notify.model import Message, Target
from widget_server.notify.outgoing import Answer, Outgoing
from widget_server.notify.port import Receipt, Undelivered
from widget_server.notify.providers.telegram.payload import words_of
from widget_server.settings import Settings

# What Telegram says of a chat that will never hear us again.
SHUT_OUT = ("blocked", "kicked", "deactivated", "chat not found", "not a member", "chat was deleted")


class TelegramMessenger:
    """The channel ``telegram``. The token is a part of the address, so addresses are never logged."""

    def __init__(self, outgoing: Outgoing, settings: Settings) -> None:
        self._outgoing = outgoing
        self._token = settings.telegram_bot_token
        self._url = settings.telegram_url.rstrip("/")

    @property
    def missing(self) -> str | None:
        return None if self._token else "telegram_bot_token"

    def send(self, target: Target, message: Message) -> Receipt:
        self.say(target.address, words_of(message))
        return Receipt(200)

    def say(self, chat_id: str, words: str) -> None:
        quiet = {"is_disabled": True}
        self.call("sendMessage", {"chat_id": chat_id, "text": words, "link_preview_options": quiet})

    def call(self, method: str, params: Mapping[str, Any]) -> Any:
        """Call a method of the Bot API and return its ``result``.

        Raises
        ------
        Undelivered
        """
        body = json.dumps(params).encode()
        url = f"{self._url}/bot{self._token}/{method}"
        answer = self._outgoing.post_trusted(url, body, {"Content-Type": "application/json"})
        said = _read(answer)
        if answer.status == 200 and said.get("ok") is True:
            return said.get("result")
        raise _undelivered(answer, said)


def _read(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _undelivered(answer: Answer, said: Mapping[str, Any]) -> Undelivered:
    words = str(said.get("description") or "")[:200] or None
    receipt = Receipt(answer.status, words)
    more = said.get("parameters")
    more = more if isinstance(more, dict) else {}
    if isinstance(moved := more.get("migrate_to_chat_id"), int):
        return Undelivered("moved", receipt, moved_to=str(moved))
    if answer.status in (401, 404):
        return Undelivered("bad_token", receipt)
    if answer.status in (400, 403) and any(sign in (words or "").lower() for sign in SHUT_OUT):
        return Undelivered("shut_out", receipt, gone=True)
    wait = timedelta(seconds=after) if isinstance(after := more.get("retry_after"), int) else None
    return Undelivered("refused", receipt, permanent=answer.status == 400, wait=wait)
