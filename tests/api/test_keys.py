"""Keys: what people do with them, and what is written down."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.api.conftest import Program, World
from tests.cast import FakeClock
from tests.operators.browser import Browser
from tests.seeding import PASSWORD, Cast, seed
from widget_server.api.model import ApiKeyMade, ApiKeyRevoked
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.rooms import House
from widget_server.sites.draft import SiteDraft


@pytest.fixture
def owner(house: House, cast: Cast) -> OperatorIdentity:
    return house.operators.find_operator(cast.owner.id, 1) or cast.owner


@pytest.fixture
def olga(app: Flask, cast: Cast) -> Browser:
    browser = Browser(app)
    browser.post("/console/login", email="olga@demo.example", password=PASSWORD)
    browser.get("/console/api-keys")
    return browser


def test_a_key_is_shown_once_and_only_its_hash_is_kept(olga: Browser, house: House) -> None:
    made = olga.post("/console/api-keys/new", name="CRM", access="read", all_sites="1").get_data(as_text=True)
    secret = made.split("wk_")[1][27:53]
    with house.storage.read() as tx:
        assert secret not in str(tx.execute(text("SELECT * FROM api_keys")).all())
    assert "CRM" in olga.get("/console/api-keys").get_data(as_text=True)
    assert secret not in olga.page


def test_what_is_missing_is_said_beside_the_field(olga: Browser) -> None:
    answer = olga.post("/console/api-keys/new", name="", access="all")
    assert answer.status_code == 400
    assert "Заполните поле «Название программы»" in olga.page
    assert "Отметьте" in olga.page


def test_a_revoked_key_opens_nothing(olga: Browser, program: Program, world: World) -> None:
    assert program.ask("listSites").status_code == 200
    olga.post(f"/console/api-keys/{program.key.split('_')[1]}/revoke")
    assert program.ask("listSites").status_code == 401
    assert "Отозван 12:00, Ольга" in olga.get("/console/api-keys").get_data(as_text=True)


def test_the_page_says_when_a_key_was_used(olga: Browser, program: Program, clock: FakeClock) -> None:
    assert "ещё не использован" in olga.get("/console/api-keys").get_data(as_text=True)
    clock.forward(minutes=30)
    program.ask("listSites")
    assert "12:30" in olga.get("/console/api-keys").get_data(as_text=True)


def test_who_made_and_who_ended_it_is_told_to_other_rooms(house: House, owner: OperatorIdentity) -> None:
    told: list[object] = []
    house.bus.after(ApiKeyMade, told.append)
    house.bus.after(ApiKeyRevoked, told.append)
    key, _ = house.api.keys.create_key(owner, "CRM", "read")
    for _ in range(2):
        house.api.keys.revoke_key(owner, key.id)
    assert [type(one).__name__ for one in told] == ["ApiKeyMade", "ApiKeyRevoked"]


def test_operators_do_not_get_in(app: Flask, cast: Cast) -> None:
    anna = Browser(app)
    anna.post("/console/login", email="anna@demo.example", password=PASSWORD)
    for address in ("/console/api-keys", "/console/api-keys/new"):
        assert anna.get(address).status_code == 403


def test_keys_of_others_cannot_be_ended(house: House, owner: OperatorIdentity) -> None:
    key, _ = house.api.keys.create_key(owner, "CRM", "read")
    stranger = seed(house, key="rival", name="Чужие", origins=("https://rival.example",)).owner
    with pytest.raises(NotFound):
        house.api.keys.revoke_key(stranger, key.id)


def test_a_key_sees_its_own_account_only(
    house: House, world: World, program: Program, client: FlaskClient, make_program: Callable[..., Program]
) -> None:
    rival = seed(house, key="rival", name="Чужие", origins=("https://rival.example",))
    owner = house.operators.find_operator(rival.owner.id, 1) or rival.owner
    other = Program(client, house.api.keys.create_key(owner, "CRM", "write")[1])
    reads = ("getSite", "getConversation", "listMessages", "getCallback", "getCall", "getExperiment", "getReport")
    for operation in reads:
        assert other.ask(operation, world.ids(operation)).status_code == 404
    for operation in ("listConversations", "listCallbacks", "listCalls"):
        assert other.ask(operation).json["data"] == []
        assert other.ask(operation, query_string={"site": world.cast.site.id}).status_code == 404
    for operation in ("postMessage", "closeConversation", "requestCallback", "deleteWebhook"):
        assert other.ask(operation, world.ids(operation), json=world.body(operation)).status_code == 404


def test_a_key_of_one_site_sees_no_other(house: House, world: World, make_program: Callable[..., Program]) -> None:
    second = house.sites.create_site(world.cast.site.account_id, SiteDraft("Двери", key="doors"))
    narrow = make_program(sites=frozenset({second.id}))
    assert [one["key"] for one in narrow.ask("listSites").json["data"]] == ["doors"]
    assert narrow.ask("getConversation", world.ids("getConversation")).status_code == 404
    assert narrow.ask("listWebhooks").json["data"] == []
    assert narrow.ask("getWebhook", world.ids("getWebhook")).status_code == 404
    made = narrow.ask("createWebhook", json={"url": "https://crm.example/doors", "events": ["call.missed"]})
    assert made.json["sites"] == [second.id]


def test_what_no_key_may_be(house: House, owner: OperatorIdentity) -> None:
    for name, access, sites in (("", "read", ()), ("x" * 61, "read", ()), ("CRM", "all", ()), ("CRM", "read", ("?",))):
        with pytest.raises(BadInput):
            house.api.keys.create_key(owner, name, access, frozenset(sites))  # type: ignore[arg-type]
    for number in range(50):
        house.api.keys.create_key(owner, str(number), "read")
    with pytest.raises(Conflict, match="too_many_keys"):
        house.api.keys.create_key(owner, "one more", "read")
