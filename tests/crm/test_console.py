"""The owner connects a CRM; the address of its webhook is never shown again and leads to no machine of ours."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import FakeClock
from tests.crm.bitrix24 import KEY, Bitrix24
from tests.crm.conftest import Crm
from tests.funnel.conftest import Funnel
from tests.seeding import CHEAP, Cast, seed
from widget_server.crm import store
from widget_server.crm.bitrix import Bitrix
from widget_server.house import build
from widget_server.kernel.errors import BadInput
from widget_server.notify.outgoing import Outgoing
from widget_server.rooms import House
from widget_server.settings import Settings

LogIn = Callable[[str], FlaskClient]
PAGE = "/console/leads/crm"


def test_the_owner_connects_tries_and_pairs_stages(log_in: LogIn, funnel: Funnel, cast: Cast, bitrix: Bitrix24) -> None:
    olga, crm = log_in("olga@demo.example"), Crm(funnel, bitrix)
    assert olga.post(f"{PAGE}/connect", data={"site": cast.site.id, "address": bitrix.address}).status_code == 302
    crm.work()
    assert crm.connection.stages["new"] == "NEW"
    olga.post(f"{PAGE}/test", data={"site": cast.site.id})
    crm.work()
    (row,) = bitrix.rows["lead"].values()
    assert f"/crm/lead/details/{row['ID']}/" in olga.get(PAGE).get_data(as_text=True)
    chosen = {"site": cast.site.id, "stage.new": "PROCESSED"}
    assert olga.post(f"{PAGE}/stages", data=chosen).status_code == 302
    assert (crm.connection.stages, crm.connection.makes_deals) == ({"new": "PROCESSED"}, False)
    assert olga.post(f"{PAGE}/stages", data={**chosen, "stage.new": "NOBODYS"}).status_code == 400


def test_the_lead_shows_where_it_is_over_there(log_in: LogIn, crm: Crm) -> None:
    lead = crm.funnel.write()
    crm.work()
    page = log_in("anna@demo.example").get(f"/console/leads/{lead.id}").get_data(as_text=True)
    assert f"{crm.bitrix.url}/crm/lead/details/{crm.link(lead).remote_id}/" in page


def test_an_error_says_what_to_do(log_in: LogIn, crm: Crm) -> None:
    crm.bitrix.will_refuse(400, "SOME_CODE", "Поле обязательно")
    crm.funnel.write()
    crm.work()
    page = log_in("olga@demo.example").get(PAGE).get_data(as_text=True)
    assert "Битрикс24 не принял лид" in page
    assert "SOME_CODE" in page


def test_the_address_is_kept_sealed_and_never_shown(log_in: LogIn, house: House, crm: Crm) -> None:
    assert KEY not in log_in("olga@demo.example").get(PAGE).get_data(as_text=True)
    with house.storage.read() as tx:
        row = tx.execute(select(store.connections)).one()
    assert KEY not in str(tuple(row))


def test_another_servers_secret_opens_nothing(crm: Crm, settings: Settings, clock: FakeClock) -> None:
    lead = crm.funnel.write()
    other = build(replace(settings, secret_key="another" * 8), clock, CHEAP)
    clock.forward(seconds=4)
    other.runners[1].run_due()
    other.storage.close()
    assert (crm.connection.problem, crm.link(lead).state) == ("key", "queued")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://shop.bitrix24.ru/",
        "http://shop.bitrix24.ru/rest/1/a1b2c3d4e5f6/",
        "https://me@shop.bitrix24.ru/rest/1/a1b2c3d4e5f6/",
        "https://shop.bitrix24.ru:22/rest/1/a1b2c3d4e5f6/",
        "https://shop.bitrix24.ru/rest/x/a1b2c3d4e5f6/",
        "file:///rest/1/a1b2c3d4e5f6/",
    ],
)
def test_what_is_no_webhook_is_not_taken(address: str) -> None:
    with pytest.raises(BadInput, match="bad_crm_address"):
        Bitrix(Outgoing(private_too=False)).read_address(address)


def test_what_was_copied_along_is_dropped() -> None:
    read = Bitrix(Outgoing(private_too=False)).read_address(
        " https://Shop.bitrix24.ru/rest/1/a1b2c3d4e5f6/profile.json"
    )
    assert read == ("https://shop.bitrix24.ru/rest/1/a1b2c3d4e5f6/", "https://shop.bitrix24.ru")


def test_our_own_network_is_not_called(settings: Settings, clock: FakeClock, bitrix: Bitrix24) -> None:
    strict = build(replace(settings, webhooks_private_networks=False), clock, CHEAP)
    people = seed(strict)
    owner = strict.operators.find_operator(people.owner.id, people.owner.session_version)
    assert owner is not None
    strict.crm.crm.connect(owner, people.site, f"https://127.0.0.1:{bitrix.port}/rest/1/{KEY}/")
    strict.runners[1].run_due()
    found = strict.crm.crm.find(people.site)
    strict.storage.close()
    assert found is not None
    assert (found.problem, bitrix.received) == ("private_address", [])


def test_the_crm_is_the_owners(log_in: LogIn, house: House, cast: Cast) -> None:
    other = seed(house, key="other", name="Другие", origins=("https://other.example",))
    assert log_in("anna@demo.example").get(PAGE).status_code == 403
    olga = log_in("olga@demo.example")
    assert olga.post(f"{PAGE}/check", data={"site": other.site.id}).status_code == 404
    assert olga.post(f"{PAGE}/check", data={"site": cast.site.id}).status_code == 404  # nothing is connected
    assert olga.post(f"{PAGE}/again/nothing", data={"site": cast.site.id}).status_code == 404
