"""The document is true: every path and every answer that it foresees is asked for here and checked against it."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.api.conftest import DOCUMENT, Program, World, check, operations, problems_of
from tests.cast import FakeClock
from widget_server.api.catalogue import OPERATIONS
from widget_server.assets import ROOT
from widget_server.kernel.ids import new_id
from widget_server.rooms import House

COPY = ROOT / "docs" / "openapi.json"
ALL = sorted(operations())
WITH_IDS = [one.id for one in OPERATIONS if one.ids]
WRITES = [one.id for one in OPERATIONS if one.writes]
TAKES = [one.id for one in OPERATIONS if one.query or one.body]
# Statuses that are asked for below, of every operation that may answer with them.
COVERED = {200, 201, 204, 400, 401, 403, 404, 409, 429}


def test_the_committed_copy_is_what_the_code_says() -> None:
    assert json.loads(COPY.read_text()) == DOCUMENT, "run: .venv/bin/widget-server openapi > docs/openapi.json"


def test_the_server_serves_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.json == DOCUMENT
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_nothing_is_foreseen_that_nobody_asks_for() -> None:
    assert {int(status) for _, _, said in operations().values() for status in said["responses"]} <= COVERED


def test_every_schema_takes_its_own_example() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert problems_of(schema["example"], schema) == [], name


@pytest.mark.parametrize("operation", ALL)
def test_what_is_asked_well_is_answered_as_it_says(world: World, program: Program, operation: str) -> None:
    answer = program.ask(operation, world.ids(operation), json=world.body(operation))
    assert answer.status_code < 300, answer.get_data(as_text=True)


@pytest.mark.parametrize("operation", ALL)
def test_nobody_is_answered_without_a_key(client: FlaskClient, world: World, operation: str) -> None:
    for key in ("", "wk_" + "a" * 26 + "_" + "b" * 26):
        answer = Program(client, key).ask(operation, world.ids(operation), json=world.body(operation))
        assert (answer.status_code, answer.headers["WWW-Authenticate"][:6]) == (401, "Bearer")


@pytest.mark.parametrize("operation", WRITES)
def test_a_reader_changes_nothing(make_program: Callable[..., Program], world: World, operation: str) -> None:
    answer = make_program("read").ask(operation, world.ids(operation), json=world.body(operation))
    assert (answer.status_code, answer.json["code"]) == (403, "read_only_key")


@pytest.mark.parametrize("operation", WITH_IDS)
def test_what_is_not_there_is_not_found(program: Program, world: World, operation: str) -> None:
    for made_up in (new_id(), "x"):
        ids = dict.fromkeys(world.ids(operation), made_up)
        assert program.ask(operation, ids, json=world.body(operation)).status_code == 404


@pytest.mark.parametrize("operation", TAKES)
def test_what_cannot_be_read_is_refused(program: Program, world: World, operation: str) -> None:
    declared = next(one for one in OPERATIONS if one.id == operation)
    if declared.body is None:
        bad = program.ask(operation, world.ids(operation), query_string={declared.query[0].name: "?"})
    else:
        bad = program.ask(operation, world.ids(operation), json={})
        assert program.ask(operation, world.ids(operation), data="[").status_code == 400
    assert (bad.status_code, "field" in bad.json) == (400, True)


@pytest.mark.parametrize("operation", ALL)
def test_a_key_that_asks_too_fast_is_slowed_down(
    house: House, world: World, program: Program, operation: str, client: FlaskClient
) -> None:
    key_id = program.key.split("_")[1]
    for _ in range(600):
        house.limits.check("600/minute", "api", key_id)
    answer = program.ask(operation, world.ids(operation), json=world.body(operation))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert answer.headers["RateLimit"].startswith('"key";r=0;')


@pytest.mark.parametrize("operation", [one.id for one in OPERATIONS if one.method == "POST"])
def test_the_same_key_with_another_request_is_refused(program: Program, world: World, operation: str) -> None:
    once = {"Idempotency-Key": "order-1"}
    assert program.ask(operation, world.ids(operation), json=world.body(operation), headers=once).status_code < 300
    another = {**(world.body(operation) or {}), "more": 1}
    again = program.ask(operation, world.ids(operation), json=another, headers=once)
    assert (again.status_code, again.json.get("code")) == (409, "key_reused")


def test_what_does_not_exist_is_a_problem_too(client: FlaskClient) -> None:
    for method, path, status in (("GET", "/nothing", 404), ("GET", "/", 404), ("PATCH", "/sites", 405)):
        answer = client.open(f"/api/v1{path}", method=method)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.headers["Allow"] == "GET"


def test_a_mistake_of_ours_is_a_problem_too(
    client: FlaskClient, program: Program, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(house.sites, "sites_of", lambda by: 1 / 0)
    answer = client.get("/api/v1/sites", headers={"Authorization": f"Bearer {program.key}"})
    assert (answer.status_code, answer.json["code"], answer.json["retryable"]) == (500, "server", True)


def test_the_page_for_people_shows_every_operation(client: FlaskClient, clock: FakeClock) -> None:
    for language in ("ru", "en"):
        page = client.get("/api/v1/docs", headers={"Accept-Language": language}).get_data(as_text=True)
        assert [one.id for one in OPERATIONS if f'id="{one.id}"' not in page] == []


def test_checks_can_fail(client: FlaskClient, world: World, program: Program) -> None:
    answer = program.ask("listSites")
    with pytest.raises(AssertionError):
        check("listCalls", answer)
