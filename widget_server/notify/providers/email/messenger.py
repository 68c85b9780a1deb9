"""Alerts as letters."""

from widget_server.notify.keys import Keys
from widget_server.notify.model import Message, Target
from widget_server.notify.port import Receipt
from widget_server.notify.providers.email.address import reply_address, reply_token
from widget_server.notify.providers.email.mailer import Mailer
from widget_server.notify.providers.email.payload import letter
from widget_server.settings import Settings


class EmailMessenger:
    """The channel ``email``."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._settings, self._keys, self._mailer = settings, keys, Mailer(settings)

    @property
    def missing(self) -> str | None:
        return self._mailer.missing

    def send(self, target: Target, message: Message) -> Receipt:
        stop_url = f"{self._settings.url}/alerts/stop/{target.id}/{self._keys.stop_token(target.id)}"
        made = letter(message, target.address, self._settings.mail_from, stop_url, self._reply_to(message))
        return self._mailer.hand_over(made)

    def _reply_to(self, message: Message) -> str | None:
        """Return the address at which this notification is answered, None where it cannot be."""
        if not self._settings.mail_replies or message.kind != "conversation_waiting":
            return None
        return reply_address(self._settings.mail_replies, reply_token(self._keys.reply_key, message.id))
