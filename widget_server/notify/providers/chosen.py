"""The channels as the settings make them."""

from dataclasses import dataclass
from functools import partial

from widget_server.kernel.clock import Clock
from widget_server.notify.keys import Keys
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.providers.email.address import read_address as read_mail
from widget_server.notify.providers.email.messenger import EmailMessenger
from widget_server.notify.providers.telegram.messenger import TelegramMessenger
from widget_server.notify.providers.webhook.address import read_address as read_webhook
from widget_server.notify.providers.webhook.messenger import WebhookMessenger
from widget_server.notify.providers.webpush.address import read_address as read_subscription
from widget_server.notify.providers.webpush.messenger import WebPushMessenger
from widget_server.notify.targets import Channels
from widget_server.settings import Settings


@dataclass(frozen=True)
class Providers:
    """All channels, and the one that also listens."""

    channels: Channels
    telegram: TelegramMessenger


def make_providers(settings: Settings, clock: Clock, keys: Keys) -> Providers:
    private_too = settings.webhooks_private_networks
    outgoing = Outgoing(private_too)
    telegram = TelegramMessenger(outgoing, settings)
    webpush = WebPushMessenger(outgoing, keys, clock, settings)
    channels = Channels(
        messengers={
            "email": EmailMessenger(settings, keys),
            "telegram": telegram,
            "webhook": WebhookMessenger(outgoing, keys, clock),
            "webpush": webpush,
        },
        readers={"email": read_mail, "webhook": partial(read_webhook, private_too=private_too)},
        read_subscription=partial(read_subscription, private_too=private_too),
        push_key=webpush.public_key,
    )
    return Providers(channels, telegram)
