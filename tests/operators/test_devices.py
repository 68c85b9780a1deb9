"""Where an operator's calls ring: the console, a SIP phone, a telephone of their own."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.cast import FakeClock
from tests.operators.browser import Browser
from tests.seeding import CHEAP
from widget_server.calls.model import Device
from widget_server.calls.store import devices
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.limits import Limits
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.operators.devices import DeviceService
from widget_server.operators.service import OperatorService
from widget_server.rooms import House
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.storage import Storage

MOBILE = "8 912 345-67-89"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A server whose PBX rings telephones."""
    pbx = {"asterisk_url": "http://127.0.0.1:9/ari", "asterisk_user": "u", "asterisk_password": "p"}
    return replace(settings, telephony="asterisk", **pbx)


@pytest.fixture
def operators(storage: Storage, clock: FakeClock, settings: Settings) -> OperatorService:
    return OperatorService(storage, clock, CHEAP, Limits(), settings)


@pytest.fixture
def own(storage: Storage, operators: OperatorService, sites: SiteService) -> DeviceService:
    return DeviceService(storage, operators, sites)


def code_of(own: DeviceService, operator: OperatorIdentity, kind: str, address: str) -> str | None:
    try:
        own.set_own(operator, kind, address)
    except ProductError as refused:
        return refused.code
    return None


def test_a_telephone_rings_without_a_console(
    own: DeviceService, operators: OperatorService, anna: OperatorIdentity, shop: Site, storage: Storage
) -> None:
    assert operators.takers(shop.id) == []
    own.set_own(anna, "phone", MOBILE)
    assert [one.id for one in operators.takers(shop.id)] == [anna.id]
    assert operators.online(shop.id).calls
    with storage.read() as tx:
        assert devices(tx, [anna.id]) == (Device(anna.id, "phone", "+79123456789"),)
    assert own.own(anna) == ("phone", "+7 912 345-67-89")
    own.set_own(anna, "console", MOBILE)
    assert (operators.takers(shop.id), own.own(anna)) == ([], ("console", ""))


def test_a_console_is_rung_only_by_a_pbx_that_reaches_browsers(
    own: DeviceService, storage: Storage, clock: FakeClock, settings: Settings, anna: OperatorIdentity, shop: Site
) -> None:
    for address, rung in (("", []), ("wss://pbx.example/ws", [anna.id])):
        people = OperatorService(storage, clock, CHEAP, Limits(), replace(settings, asterisk_webrtc=address))
        people.sign_of_life(anna.id)
        assert [one.id for one in people.takers(shop.id)] == rung
        assert refused_to_ring(people, anna) == (not rung)


def refused_to_ring(people: OperatorService, operator: OperatorIdentity) -> bool:
    try:
        people.check_can_be_rung(operator.id)
    except ProductError as refused:
        return refused.code == "no_phone_yet"
    return False


def test_where_telephones_ring_no_button_answers(operators: OperatorService) -> None:
    with pytest.raises(ProductError, match="answer_on_phone"):
        operators.check_answers_here()


def test_without_such_a_pbx_everybody_answers_in_the_console(
    own: DeviceService, storage: Storage, clock: FakeClock, settings: Settings, anna: OperatorIdentity
) -> None:
    own.set_own(anna, "sip", "anna")
    simulated = OperatorService(storage, clock, CHEAP, Limits(), replace(settings, telephony="simulated"))
    simulated.check_answers_here()
    simulated.check_can_be_rung(anna.id)


@pytest.mark.parametrize(
    ("kind", "address", "code"),
    [
        ("phone", "", "phone_needed"),
        ("phone", "8 912 345", "bad_phone"),
        ("phone", "112", "bad_phone"),
        ("phone", "8 800 555-35-35", "phone_not_allowed"),
        ("phone", "+44 20 7946 0018", "phone_not_allowed"),
        ("sip", "анна", "bad_sip_name"),
        ("sip", "anna/../x", "bad_sip_name"),
        ("sip", "", "bad_sip_name"),
        ("fax", "1", "bad_choice"),
        ("sip", "anna.petrova-2", None),
    ],
)
def test_addresses_are_checked(
    own: DeviceService, anna: OperatorIdentity, shop: Site, kind: str, address: str, code: str | None
) -> None:
    assert code_of(own, anna, kind, address) == code


def test_who_administers_sets_those_of_others(
    own: DeviceService, owner: OperatorIdentity, anna: OperatorIdentity, stranger: OperatorIdentity
) -> None:
    own.set_for(owner, anna.id, "sip", "anna")
    assert own.own(anna) == ("sip", "anna")
    for other in (stranger, anna):
        with pytest.raises(NotFound):
            own.set_for(other, owner.id, "sip", "x")


def test_the_pages_offer_it_and_keep_what_was_typed(app: Flask, house: House, olga: Browser) -> None:
    olga.post("/console/operators/new", name="Анна", email="anna@okna.example", role="operator")
    owner = house.operators.list_people(house.operators.log_in("olga@okna.example", "window-sill-93", "test"))
    anna = next(person.id for person in owner if person.name == "Анна")
    assert olga.post("/console/me/device", device="sip", device_sip="olga").status_code == 302
    olga.get("/console/me")
    assert 'value="sip" checked' in olga.page
    assert 'value="olga"' in olga.page
    answer = olga.post(f"/console/operators/{anna}/device", device="phone", device_phone="8 912")
    assert answer.status_code == 400
    assert 'value="8 912"' in olga.page
    assert "Это не полный номер" in olga.page
