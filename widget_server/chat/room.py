"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.chat.assignment import Assignment
from widget_server.chat.figures import DeskFigures
from widget_server.chat.intake import Intake
from widget_server.chat.service import ChatService
from widget_server.chat.whereabouts import Whereabouts
from widget_server.edge.limits import Limits
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.storage import Storage


@dataclass(frozen=True)
class ChatRoom:
    """``service`` posts, ``assignment`` decides who answers, ``figures`` says how it goes."""

    service: ChatService
    assignment: Assignment
    figures: DeskFigures
    whereabouts: Whereabouts


def open_chat(storage: Storage, clock: Clock, limits: Limits, settings: Settings, intake: Intake) -> ChatRoom:
    chat = ChatService(storage, clock, limits, settings.limit_messages_per_visitor, intake)
    return ChatRoom(chat, Assignment(storage, clock, intake), DeskFigures(storage, clock), Whereabouts(storage, clock))
