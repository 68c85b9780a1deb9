"""Tags on conversations, and what operators write down of a visitor."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.browser.scenes import owner_of
from tests.seeding import Cast, seed
from widget_server.chat.model import Entry
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.search.wish_form import read_wish


@pytest.fixture
def talk(house: House, cast: Cast) -> str:
    site = house.sites.find_site(cast.site.key)
    assert site is not None
    house.visitors.hello(site, "a" * 26, "s" * 26, {})
    visitor = VisitorIdentity(cast.site.id, "a" * 26, "ru")
    return house.chat.post_from_visitor(visitor, Entry(new_id(), "окна")).conversation_id


def names(tags: list[dict[str, Any]]) -> list[str]:
    return [tag["name"] for tag in tags]


def test_a_tag_is_put_once_whatever_its_letters(house: House, cast: Cast, talk: str) -> None:
    house.tags.put_tag(cast.anna, talk, "#Жалоба")
    assert names(house.tags.put_tag(cast.boris, talk, "жалоба")) == ["Жалоба"]
    assert [(tag["name"], tag["count"]) for tag in house.tags.list_tags(cast.anna)] == [("Жалоба", 1)]


def test_the_queue_and_the_search_know_tags(house: House, cast: Cast, talk: str) -> None:
    (tag,) = house.tags.put_tag(cast.anna, talk, "срочно")
    assert names(house.inbox.inbox(cast.anna, "open", None)["conversations"][0]["tags"]) == ["срочно"]
    assert house.search.search(cast.anna, read_wish({"q": "окна", "tag": tag["id"]}, cast.anna))
    assert not house.search.search(cast.anna, read_wish({"q": "окна", "tag": "z" * 26}, cast.anna))


def test_a_tag_taken_off_stays_the_accounts(house: House, cast: Cast, talk: str) -> None:
    (tag,) = house.tags.put_tag(cast.anna, talk, "a")
    assert house.tags.take_tag(cast.anna, talk, tag["id"]) == []
    assert names(house.tags.list_tags(cast.anna)) == ["a"]


def test_others_conversations_and_tags_are_not_there(house: House, cast: Cast, talk: str) -> None:
    stranger = seed(house, key="other", name="Двери", origins=("https://other.example",))
    (tag,) = house.tags.put_tag(cast.anna, talk, "a")
    with pytest.raises(NotFound):
        house.tags.put_tag(stranger.anna, talk, "b")
    with pytest.raises(NotFound):
        house.tags.delete_tag(owner_of(house, stranger), tag["id"])


def test_two_tags_have_two_names(house: House, cast: Cast, talk: str) -> None:
    first, second = house.tags.put_tag(cast.anna, talk, "a")[0], house.tags.put_tag(cast.anna, talk, "b")[1]
    with pytest.raises(Conflict):
        house.tags.change_tag(owner_of(house, cast), second["id"], "A", 1)
    house.tags.change_tag(owner_of(house, cast), first["id"], "A", 9)
    with pytest.raises(BadInput):
        house.tags.put_tag(cast.anna, talk, "#")


def test_a_contact_is_written_down_in_one_form(talk: str, log_in: Callable[[str], FlaskClient]) -> None:
    browser = log_in("anna@demo.example")
    path = f"/console/api/conversations/{talk}/contact"
    said = {"name": "Мария", "phone": "8 912 345-67-89", "email": "m@x.example", "about": "Любит подоконники"}
    visitor = browser.post(path, json=said).get_json()["visitor"]
    assert (visitor["name"], visitor["phone"]) == ("Мария", "+79123456789")
    assert browser.post(path, json={"phone": "12"}).status_code == 400
    assert browser.post("/console/api/conversations/none/contact", json=said).status_code == 404
