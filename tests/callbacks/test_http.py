"""The whole way over HTTP: a visitor asks, operators answer, the page of calls tells."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, OTHER_SECRET, VISITOR_ID, FakeClock, bearer
from tests.seeding import Cast
from widget_server.calls.log import CallTasks
from widget_server.edge.push import Push
from widget_server.edge.services import provide
from widget_server.rooms import House

KEY = "key" + "a" * 23
LogIn = Callable[[str], FlaskClient]


def work(house: House) -> None:
    while any(runner.run_due() for runner in house.runners):
        pass


class Ear:
    """Hears what open pages are told."""

    def __init__(self, push: Push) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        push.open(self, self)

    def emit(self, event: str, data: dict[str, Any], room: str) -> None:
        self.heard.append((room, data))

    def is_in(self, room: str) -> bool:
        return False


@pytest.fixture
def ask(app: Flask, house: House, cast: Cast, client: FlaskClient) -> Callable[..., Any]:
    """Return a way to post a request; both operators are there."""
    provide(app, CallTasks, house.callback_views)
    for operator in (cast.anna, cast.boris):
        house.operators.sign_of_life(operator.id)
    for who in (bearer(), bearer(OTHER_ID, OTHER_SECRET)):
        assert client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=who).status_code == 200

    def post(**changes: Any) -> Any:
        body = {"key": KEY, "phone": "8 912 345-67-89", "due_at": None}
        consent = {"version": cast.site.consent["version"], "accepted": True}
        return client.post("/w/v1/callbacks?site=demo", json={**body, "consent": consent, **changes}, headers=bearer())

    return post


def test_the_visitor_sees_a_masked_number_and_the_promise(ask: Callable[..., Any], client: FlaskClient) -> None:
    made = ask().json["callback"]
    assert made == {
        "id": made["id"],
        "state": "queued",
        "attempt": 0,
        "first": None,
        "department": None,
        "phone": "+7 912 ***-**-89",
        "requested_at": "2026-11-23T09:00:00.000Z",
        "due_at": None,
        "promise_seconds": 20,
        "operator": None,
        "reason": None,
    }
    assert ask().json["callback"] == made
    url = f"/w/v1/callbacks/{made['id']}?site=demo"
    assert client.get(url, headers=bearer()).json == {"callback": made}
    assert client.get(url, headers=bearer(OTHER_ID, OTHER_SECRET)).status_code == 404
    hello = client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=bearer())
    assert hello.json["callbacks"] == [made]
    cancelled = client.post(url.replace("?", "/cancel?"), json={}, headers=bearer())
    assert cancelled.json["callback"]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"phone": "12"}, 400, "bad_phone"),
        ({"phone": ["8 912 345-67-89"]}, 400, "bad_field"),
        ({"key": "short"}, 400, "bad_field"),
        ({"consent": None}, 400, "bad_json"),
        ({"consent": {"version": "old", "accepted": True}}, 409, "consent_changed"),
        ({"due_at": "tomorrow"}, 400, "bad_field"),
        ({"due_at": "2026-11-22T10:00:00Z"}, 400, "bad_due_at"),
    ],
)
def test_refusals(ask: Callable[..., Any], changes: dict[str, Any], status: int, code: str) -> None:
    answer = ask(**changes)
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert answer.json["error"]["message"]


def test_two_operators_ring_and_one_talks(
    ask: Callable[..., Any], house: House, cast: Cast, log_in: LogIn, clock: FakeClock
) -> None:
    anna, boris = log_in("anna@demo.example"), log_in("boris@demo.example")
    callback_id = ask().json["callback"]["id"]
    ear = Ear(house.push)
    work(house)
    (ringing,) = anna.get("/console/api/inbox").json["callbacks"]
    assert (ringing["state"], sorted(ringing["rings"])) == ("ringing", sorted([cast.anna.id, cast.boris.id]))
    assert (ringing["phone"], ringing["phone_text"]) == ("+79123456789", "8 (912) 345-67-89")
    assert anna.post(f"/console/api/callbacks/{callback_id}/answer").json["callback"]["operator"]["name"] == "Анна"
    late = boris.post(f"/console/api/callbacks/{callback_id}/answer")
    assert (late.status_code, late.json["error"]["message"]) == (409, "Звонок уже принят: Анна.")
    work(house)
    clock.forward(seconds=2)
    work(house)
    clock.forward(seconds=20)
    work(house)
    ended = anna.post(f"/console/api/callbacks/{callback_id}/hangup").json["callback"]
    assert (ended["state"], ended["needs_person"]) == ("completed", False)
    told = [data["callback"]["state"] for room, data in ear.heard if room.endswith(VISITOR_ID)]
    assert told == ["ringing", "dialing", "connected", "completed"]
    page = anna.get("/console/calls").get_data(as_text=True)
    assert "Поговорили" in page
    assert "0:20" in page


def test_a_missed_callback_is_a_task_on_top_of_the_page(
    ask: Callable[..., Any], house: House, log_in: LogIn, clock: FakeClock
) -> None:
    anna = log_in("anna@demo.example")
    callback_id = ask().json["callback"]["id"]
    work(house)
    clock.forward(seconds=31)
    work(house)
    page = anna.get("/console/calls").get_data(as_text=True)
    assert "Ждут вашего решения" in page
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    for what, state in (("call-now", "queued"), ("done", "queued")):
        back = anna.post(f"/console/callbacks/{callback_id}/{what}", data={"csrf_token": token})
        assert (back.status_code, back.location) == (302, "/console/calls")
        assert house.callbacks.get_callback(callback_id).state == state
    assert "Ждут вашего решения" not in anna.get("/console/calls").get_data(as_text=True)


@pytest.mark.parametrize("query", ["result=missed&days=1", "operator=x&site=y", "days=zz&before=%00&result=%27"])
def test_the_page_takes_any_filter(ask: Callable[..., Any], log_in: LogIn, query: str) -> None:
    assert log_in("olga@demo.example").get(f"/console/calls?{query}&lang=en").status_code == 200
