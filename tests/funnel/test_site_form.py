"""A site's own form: it sends leads from the site's pages only, with a script and without."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import SECRET, VISITOR_ID
from tests.funnel.conftest import PHONE, Funnel
from widget_server.kernel.ids import new_id

ORIGIN = "https://shop.example"
BROWSER = {"Origin": ORIGIN, "Accept": "text/html,*/*;q=0.8"}
DOOR = "/w/v1/leads?site=demo"


def send(client: FlaskClient, lang: str = "en", **body: object) -> TestResponse:
    return client.post(f"{DOOR}&lang={lang}", json=body, headers={"Origin": ORIGIN})


def post(client: FlaskClient, **form: str) -> TestResponse:
    return client.post(DOOR, data=form, headers={**BROWSER, "Referer": f"{ORIGIN}/"})


@pytest.fixture
def shop(funnel: Funnel) -> Funnel:
    funnel.house.sites.update_site(funnel.site_id, {"origins": (ORIGIN,)})
    return funnel


def test_a_script_sends_a_lead_of_the_browser_that_the_widget_knows(shop: Funnel, client: FlaskClient) -> None:
    shop.hello()
    page = f"{ORIGIN}/windows?utm_source=vk&utm_medium=cpc"
    said = {"phone": PHONE, "name": "Мария", "text": "Два окна", "page": page, "visitor": f"{VISITOR_ID}.{SECRET}"}
    assert send(client, **said).json == {"taken": True}
    lead = shop.lead()
    (contact,) = shop.contacts(lead)
    assert (lead.origin, lead.name, lead.source["page"]) == ("form", "Мария", page)
    assert (contact.kind, contact.note, contact.visitor_id) == ("form", "Два окна", VISITOR_ID)


def test_a_browser_alone_is_led_back_to_the_sites_page(shop: Funnel, client: FlaskClient) -> None:
    answer = post(client, email="maria@shop.example", next="/thanks?a=1")
    assert (answer.status_code, answer.location) == (303, f"{ORIGIN}/thanks?a=1")
    assert shop.keys(shop.lead()) == {"email": ["maria@shop.example"]}


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_and_nothing_is_taken(shop: Funnel, client: FlaskClient, to: str) -> None:
    answer = post(client, phone=PHONE, next=to)
    assert (answer.status_code, "Location" in answer.headers, shop.leads()) == (400, False, [])


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_other_pages_send_nothing(shop: Funnel, client: FlaskClient, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    assert client.post(DOOR, json={"phone": PHONE}, headers=headers).status_code == 403
    assert shop.leads() == []


def test_what_is_wrong_is_said_of_its_field(shop: Funnel, client: FlaskClient) -> None:
    for body, code, field in (
        ({}, "phone_or_email", "phone"),
        ({"phone": "12"}, "bad_phone", "phone"),
        ({"email": "maria"}, "bad_email", "email"),
        ({"phone": PHONE, "text": "x" * 2_001}, "field_too_long", "text"),
    ):
        answer = send(client, **body)
        assert (answer.status_code, answer.json["error"]["code"], answer.json["error"]["field"]) == (400, code, field)
    assert shop.leads() == []


def test_a_browser_alone_gets_a_page_with_what_is_wrong(shop: Funnel, client: FlaskClient) -> None:
    answer = post(client, phone="12")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert f'href="{ORIGIN}/"' in answer.get_data(as_text=True)


def test_a_program_that_fills_everything_is_thanked_for_nothing(shop: Funnel, client: FlaskClient) -> None:
    assert send(client, phone=PHONE, leave_empty="https://spam.example").json == {"taken": True}
    assert shop.leads() == []


def test_sent_again_under_its_key_it_is_one_contact(shop: Funnel, client: FlaskClient) -> None:
    key = new_id()
    for _ in range(2):
        assert send(client, phone=PHONE, key=key).status_code == 200
    assert len(shop.contacts(shop.lead())) == 1


def test_a_browser_with_a_wrong_secret_is_a_lead_without_it(shop: Funnel, client: FlaskClient) -> None:
    shop.hello()
    send(client, phone=PHONE, visitor=f"{VISITOR_ID}.{new_id()}")
    (contact,) = shop.contacts(shop.lead())
    assert contact.visitor_id is None


def test_an_address_sends_thirty_an_hour(shop: Funnel, client: FlaskClient) -> None:
    codes = [send(client, phone=PHONE, leave_empty="x").status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
