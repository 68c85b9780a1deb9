"""The room put together, for the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.jobs.model import Handler
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify.jobs import NotifyJobs
from widget_server.notify.keys import Keys
from widget_server.notify.linking import TelegramLinking
from widget_server.notify.outbox import Outbox
from widget_server.notify.providers.chosen import make_providers
from widget_server.notify.providers.telegram.messenger import TelegramMessenger
from widget_server.notify.service import NotifyService
from widget_server.notify.targets import TargetService
from widget_server.settings import Settings
from widget_server.storage import Storage


@dataclass(frozen=True)
class NotifyRoom:
    """``alerts`` is for other rooms' events, ``targets`` for the console, ``handlers`` for the worker."""

    alerts: NotifyService
    targets: TargetService
    handlers: Mapping[str, Handler]
    linking: TelegramLinking
    telegram: TelegramMessenger


def open_notify(storage: Storage, clock: Clock, jobs: JobStore, settings: Settings) -> NotifyRoom:
    keys = Keys(settings)
    providers = make_providers(settings, clock, keys)
    alerts = NotifyService(clock, jobs, settings)
    linking = TelegramLinking(storage, clock, jobs, providers.telegram)
    targets = TargetService(storage, clock, alerts, providers.channels, linking, keys)
    outbox = Outbox(storage, clock, alerts, providers.channels.messengers, settings)
    return NotifyRoom(alerts, targets, NotifyJobs(outbox, linking).handlers(), linking, providers.telegram)
