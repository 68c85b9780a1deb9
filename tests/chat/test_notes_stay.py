"""A note reaches the visitor by no door: not when it is told, asked for, said hello to, alerted or mailed."""

import json
from typing import Any

from flask.testing import FlaskClient

from tests.cast import SECRET, VISITOR_ID, FakeClock, bearer
from tests.seeding import Cast
from widget_server.chat.model import Entry
from widget_server.chat.sockets import VisitorChat
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.ids import new_id
from widget_server.notify import store as alerts
from widget_server.notify.model import KINDS, Wishes
from widget_server.notify.service import new_target
from widget_server.rooms import House

WORDS = "pays-late-do-not-discount"


def test_a_note_is_told_to_colleagues_and_to_nobody_else(
    house: House, cast: Cast, client: FlaskClient, clock: FakeClock
) -> None:
    heard: list[tuple[Any, ...]] = []
    house.push.to_visitor = lambda *told: heard.append(told)  # type: ignore[method-assign]  # what pages would hear
    target = new_target(
        cast.site.account_id, "email", "O", "o@demo.example", Wishes(frozenset(KINDS), details=True), clock.now()
    )
    with house.storage.begin() as tx:
        alerts.insert_target(tx, target)
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    guest = house.visitors.hello(site, VISITOR_ID, SECRET, None)
    talk = house.chat.post_from_visitor(guest, Entry(new_id(), "hello")).conversation_id
    note = house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), WORDS, "note", {"mentions": [cast.boris.id]}))
    house.chat.post_from_operator(cast.anna, talk, Entry(new_id(), WORDS + "!", "edit", {"of": note.seq}))
    visitors = VisitorChat(house.chat, house.chat_room.whereabouts, house.push)
    with house.storage.read() as tx:
        told = [vars(one) for one in alerts.find_deliveries(tx)]
    own = {**bearer(), "Origin": "https://shop.example"}
    doors = {
        "pushed": heard,
        "socket": visitors.sync(guest, {"after": 0}),
        "http": client.get("/w/v1/messages?site=demo&after=0", headers=own).get_json(),
        "hello": client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=own).get_json(),
        "alerts": told,
    }
    assert heard
    assert told
    assert [door for door, said in doors.items() if WORDS in json.dumps(said, default=str)] == []
    assert WORDS in json.dumps(house.chat.sync_operator(cast.boris, talk, 0))
