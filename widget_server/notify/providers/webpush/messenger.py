"""Pushes to browsers through the service that each browser named."""

from email.utils import parseaddr

from widget_server.kernel.clock import Clock
from widget_server.notify.addresses import read_place
from widget_server.notify.keys import Keys
from widget_server.notify.model import Message, Target
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.port import Receipt, Undelivered
from widget_server.notify.providers.webpush.address import from_base64
from widget_server.notify.providers.webpush.payload import Sender, encrypt, words_of
from widget_server.settings import Settings

# How long the push service keeps it for a browser that is switched off; later it is no news.
KEEP_SECONDS = 4 * 3600
TOPIC = 32
GONE = (404, 410)
PERMANENT = (400, 401, 403, 413)


class WebPushMessenger:
    """The channel ``webpush``."""

    missing = None

    def __init__(self, outgoing: Outgoing, keys: Keys, clock: Clock, settings: Settings) -> None:
        self._outgoing, self._clock, self._settings, self._keys = outgoing, clock, settings, keys

    def public_key(self) -> str:
        """Return the key that a browser subscribes to."""
        return self._sender().public

    def send(self, target: Target, message: Message) -> Receipt:
        body = encrypt(words_of(message), from_base64(target.data["p256dh"]), from_base64(target.data["auth"]))
        origin = read_place(target.address, plain_too=True).origin
        headers = {
            "Authorization": self._sender().authorization(origin, self._contact(), self._clock.now()),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEEP_SECONDS),
            "Urgency": "high" if message.urgent else "normal",
            "Topic": message.id[:TOPIC],  # the same message sent again takes the place of the first
        }
        answer = self._outgoing.post(target.address, body, headers)
        if 200 <= answer.status < 300:
            return answer.receipt
        if answer.status in GONE:
            raise Undelivered("gone", answer.receipt, gone=True)
        raise Undelivered("refused", answer.receipt, permanent=answer.status in PERMANENT, wait=answer.retry_after)

    def _sender(self) -> Sender:
        return Sender.of(self._keys.derive("web push"))

    def _contact(self) -> str:
        """Return whom a push service may ask about us."""
        mail = parseaddr(self._settings.mail_from)[1]
        return f"mailto:{mail}" if mail else self._settings.url
