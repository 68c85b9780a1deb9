"""Who talks to a visitor sees where they are on the way to an order; a form in the chat says who they are."""

from collections.abc import Callable

from flask.testing import FlaskClient

from tests.funnel.conftest import PHONE, Funnel
from widget_server.chat.model import Entry

FORM = {"question": "", "consent": None, "away": False}


def test_the_card_of_a_visitor_shows_their_lead_and_orders(
    log_in: Callable[[str], FlaskClient], funnel: Funnel
) -> None:
    conversation = funnel.chat()
    anna = log_in("anna@demo.example")
    address = f"/console/api/conversations/{conversation}"
    lead = funnel.call_them(funnel.lead(), "offer")
    shown = anna.get(address).json["conversation"]["lead"]
    assert (shown["id"], shown["stage"], shown["owner"]) == (lead.id, "Получил предложение", "Анна")
    funnel.sell(lead, 1_250_000)
    assert anna.get(address).json["conversation"]["lead"]["orders"] == ["12\xa0500\xa0₽ · Оплачен"]


def test_a_form_in_the_chat_says_who_the_guest_is(funnel: Funnel) -> None:
    caller = funnel.write(PHONE)
    funnel.clock.forward(minutes=1)
    funnel.chat()
    fields = {"name": "Иван", "phone": "8 912 345-67-89", "email": "Ivan@Shop.example"}
    for _ in range(2):
        funnel.house.chat.post_from_visitor(funnel.hello(), Entry("f1", "", "form", {**FORM, "fields": fields}))
    lead = funnel.lead()
    assert (lead.id, lead.name) == (caller.id, "Иван")
    assert funnel.keys(lead)["email"] == ["ivan@shop.example"]
    assert sorted(contact.kind for contact in funnel.contacts(lead)) == ["chat", "form", "person"]
