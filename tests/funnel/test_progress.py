"""How a lead goes on, and which contacts count."""

import pytest

from tests.funnel.conftest import PHONE, Funnel
from widget_server.funnel import contact_store
from widget_server.funnel.model import Lead
from widget_server.funnel.service import ContactDraft
from widget_server.kernel.errors import BadInput, Conflict


def productive(funnel: Funnel, lead: Lead) -> list[str]:
    found = funnel.contacts(lead)
    return [contact.note or contact.kind for contact in found if contact.productive_at is not None]


def test_a_contact_is_productive_when_the_lead_moves_on_by_it(funnel: Funnel) -> None:
    lead = funnel.write()
    funnel.call_them(lead)
    assert productive(funnel, lead) == []
    funnel.call_them(lead, "need")
    assert productive(funnel, lead) == ["call"]
    assert funnel.lead().stage == "need"


def test_moving_on_the_board_counts_the_last_contact_before_it_once(funnel: Funnel) -> None:
    lead, leads = funnel.write(), funnel.house.funnel.leads
    for note in ("первый", "второй"):
        leads.add_contact(funnel.cast.anna, lead.id, ContactDraft("call", note))
        funnel.clock.forward(minutes=1)
    leads.move(funnel.cast.boris, lead.id, "offer")
    assert productive(funnel, lead) == ["второй"]
    funnel.clock.forward(minutes=1)
    leads.move(funnel.cast.boris, lead.id, "decided")  # nobody talked to them since
    assert productive(funnel, lead) == ["второй"]


def test_going_back_takes_the_mark_away(funnel: Funnel) -> None:
    lead = funnel.call_them(funnel.write(), "offer")
    funnel.house.funnel.leads.move(funnel.cast.anna, lead.id, "new")
    assert productive(funnel, lead) == []


def test_a_note_is_no_contact_that_moves_anybody(funnel: Funnel) -> None:
    lead = funnel.write()
    funnel.house.funnel.leads.add_contact(funnel.cast.anna, lead.id, ContactDraft("note", "Позвонить", stage="need"))
    assert productive(funnel, lead) == []


def test_every_step_is_kept(funnel: Funnel) -> None:
    lead = funnel.call_them(funnel.write(), "need")
    funnel.clock.forward(minutes=1)
    funnel.house.funnel.leads.close(funnel.cast.anna, lead.id, "lost", "Дорого")
    with funnel.house.storage.read() as tx:
        moves = contact_store.list_moves(tx, lead.id)
    assert [(move.was, move.now, move.forward, move.reason) for move in moves] == [
        ("need", "lost", False, "Дорого"),
        ("new", "need", True, ""),
        ("", "new", False, ""),
    ]


def test_what_is_planned_next_stands_on_the_lead(funnel: Funnel) -> None:
    lead, due = funnel.write(), funnel.clock.at.replace(hour=15)
    draft = ContactDraft("call", next_step="Выслать смету", next_at=due)
    funnel.house.funnel.leads.add_contact(funnel.cast.anna, lead.id, draft)
    assert (funnel.lead().next_step, funnel.lead().next_at) == ("Выслать смету", due)
    funnel.house.funnel.leads.close(funnel.cast.anna, lead.id, "won", "")
    assert funnel.lead().next_at is None


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (ContactDraft("chat"), "bad_choice"),
        (ContactDraft("call", stage="gone"), "bad_choice"),
        (ContactDraft("call", "я" * 2001), "field_too_long"),
    ],
)
def test_bad_contacts_are_refused_and_leave_nothing(funnel: Funnel, draft: ContactDraft, code: str) -> None:
    lead = funnel.write()
    with pytest.raises(BadInput, match=code):
        funnel.house.funnel.leads.add_contact(funnel.cast.anna, lead.id, draft)
    assert len(funnel.contacts(lead)) == 1


def test_why_a_lead_was_lost_must_be_said(funnel: Funnel) -> None:
    with pytest.raises(BadInput, match="field_empty"):
        funnel.house.funnel.leads.close(funnel.cast.anna, funnel.write().id, "lost", " ")


def test_a_paid_order_wins_the_lead_by_the_last_contact(funnel: Funnel) -> None:
    lead = funnel.write(PHONE)
    funnel.call_them(lead)
    order = funnel.sell(lead)
    assert (order.amount, order.currency, order.state, order.operator_id) == (
        1250050,
        "RUB",
        "paid",
        funnel.cast.anna.id,
    )
    assert funnel.lead().state == "won"
    assert productive(funnel, lead) == ["call"]


def test_an_order_is_written_once_and_goes_only_where_orders_go(funnel: Funnel) -> None:
    lead = funnel.write()
    order = funnel.sell(lead, number="A-1", state="waiting")
    with pytest.raises(Conflict, match="order_known"):
        funnel.sell(lead, number="A-1")
    change = funnel.house.funnel.orders.change
    assert change(funnel.cast.anna, order.id, "paid").state == "paid"
    assert change(funnel.cast.anna, order.id, "paid").state == "paid"
    assert change(funnel.cast.anna, order.id, "refunded").refunded_at is not None
    with pytest.raises(Conflict, match="not_possible_now"):
        change(funnel.cast.anna, order.id, "cancelled")


def test_impossible_amounts_are_refused(funnel: Funnel) -> None:
    for amount in (-1, 10**15):
        with pytest.raises(BadInput, match="bad_amount"):
            funnel.sell(funnel.write(), amount)
