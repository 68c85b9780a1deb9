"""What the worker does for alerts. All of it may take seconds, so it runs beside calls, never before them."""

from widget_server.jobs.model import Handler, Payload
from widget_server.notify.linking import TelegramLinking
from widget_server.notify.outbox import Outbox


class NotifyJobs:
    """The handlers of ``notify.…``. A lost claim is run again: every message carries its own id."""

    def __init__(self, outbox: Outbox, linking: TelegramLinking) -> None:
        self._outbox, self._linking = outbox, linking

    def handlers(self) -> dict[str, Handler]:
        return {
            "notify.send": Handler(self.send, repeatable=True, slow=True),
            "notify.link": Handler(self.link, repeatable=True, slow=True),
            "notify.tidy": Handler(self.tidy, repeatable=True, slow=True),
        }

    def send(self, payload: Payload) -> None:
        self._outbox.send(payload["delivery_id"])

    def link(self, _payload: Payload) -> None:
        self._linking.look()

    def tidy(self, _payload: Payload) -> None:
        self._outbox.tidy()
