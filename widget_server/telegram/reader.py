"""Reads what people write to the bot: one process of all, by long polling, or told by Telegram itself."""

import hmac
import logging
import threading
from collections.abc import Mapping
from typing import Any

from widget_server.jobs.lease import leases
from widget_server.kernel.clock import Clock
from widget_server.notify.keys import Keys
from widget_server.notify.port import Undelivered
from widget_server.notify.providers.telegram.messenger import TelegramMessenger
from widget_server.notify.store import PRESENT, find_targets, targets
from widget_server.settings import Settings
from widget_server.storage import Storage
from widget_server.telegram.hearing import Hearing
from widget_server.telegram.telling import is_desk

log = logging.getLogger(__name__)
LEASE = "telegram"
POLL_SECONDS = 10
TROUBLE_SECONDS = 5.0
IDLE_SECONDS = 2.0
PAGE = 50
WANTED = ["message", "edited_message"]


class TelegramReader:
    """A `Listener`: whoever holds the lease ``telegram`` runs it. While nobody answers there, it asks nothing."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        hearing: Hearing,
        telegram: TelegramMessenger,
        keys: Keys,
        settings: Settings,
    ) -> None:
        self._storage, self._clock, self._hearing = storage, clock, hearing
        self._telegram, self._keys, self._settings = telegram, keys, settings

    def run(self, lost: threading.Event) -> None:
        """Read until ``lost``."""
        is_set, offset = False, 0
        while not lost.is_set():
            try:
                if not self.is_wanted():
                    lost.wait(IDLE_SECONDS)
                    continue
                is_set = is_set or self._choose_way()
                if self._settings.telegram_webhook:
                    lost.wait(IDLE_SECONDS)
                else:
                    offset = self.read(offset)
            except Undelivered as problem:
                wait = problem.wait.total_seconds() if problem.wait is not None else TROUBLE_SECONDS
                lost.wait(wait)
            except Exception:
                log.exception("what Telegram said could not be taken; asking again")
                lost.wait(TROUBLE_SECONDS)

    def read(self, offset: int, seconds: int = POLL_SECONDS) -> int:
        """Take what came; return from where to go on. Telegram forgets what lies before that at the next call."""
        params = {"timeout": seconds, "limit": PAGE, "allowed_updates": WANTED, "offset": offset}
        for update in self._telegram.call("getUpdates", params):
            self._hearing.take(update)
            offset = int(update["update_id"]) + 1
        return offset

    def take(self, secret: str, update: Mapping[str, Any]) -> bool:
        """Take an update that Telegram posted; False for anybody else's."""
        if not self._settings.telegram_webhook or not hmac.compare_digest(secret.encode(), self.secret.encode()):
            return False
        self._hearing.take(update)
        return True

    @property
    def secret(self) -> str:
        """What Telegram sends along, so that we know it."""
        return self._keys.derive("telegram webhook").hex()

    def is_wanted(self) -> bool:
        """Tell whether conversations are answered in any chat."""
        if self._telegram.missing is not None:
            return False
        with self._storage.read() as tx:
            return any(is_desk(one) for one in find_targets(tx, targets.c.channel == "telegram", PRESENT))

    def is_reading(self) -> bool:
        """Tell whether some process reads the bot's updates now: then nobody else may."""
        if not self.is_wanted():
            return False
        with self._storage.read() as tx:
            held = leases.select().where(leases.c.name == LEASE, leases.c.until > self._clock.now())
            return self._settings.telegram_webhook or tx.execute(held).first() is not None

    def _choose_way(self) -> bool:
        if self._settings.telegram_webhook:
            address = {"url": f"{self._settings.url}/telegram/updates", "secret_token": self.secret}
            self._telegram.call("setWebhook", {**address, "allowed_updates": WANTED})
        else:
            self._telegram.call("deleteWebhook", {})
        return True
