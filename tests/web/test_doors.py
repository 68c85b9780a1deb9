"""Who gets in where: every route, asked by nobody, by a stranger and with nonsense."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, OTHER_SECRET, VISITOR_ID, bearer
from tests.seeding import Cast, seed
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

OPEN_TO_ALL = {"login", "pages", "static", "setup", "alerts_outside"}
PAGE = {"Origin": "https://shop.example"}


def routes(app: Flask, prefix: str) -> list[tuple[str, str]]:
    """Every (method, address) under ``prefix`` with made-up ids, open ones left out."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix) and rule.endpoint.split(".")[0] not in OPEN_TO_ALL:
            address = rule.build({name: new_id() for name in rule.arguments})
            assert address is not None
            found += [
                (method, address[1]) for method in rule.methods or () if method in ("GET", "POST", "PUT", "DELETE")
            ]
    assert found
    return found


def test_nobody_gets_into_the_console(app: Flask, client: FlaskClient, cast: Cast) -> None:
    for method, address in routes(app, "/console"):
        answer = client.open(address, method=method)
        assert answer.status_code in (302, 400, 401), (method, address, answer.status_code)
        if answer.status_code == 302:
            assert answer.location.startswith("/console/login")


def test_a_post_without_csrf_token_changes_nothing(
    app: Flask, log_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    browser = log_in("olga@demo.example")
    browser.environ_base.pop("HTTP_X_CSRFTOKEN")
    for method, address in routes(app, "/console"):
        if method != "GET":
            assert browser.open(address, method=method, json={}).status_code == 400, (method, address)


def test_made_up_ids_and_nonsense_make_no_500(app: Flask, log_in: Callable[[str], FlaskClient], cast: Cast) -> None:
    browser = log_in("olga@demo.example")
    for method, address in routes(app, "/console"):
        if address.endswith("/logout"):
            continue
        for body in ([], {}, {"seq": "x", "body": {}, "client_id": 7, "on": "yes"}):
            answer = browser.open(address, method=method, json=body)
            assert answer.status_code < 500, (method, address, answer.get_data(as_text=True)[:300])


def test_visitors_doors_need_a_token(app: Flask, client: FlaskClient, cast: Cast) -> None:
    for method, address in routes(app, "/w/v1"):
        for headers in ({}, PAGE, bearer("x", "y"), bearer()):
            answer = client.open(f"{address}?site=demo", method=method, json={}, headers=headers)
            # the first two register a visitor, the last one says no in its answer
            known = address.endswith(("/hello", "/number", "/identify")) and headers == bearer()
            assert answer.status_code in ((200,) if known else (400, 401, 403, 404)), (address, headers, answer.data)


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example", "http://shop.example"]
)
def test_foreign_pages_are_refused(client: FlaskClient, house: House, cast: Cast, origin: str) -> None:
    house.sites.update_site(cast.site.id, {"origins": ("https://shop.example",)})
    answer = client.post("/w/v1/hello?site=demo", json={}, headers={**bearer(), "Origin": origin})
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_visitor_reads_only_their_own(client: FlaskClient, cast: Cast) -> None:
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer())
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer(OTHER_ID, OTHER_SECRET))
    client.post("/w/v1/messages?site=demo", json={"client_id": new_id(), "body": "канарейка"}, headers=bearer())
    assert "канарейка" in client.get("/w/v1/messages?site=demo", headers=bearer()).get_data(as_text=True)
    other = client.get("/w/v1/messages?site=demo", headers=bearer(OTHER_ID, OTHER_SECRET))
    assert json.loads(other.data)["messages"] == []
    assert client.get("/w/v1/messages?site=demo", headers=bearer(VISITOR_ID, OTHER_SECRET)).status_code == 401


def test_an_operator_of_another_account_sees_nothing(
    app: Flask, house: House, client: FlaskClient, log_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    seed(house, key="rival", name="Чужие окна", origins=("https://rival.example",))
    client.post("/w/v1/hello?site=demo", json={"context": {"title": "канарейка"}}, headers=bearer())
    sent = {"client_id": new_id(), "body": "канарейка"}
    client.post("/w/v1/messages?site=demo", json=sent, headers=bearer())
    conversation = house.chat.list_queue(frozenset({cast.site.id}), "open")[0][0].id
    stranger = log_in("olga@rival.example")
    for method, address in routes(app, "/console"):
        pieces = address.split("/")
        for known in (conversation, cast.site.id, cast.anna.id):
            swapped = "/".join(known if len(piece) == 26 else piece for piece in pieces)
            answer = stranger.open(f"{swapped}?site={cast.site.id}", method=method, json={})
            assert "канарейка" not in answer.get_data(as_text=True), (method, swapped)
            assert "anna@demo.example" not in answer.get_data(as_text=True), (method, swapped)


def test_the_console_forbids_foreign_frames_and_inline_code(log_in: Callable[[str], FlaskClient], cast: Cast) -> None:
    policy = log_in("olga@demo.example").get("/console/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
