"""The room put together, for the house."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.chat.service import ChatService
from widget_server.jobs.model import Handler
from widget_server.jobs.store import JobStore
from widget_server.kernel.clock import Clock
from widget_server.notify.keys import Keys
from widget_server.notify.room import NotifyRoom
from widget_server.settings import Settings
from widget_server.storage import Storage
from widget_server.telegram.hearing import Hearing
from widget_server.telegram.people import TelegramPeople
from widget_server.telegram.reader import TelegramReader
from widget_server.telegram.telling import Telling
from widget_server.visitors.service import VisitorService


@dataclass(frozen=True)
class TelegramRoom:
    """``people`` for the console, ``telling`` for the chat's events, ``reader`` for the background."""

    people: TelegramPeople
    telling: Telling
    reader: TelegramReader
    handlers: Mapping[str, Handler]


def open_telegram(
    storage: Storage,
    clock: Clock,
    jobs: JobStore,
    settings: Settings,
    notify: NotifyRoom,
    chat: ChatService,
    visitors: VisitorService,
) -> TelegramRoom:
    people = TelegramPeople(storage, clock)
    hearing = Hearing(storage, jobs, chat, people, notify.linking)
    reader = TelegramReader(storage, clock, hearing, notify.telegram, Keys(settings), settings)
    notify.linking.leave_to(reader.is_reading)
    telling = Telling(storage, clock, jobs, notify.telegram, visitors)
    return TelegramRoom(people, telling, reader, telling.handlers())
