"""A person who turns to the site is a lead, once, however they turn to it and however often that is told."""

import threading

import pytest

from tests.cast import OTHER_ID, VISITOR_ID
from tests.funnel.conftest import OTHER_PHONE, PHONE, Funnel, work
from tests.tracking.conftest import MAIN
from widget_server.chat.model import Entry
from widget_server.funnel.service import LeadDraft
from widget_server.kernel.errors import BadInput
from widget_server.storage import Tx


def test_a_call_a_callback_and_a_chat_each_bear_a_lead(funnel: Funnel) -> None:
    funnel.ring("+79161112233")
    funnel.callback(PHONE)
    funnel.chat(OTHER_ID)
    found = {lead.origin: lead for lead in funnel.leads()}
    assert sorted(found) == ["call", "callback", "chat"]
    assert {lead.state for lead in found.values()} == {"open"}
    assert found["callback"].source_word == "yandex / cpc"
    assert funnel.keys(found["callback"]) == {"phone": [PHONE], "visitor": [VISITOR_ID]}


def test_a_second_contact_joins_the_lead_that_exists(funnel: Funnel) -> None:
    funnel.chat()
    funnel.callback(PHONE)
    funnel.ring(PHONE)
    lead = funnel.lead()
    assert lead.origin == "chat"
    assert sorted(contact.kind for contact in funnel.contacts(lead)) == ["call", "callback", "chat"]


def test_what_is_told_again_is_known(funnel: Funnel) -> None:
    key = "k" * 26
    first = funnel.callback(key=key)
    assert funnel.callback(key=key).id == first.id
    for _ in range(2):
        funnel.switch.ring(MAIN, OTHER_PHONE, reference="pbx-1")
        funnel.house.funnel.leads.take_lead(funnel.site_id, LeadDraft("", "a@b.example"), "api", cause="form-7")
    assert [len(funnel.contacts(lead)) for lead in funnel.leads()] == [1, 1, 1]


def test_a_cause_that_fails_leaves_no_lead(funnel: Funnel, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(tx: Tx, event: object) -> None:
        raise RuntimeError("power cut")

    from widget_server.callbacks.model import CallbackRequested

    funnel.house.bus.within(CallbackRequested, die)
    with pytest.raises(RuntimeError):
        funnel.callback()
    assert funnel.leads() == []


def test_whoever_hides_their_number_is_no_lead(funnel: Funnel) -> None:
    funnel.ring("anonymous")
    assert funnel.leads() == []


def test_numbers_and_addresses_are_compared_as_one_writes_them_in_the_country(funnel: Funnel) -> None:
    one = funnel.write("8 (912) 345-67-89", email="Ivan@Shop.Example")
    assert funnel.write("+7 912 345 67 89").id == one.id
    assert funnel.write("", email="ivan@shop.example").id == one.id
    assert funnel.keys(funnel.lead()) == {"phone": [PHONE], "email": ["ivan@shop.example"]}


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (LeadDraft(name="Иван"), "phone_or_email", "phone"),
        (LeadDraft("12"), "bad_phone", "phone"),
        (LeadDraft("", "no mail"), "bad_email", "email"),
        (LeadDraft(PHONE, name="я" * 121), "field_too_long", "name"),
        (LeadDraft(PHONE, note="я" * 2001), "field_too_long", "note"),
        (LeadDraft(PHONE, warmth="hot"), "bad_choice", "warmth"),  # type: ignore[arg-type]  # what came from outside
    ],
)
def test_bad_drafts_are_refused(funnel: Funnel, draft: LeadDraft, code: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        funnel.house.funnel.leads.take_lead(funnel.site_id, draft, "api")
    assert (refused.value.code, refused.value.field) == (code, field)
    assert funnel.leads() == []


def test_one_person_in_many_threads_is_one_lead(funnel: Funnel) -> None:
    def come(n: int) -> None:
        draft = LeadDraft(PHONE if n % 2 else "", "ivan@shop.example" if n % 3 else "", note=str(n))
        if draft.phone or draft.email:
            funnel.house.funnel.leads.take_lead(funnel.site_id, draft, "api", cause=str(n % 6))

    funnel.write(PHONE, email="ivan@shop.example")
    threads = [threading.Thread(target=come, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(funnel.contacts(funnel.lead())) == 6


def test_who_answers_first_owns_the_lead_and_a_talk_is_their_contact(funnel: Funnel) -> None:
    funnel.switch.talk(MAIN, PHONE)
    (contact,) = funnel.contacts(funnel.lead())
    assert (contact.operator_id, funnel.lead().owner_id) == (funnel.cast.anna.id, funnel.cast.anna.id)
    assert contact.answered_at is not None


def test_the_first_answer_in_a_chat_takes_the_lead(funnel: Funnel) -> None:
    conversation = funnel.chat()
    for who in (funnel.cast.boris, funnel.cast.anna):
        funnel.house.chat.post_from_operator(who, conversation, Entry("c" + who.id[1:], "Здравствуйте"))
    assert funnel.lead().owner_id == funnel.cast.boris.id


def test_calling_back_who_called_in_vain_answers_their_call(funnel: Funnel) -> None:
    call_id = funnel.ring(PHONE)
    funnel.house.calls.on_ended(call_id)
    called = funnel.house.tracking.desk.call_back(funnel.cast.anna, call_id)
    assert called.return_call_id is not None
    work(funnel.house)
    funnel.house.calls.on_operator_answered(called.return_call_id, funnel.cast.anna.id)
    funnel.house.calls.on_visitor_answered(called.return_call_id)
    funnel.clock.forward(seconds=30)
    work(funnel.house)
    (contact,) = funnel.contacts(funnel.lead())
    assert contact.operator_id == funnel.cast.anna.id


def test_who_was_given_up_and_comes_again_is_open_again(funnel: Funnel) -> None:
    lead = funnel.write()
    funnel.house.funnel.leads.close(funnel.cast.anna, lead.id, "lost", "Дорого")
    funnel.clock.forward(days=3)
    funnel.callback(PHONE)
    assert (funnel.lead().state, funnel.lead().stage, funnel.lead().reason) == ("open", "new", "")


def test_a_known_browser_with_another_number_is_another_person(funnel: Funnel) -> None:
    funnel.callback(PHONE)
    funnel.callback(OTHER_PHONE)
    assert len(funnel.leads()) == 2
