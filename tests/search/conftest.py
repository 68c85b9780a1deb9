from collections.abc import Callable
from typing import Any

import pytest

from tests.seeding import Cast
from widget_server.chat.model import Entry
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.search.wish_form import read_wish

Look = Callable[..., dict[str, list[dict[str, Any]]]]


class Shop:
    """A shop in which people talk."""

    def __init__(self, house: House, cast: Cast) -> None:
        self.house, self.cast = house, cast

    def hears(self, body: str, visitor_id: str = "a" * 26) -> str:
        """Let a visitor write; return the conversation."""
        visitor = VisitorIdentity(self.cast.site.id, visitor_id, "ru")
        return self.house.chat.post_from_visitor(visitor, Entry(new_id(), body)).conversation_id

    def says_hello(self, visitor_id: str = "a" * 26) -> None:
        site = self.house.sites.find_site(self.cast.site.key)
        assert site is not None
        self.house.visitors.hello(site, visitor_id, "s" * 26, {})

    def says(self, conversation: str, body: str, kind: Any = "text", **data: Any) -> int:
        entry = Entry(new_id(), body, kind, data)
        return self.house.chat.post_from_operator(self.cast.anna, conversation, entry).seq


@pytest.fixture
def shop(house: House, cast: Cast) -> Shop:
    return Shop(house, cast)


@pytest.fixture
def look(house: House, cast: Cast) -> Look:
    """Return a search: kind of thing → what was found."""

    def find(query: str, by: OperatorIdentity = cast.anna, **more: str) -> dict[str, list[dict[str, Any]]]:
        groups = house.search.search(by, read_wish({"q": query, **more}, by))
        return {group["kind"]: group["items"] for group in groups}

    return find
