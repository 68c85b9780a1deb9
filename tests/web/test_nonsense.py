"""What strangers send on purpose: every answer is a clear refusal, and nothing of it comes back to hurt a reader."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.seeding import Cast
from tests.web.test_doors import PAGE, bearer
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

DEEP = ("[" * 100_000, '{"a":' * 40_000)


@pytest.mark.parametrize("path", ["hello", "messages", "read", "callbacks", "leads"])
def test_deep_json_is_refused(client: FlaskClient, cast: Cast, path: str) -> None:
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer())
    for data in DEEP:
        assert client.post(f"/w/v1/{path}?site=demo", data=data, headers=bearer()).status_code == 400


@pytest.mark.parametrize("due_at", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-23T10:00:00"])
def test_times_beyond_the_calendar_are_refused(client: FlaskClient, cast: Cast, due_at: str) -> None:
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer())
    consent = {"version": "x", "accepted": True}
    body = {"key": new_id(), "phone": "+79123456789", "consent": consent, "due_at": due_at}
    answer = client.post("/w/v1/callbacks?site=demo", json=body, headers=bearer())
    assert (answer.status_code, answer.json["error"]["field"]) == (400, "due_at")


def test_an_address_of_the_call_log_cannot_break_it(log_in: Callable[[str], FlaskClient], cast: Cast) -> None:
    browser = log_in("anna@demo.example")
    for before in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        assert browser.get(f"/console/calls?before={before}").status_code == 200


def test_a_visitor_cannot_break_the_operators_inbox(
    client: FlaskClient, log_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    context = '{"context": {"variants": {"\\ud800": "a", "b\\u0000": "c"}, "title": "\\udfff"}}'
    assert client.post("/w/v1/hello?site=demo", data=context, headers=bearer()).status_code == 200
    client.post("/w/v1/messages?site=demo", json={"client_id": new_id(), "body": "привет"}, headers=bearer())
    inbox = log_in("anna@demo.example").get("/console/api/inbox")
    assert inbox.status_code == 200
    assert inbox.json["conversations"][0]["visitor"]["variants"] == {"b": "c"}


@pytest.mark.parametrize("key", ["\ud800", "a\x00", "x" * 10_000, "' OR 1=1 --"])
def test_what_is_no_site_key_asks_no_database(client: FlaskClient, cast: Cast, house: House, key: str) -> None:
    body = json.dumps({"site": key, "visitor": new_id(), "events": []})
    assert client.post("/w/v1/beacon", data=body, headers=PAGE).status_code == 404
    assert house.sites.find_by_key(key) is None


def test_a_database_that_takes_nothing_means_try_again(
    client: FlaskClient, house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer())

    def refuse() -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(house.storage, "begin", refuse)
    sent = {"client_id": new_id(), "body": "привет"}
    answer = client.post("/w/v1/messages?site=demo", json=sent, headers=bearer())
    assert (answer.status_code, answer.json["error"]["retryable"]) == (503, True)
    assert client.post("/w/v1/hello?site=demo", json={}, headers=bearer()).status_code == 503
