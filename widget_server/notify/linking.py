"""Connecting a Telegram chat: while somebody holds a one-time code, the bot's messages are read every two seconds."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify import store
from widget_server.notify.model import Target
from widget_server.notify.port import Undelivered
from widget_server.notify.providers.telegram.address import chat_name, code_in, new_code
from widget_server.notify.providers.telegram.messenger import TelegramMessenger
from widget_server.notify.store import PRESENT, targets
from widget_server.storage import Storage, Tx
from widget_server.texts import text

EVERY_SECONDS = 2
AFTER_TROUBLE_SECONDS = 10
PAGE = 20
MOST_PAGES = 5


class TelegramLinking:
    """Hands out codes and finds the chats from which they come back. Nothing is read while nobody connects."""

    def __init__(self, storage: Storage, clock: Clock, jobs: JobStore, telegram: TelegramMessenger) -> None:
        self._storage, self._clock, self._jobs, self._telegram = storage, clock, jobs, telegram
        self._is_read_elsewhere: Callable[[], bool] = lambda: False

    def leave_to(self, is_read_elsewhere: Callable[[], bool]) -> None:
        """While somebody else reads the bot's messages, read none: they bring them by ``take``."""
        self._is_read_elsewhere = is_read_elsewhere

    def take(self, update: Mapping[str, Any]) -> None:
        """Connect the chat if a message brings a code that somebody holds."""
        message = update.get("message")
        code = code_in(message) if isinstance(message, dict) and isinstance(message.get("chat"), dict) else None
        target = self._waiting().get(code) if code is not None else None
        if target is not None:
            self._connect(target, update["message"]["chat"])

    def offer_code(self, tx: Tx, target: Target) -> None:
        """Give a target a fresh code; it works once, for a quarter of an hour."""
        store.update_target(tx, target.id, data=new_code(self._clock.now()))
        self._look_in(tx, 0)

    def look(self) -> None:
        """Read what people wrote to the bot, and look again soon while somebody still holds a code."""
        waiting = self._waiting()
        if not waiting:
            return
        pause = EVERY_SECONDS
        try:
            self._name_bot(waiting)
            if not self._is_read_elsewhere():
                self._read(waiting)
        except Undelivered as problem:
            pause = AFTER_TROUBLE_SECONDS
            self._note(waiting, trouble=problem.code)
        with self._storage.begin() as tx:
            self._look_in(tx, pause)

    def _waiting(self) -> dict[str, Target]:
        now = self._clock.now()
        with self._storage.read() as tx:
            found = store.find_targets(tx, targets.c.channel == "telegram", PRESENT)
        holding = [target for target in found if "code" in target.data]
        return {target.data["code"]: target for target in holding if datetime.fromisoformat(target.data["until"]) > now}

    def _name_bot(self, waiting: Mapping[str, Target]) -> None:
        if any("bot" not in target.data for target in waiting.values()):
            bot = self._telegram.call("getMe", {})
            self._note(waiting, bot=str(bot["username"]))

    def _note(self, waiting: Mapping[str, Target], **more: str) -> None:
        """Write down what the page shows to those who wait, unless they got another code meanwhile."""
        with self._storage.begin() as tx:
            for code, target in waiting.items():
                now = store.find_target(tx, target.id)
                if now is not None and now.data.get("code") == code:
                    kept = {name: value for name, value in now.data.items() if name != "trouble"}
                    store.update_target(tx, target.id, data=kept | more)

    def _read(self, waiting: Mapping[str, Target]) -> None:
        params: dict[str, Any] = {"timeout": 0, "limit": PAGE, "allowed_updates": ["message"]}
        for _ in range(MOST_PAGES):
            updates = self._telegram.call("getUpdates", params)
            if not updates:
                return
            for update in updates:
                message = update.get("message") or {}
                target = waiting.get(code_in(message) or "")
                if target is not None:
                    self._connect(target, message["chat"])
            params["offset"] = updates[-1]["update_id"] + 1  # Telegram forgets what was read

    def _connect(self, target: Target, chat: Mapping[str, Any]) -> None:
        chat_id = str(chat["id"])
        with self._storage.begin() as tx:
            now = store.find_target(tx, target.id)
            if now is None or now.data.get("code") != target.data["code"]:
                return
            store.update_target(tx, target.id, address=chat_id, name=chat_name(chat), data={}, problem=None)
        try:
            self._telegram.say(chat_id, text(target.wishes.language, "notify.telegram.connected"))
        except Undelivered:
            return  # it is connected all the same; the page says so

    def _look_in(self, tx: Tx, seconds: int) -> None:
        """Have ``look`` called in that while, once however many wait; a moment later if it was called just now."""
        for later in (seconds, seconds + EVERY_SECONDS):
            at = self._clock.now() + timedelta(seconds=later)
            slot = int(at.timestamp()) // EVERY_SECONDS
            if self._jobs.add(tx, "notify.link", {}, at, f"notify.link:{slot}"):
                return
