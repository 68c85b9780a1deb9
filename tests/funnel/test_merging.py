"""Leads that turn out to be one person are merged, and undoing it loses nothing."""

import pytest

from tests.cast import VISITOR_ID
from tests.funnel.conftest import OTHER_PHONE, PHONE, Funnel
from widget_server.funnel import store
from widget_server.funnel.model import Lead, Merge
from widget_server.funnel.service import LeadDraft
from widget_server.kernel.errors import Conflict, NotFound


def merges(funnel: Funnel, lead: Lead) -> list[Merge]:
    with funnel.house.storage.read() as tx:
        return store.list_merges(tx, lead.id)


def two_and_a_link(funnel: Funnel) -> tuple[Lead, Lead]:
    """Two leads, then somebody who is both of them."""
    one = funnel.write(PHONE, name="Иван")
    funnel.clock.forward(minutes=1)
    other = funnel.write("", email="ivan@shop.example", note="Просил замер")
    funnel.clock.forward(minutes=1)
    funnel.write(PHONE, email="ivan@shop.example")
    return one, other


def test_a_number_of_one_with_the_address_of_another_makes_them_one(funnel: Funnel) -> None:
    one, other = two_and_a_link(funnel)
    lead = funnel.lead()
    assert (lead.id, lead.name) == (one.id, "Иван")
    assert funnel.keys(lead) == {"phone": [PHONE], "email": ["ivan@shop.example"]}
    assert len(funnel.contacts(lead)) == 3
    assert funnel.house.funnel.leads.access_lead(funnel.cast.anna, other.id).id == one.id


def test_undoing_a_merge_gives_each_their_own_back(funnel: Funnel) -> None:
    one, other = two_and_a_link(funnel)
    order = funnel.sell(other, number="A-1")
    (made,) = merges(funnel, one)
    kept, freed = funnel.house.funnel.leads.undo_merge(funnel.cast.anna, made.id)
    assert (kept.id, freed.id) == (one.id, other.id)
    assert [contact.note for contact in funnel.contacts(freed)] == ["Просил замер"]
    assert funnel.keys(freed) == {"email": ["ivan@shop.example"]}
    assert order.lead_id == one.id  # written for the person that both were then
    with pytest.raises(Conflict):
        funnel.house.funnel.leads.undo_merge(funnel.cast.anna, made.id)


def test_a_chain_of_merges_is_undone_from_its_end(funnel: Funnel) -> None:
    one, other = two_and_a_link(funnel)
    third = funnel.call_them(funnel.write(OTHER_PHONE), "offer")
    merged = funnel.house.funnel.leads.merge(funnel.cast.anna, one.id, third.id)
    assert merged.id == third.id  # who is further on the way speaks for all
    assert len(funnel.leads()) == 1
    last, first = merges(funnel, merged)
    with pytest.raises(Conflict):
        funnel.house.funnel.leads.undo_merge(funnel.cast.anna, first.id)
    funnel.house.funnel.leads.undo_merge(funnel.cast.anna, last.id)
    assert {lead.id for lead in funnel.leads()} == {one.id, third.id}
    funnel.house.funnel.leads.undo_merge(funnel.cast.anna, first.id)
    assert {lead.id for lead in funnel.leads()} == {one.id, other.id, third.id}


def test_a_guest_without_a_number_becomes_the_caller_they_turn_out_to_be(funnel: Funnel) -> None:
    caller = funnel.write(PHONE)
    funnel.clock.forward(minutes=1)
    funnel.chat()
    funnel.callback(PHONE)
    assert funnel.lead().id == caller.id
    assert funnel.keys(funnel.lead())["visitor"] == [VISITOR_ID]


def test_adding_the_number_of_another_makes_them_one(funnel: Funnel) -> None:
    one, other = funnel.write(PHONE), funnel.write(OTHER_PHONE)
    funnel.house.funnel.leads.edit(funnel.cast.anna, one.id, LeadDraft(OTHER_PHONE, name="Пётр"))
    assert {one.id, other.id} > {funnel.lead().id}
    assert funnel.lead().name == "Пётр"


def test_people_of_other_sites_are_others_and_strangers_may_not_merge(funnel: Funnel) -> None:
    from tests.seeding import seed

    foreign = seed(funnel.house, key="other", name="Двери", origins=("https://other.example",))
    mine = funnel.write(PHONE)
    theirs = funnel.house.funnel.leads.take_lead(foreign.site.id, LeadDraft(PHONE), "api")
    assert mine.id != theirs.id
    with pytest.raises(NotFound):
        funnel.house.funnel.leads.merge(funnel.cast.anna, mine.id, theirs.id)
    with pytest.raises(NotFound):
        funnel.house.funnel.leads.access_lead(foreign.anna, mine.id)
    with pytest.raises(Conflict):
        funnel.house.funnel.leads.merge(funnel.cast.anna, mine.id, mine.id)
