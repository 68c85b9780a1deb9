"""Posts signed events to somebody's server."""

from widget_server.kernel.clock import Clock
from widget_server.notify.keys import Keys
from widget_server.notify.model import Message, Target
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.port import Receipt, Undelivered
from widget_server.notify.providers.webhook.payload import body_of, headers_of


class WebhookMessenger:
    """The channel ``webhook``. Any 2xx is a yes; 410 means never again; anything else is tried again."""

    missing = None

    def __init__(self, outgoing: Outgoing, keys: Keys, clock: Clock) -> None:
        self._outgoing, self._keys, self._clock = outgoing, keys, clock

    def send(self, target: Target, message: Message) -> Receipt:
        now = self._clock.now()
        body = body_of(message)
        headers = headers_of(message, body, self._keys.webhook_secrets(target, now), now)
        answer = self._outgoing.post(target.address, body, headers)
        if 200 <= answer.status < 300:
            return answer.receipt
        if answer.status == 410:
            raise Undelivered("gone", answer.receipt, gone=True)
        code = "redirect" if 300 <= answer.status < 400 else "refused"
        raise Undelivered(code, answer.receipt, wait=answer.retry_after)
