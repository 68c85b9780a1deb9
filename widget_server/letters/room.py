"""The room put together, for the house."""

from dataclasses import dataclass

from widget_server.chat.service import ChatService
from widget_server.letters.mailbox import Mailbox
from widget_server.letters.service import LetterService
from widget_server.notify.keys import Keys
from widget_server.settings import Settings
from widget_server.storage import Storage


@dataclass(frozen=True)
class LettersRoom:
    """``letters`` for the door, ``mailbox`` for the background."""

    letters: LetterService
    mailbox: Mailbox


def open_letters(storage: Storage, settings: Settings, chat: ChatService) -> LettersRoom:
    letters = LetterService(storage, chat, Keys(settings), settings)
    return LettersRoom(letters, Mailbox(letters, settings))
