"""A shop that answers from Telegram: its group, its bot, the people in it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.notify.receivers import Telegram, served
from tests.seeding import CHEAP, Cast, seed
from widget_server.chat.model import Entry, Message
from widget_server.edge.identity import OperatorIdentity, SiteIdentity, VisitorIdentity
from widget_server.house import build
from widget_server.kernel.ids import new_id
from widget_server.notify import store
from widget_server.notify.model import Wishes
from widget_server.notify.service import new_target
from widget_server.rooms import House
from widget_server.settings import Settings

GROUP, ANNA, STRANGER = -1005, 7, 8
QUIET = Wishes(frozenset({"callback_missed"}), answers=True, language="en")


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with served(Telegram()) as running:
        assert isinstance(running, Telegram)
        yield running


@pytest.fixture
def settings(settings: Settings, telegram: Telegram) -> Settings:
    return replace(settings, telegram_bot_token=telegram.token, telegram_url=telegram.url)


@dataclass
class Shop:
    """The house, its Telegram, and short ways to make things happen."""

    house: House
    clock: FakeClock
    cast: Cast
    telegram: Telegram
    target_id: str
    visitor: VisitorIdentity
    read_to: int = 0
    updates: int = 500

    def writes(self, words: str, **more: Any) -> Message:
        return self.house.chat.post_from_visitor(self.visitor, Entry(new_id(), words, **more))

    def work(self) -> None:
        for _ in range(3):
            for runner in self.house.runners:
                runner.run_due()
            self.clock.forward(seconds=1)

    def update(self, words: str = "", *, who: int = ANNA, chat: int = GROUP, edit: bool = False, **more: Any) -> int:
        """Let somebody write; return the message's id there."""
        self.updates += 1
        message = {
            "message_id": more.pop("message_id", self.updates),
            "from": {"id": who, "is_bot": False, "first_name": "Anna"},
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
            **({"text": words} if words else {}),
            **more,
        }
        said = {"update_id": self.updates, "edited_message" if edit else "message": message}
        self.telegram.updates.append(said)
        return int(message["message_id"])

    def read(self) -> None:
        """Read what was written, and let the worker answer."""
        self.read_to = self.house.telegram.reader.read(self.read_to, seconds=0)
        self.work()

    def link(self, operator: OperatorIdentity, user: int = ANNA) -> None:
        self.house.telegram.people.offer_code(operator)
        link = self.house.telegram.people.find(operator)
        assert link is not None
        self.update(f"/link {link.code}", who=user, chat=user)
        self.read()

    def log(self) -> list[tuple[str, str]]:
        """Return (kind, words) of what was said."""
        conversation = self.house.chat.find_id(self.cast.site.id, VISITOR_ID)
        assert conversation is not None
        found = self.house.chat.sync_operator(self.cast.anna, conversation, 0)["messages"]
        return [(one["kind"], one["body"]) for one in found if one["kind"] != "event"]

    @property
    def said(self) -> str:
        """What the bot said last."""
        return str(self.telegram.calls("sendMessage")[-1]["text"])


@pytest.fixture
def shop(settings: Settings, clock: FakeClock, telegram: Telegram) -> Iterator[Shop]:
    house = build(settings, clock, CHEAP)
    cast = seed(house)
    target = new_target(cast.site.account_id, "telegram", "Shop", str(GROUP), QUIET, clock.now())
    with house.storage.begin() as tx:
        store.insert_target(tx, target)
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    context = {"page": "https://okna.example/balcony", "title": "Balconies"}
    visitor = house.visitors.hello(site, VISITOR_ID, SECRET, context)
    telegram.forums.add(GROUP)
    yield Shop(house, clock, cast, telegram, target.id, visitor)
    house.storage.close()
