"""A site with a secret, and pages of it that say who their visitor is."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.seeding import Cast
from widget_server.chat.model import Entry
from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

PAGE = {"page": "https://okna.example/", "device": "phone", "language": "ru"}


def proof(secret: str, *lines: str) -> str:
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


@dataclass
class Shop:
    """The site and its secret; ``name`` is what a page of it does for somebody who is logged in."""

    house: House
    cast: Cast
    clock: FakeClock
    secret: str

    @property
    def site(self) -> SiteIdentity:
        found = self.house.sites.find_site("demo")
        assert found is not None
        return found

    def claim(self, customer: str = "42", **details: str) -> dict[str, str]:
        lines = [customer, *(details.get(name, "") for name in ("name", "email", "phone", "expires"))]
        return {"id": customer, **details, "hash": proof(self.secret, *lines)}

    def identify(self, claim: dict[str, str], visitor_id: str = VISITOR_ID, secret: str = SECRET) -> dict[str, Any]:
        return self.house.identity.identities.identify(self.site, (visitor_id, secret), claim, PAGE)

    def enter(self, answer: dict[str, Any]) -> VisitorIdentity:
        found = self.house.visitors.find_visitor(self.site, answer["visitor"], answer["secret"])
        assert found is not None
        return found

    def hello(self, visitor_id: str = VISITOR_ID, secret: str = SECRET) -> VisitorIdentity:
        return self.house.visitors.hello(self.site, visitor_id, secret, PAGE)

    def write(self, visitor: VisitorIdentity, words: str = "Сколько стоит окно?") -> str:
        return self.house.chat.post_from_visitor(visitor, Entry(new_id(), words)).conversation_id

    def read(self, visitor: VisitorIdentity) -> list[str]:
        page = self.house.chat.sync_visitor(visitor, 0)
        return [one["body"] for one in page["messages"] if one["kind"] == "text"]


@pytest.fixture
def shop(house: House, cast: Cast, clock: FakeClock) -> Shop:
    made = house.identity.secrets.renew(house.sites.get_site(cast.site.id), cast.owner)
    return Shop(house, cast, clock, made.secret)
