"""Who is on the site, and writing to them first."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import OTHER_ID, VISITOR_ID, FakeClock, bearer
from tests.seeding import Cast, seed
from widget_server.chat.model import ConversationStarted, Entry
from widget_server.edge.identity import VisitorIdentity
from widget_server.kernel.errors import Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.storage import Storage
from widget_server.trials.store import acts

PAGE = {"context": {"page": "https://shop.example/", "title": "Окна", "utm": {"source": "yandex"}, "device": "phone"}}


@pytest.fixture
def beat(house: House, cast: Cast, client: FlaskClient) -> Callable[..., Any]:
    """Let a page of the site say that it is looked at."""
    house.sites.update_site(cast.site.id, {"live": True})

    def say(visitor_id: str = VISITOR_ID, **context: str) -> Any:
        body = {"context": {**PAGE["context"], **context}}
        return client.post("/w/v1/here?site=demo", json=body, headers=bearer(visitor_id))

    return say


def here(house: House, cast: Cast) -> list[dict[str, Any]]:
    return house.live.list_here(cast.anna, house.sites.sites_of(cast.anna))


def test_who_looks_at_a_page_is_on_the_list_until_they_leave(
    house: House, cast: Cast, beat: Callable[..., Any], clock: FakeClock
) -> None:
    assert beat().get_json() == {"word": None, "every_seconds": 20}
    (one,) = here(house, cast)
    assert (one["title"], one["utm"], one["pages"], one["conversation"]) == ("Окна", {"source": "yandex"}, 1, None)
    clock.forward(seconds=51)
    assert here(house, cast) == []


def test_another_page_is_counted_and_the_visit_goes_on(
    house: House, cast: Cast, beat: Callable[..., Any], clock: FakeClock
) -> None:
    beat()
    clock.forward(seconds=20)
    beat(page="https://shop.example/price")
    (one,) = here(house, cast)
    assert one["pages"] == 2
    assert one["page_since"] > one["since"]


def test_only_the_first_beat_writes_into_the_database(
    house: House, beat: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    beat()
    monkeypatch.setattr(Storage, "begin", None)
    assert beat().status_code == 200


def test_a_site_that_does_not_want_it_hears_nothing(cast: Cast, client: FlaskClient) -> None:
    assert client.post("/w/v1/here?site=demo", json=PAGE, headers=bearer()).status_code == 404


def test_nobody_speaks_for_another_visitor(beat: Callable[..., Any], client: FlaskClient) -> None:
    beat()
    stranger = bearer(VISITOR_ID, "secret" + "x" * 20)
    assert client.post("/w/v1/here?site=demo", json=PAGE, headers=stranger).status_code == 401


def test_the_first_word_comes_with_the_next_beat_once(house: House, cast: Cast, beat: Callable[..., Any]) -> None:
    beat()
    (one,) = here(house, cast)
    house.live.write_first(cast.anna, one["ref"], Entry(new_id(), "Помочь?"))
    assert beat().get_json()["word"] == {"name": "Анна", "text": "Помочь?"}
    assert beat().get_json()["word"] is None
    with pytest.raises(Conflict):
        house.live.write_first(cast.anna, one["ref"], Entry(new_id(), "Ау?"))


def test_an_operators_first_word_is_no_act_of_an_experiment(house: House, cast: Cast, beat: Callable[..., Any]) -> None:
    beat()
    told = house.live.write_first(cast.anna, here(house, cast)[0]["ref"], Entry(new_id(), "Помочь?"))
    with house.storage.read() as tx:
        assert tx.execute(select(func.count()).select_from(acts)).scalar_one() == 0
    assert house.chat.sync_operator(cast.anna, told["conversation"], 0)["messages"][-1]["body"] == "Помочь?"


def test_the_answer_to_it_begins_a_conversation_but_is_no_act_either(
    house: House, cast: Cast, beat: Callable[..., Any]
) -> None:
    started: list[ConversationStarted] = []
    house.bus.after(ConversationStarted, started.append)
    beat()
    house.live.write_first(cast.anna, here(house, cast)[0]["ref"], Entry(new_id(), "Помочь?"))
    for words in ("Да", "Окно"):
        house.chat.post_from_visitor(VisitorIdentity(cast.site.id, VISITOR_ID, "ru"), Entry(new_id(), words))
    with house.storage.read() as tx:
        assert tx.execute(select(func.count()).select_from(acts)).scalar_one() == 0
    assert [event.by_operator for event in started] == [True]


def test_visitors_of_other_sites_are_nobody(house: House, cast: Cast, beat: Callable[..., Any]) -> None:
    beat(OTHER_ID)
    stranger = seed(house, key="other", name="Двери", origins=("https://other.example",)).anna
    assert house.live.list_here(stranger, house.sites.all_sites()) == []
    with pytest.raises(NotFound):
        house.live.write_first(stranger, here(house, cast)[0]["ref"], Entry(new_id(), "?"))


def test_an_administrator_switches_it_on(house: House, cast: Cast, log_in: Callable[[str], FlaskClient]) -> None:
    path = f"/console/visitors/sites/{cast.site.id}"
    assert log_in("anna@demo.example").post(path, data={"on": "1"}).status_code == 403
    assert log_in("olga@demo.example").post(path, data={"on": "1"}).status_code == 302
    assert house.sites.get_site(cast.site.id).live


def test_one_address_cannot_bring_visitors_without_end(
    client: FlaskClient, beat: Callable[..., Any], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vars(house.settings), "limit_hello_per_address", "2/minute")
    assert [beat(f"{n}" * 26).status_code for n in "abc"] == [200, 200, 429]
