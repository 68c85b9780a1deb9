"""A lead is written into the CRM once, whatever happens on the way, and goes on there as it does here."""

import pytest

from tests.crm.bitrix24 import reach
from tests.crm.conftest import Crm
from tests.funnel.conftest import OTHER_PHONE, PHONE
from widget_server.crm.model import BACK_OFF
from widget_server.crm.sending import Sending
from widget_server.funnel.service import LeadDraft


def test_a_new_lead_is_made_with_what_is_known_of_it(crm: Crm) -> None:
    lead = crm.funnel.write(name="Иван", email="ivan@mail.example", source="yandex", medium="cpc")
    crm.work()
    (row,) = crm.bitrix.rows["lead"].values()
    assert (row["NAME"], row["STATUS_ID"], row["ORIGIN_ID"]) == ("Иван", "NEW", lead.id)
    assert (row["UTM_SOURCE"], row["UTM_MEDIUM"]) == ("yandex", "cpc")
    assert (reach(row, "PHONE"), reach(row, "EMAIL")) == ({PHONE}, {"ivan@mail.example"})
    assert (crm.link(lead).state, crm.link(lead).remote_id) == ("sent", row["ID"])


def test_a_callback_comes_with_its_source(crm: Crm) -> None:
    crm.funnel.callback()
    crm.work()
    (row,) = crm.bitrix.rows["lead"].values()
    assert row["SOURCE_ID"] == "CALLBACK"


def test_what_is_asked_first_takes_one_request(crm: Crm) -> None:
    crm.bitrix.received.clear()
    crm.funnel.write(email="ivan@mail.example")
    crm.work()
    asked = [request.path.rpartition("/")[2] for request in crm.bitrix.received]
    assert asked == ["batch", "crm.lead.add"]


def test_a_lead_that_moves_here_moves_there(crm: Crm) -> None:
    lead = crm.funnel.write()
    crm.work()
    crm.funnel.call_them(lead, "need")
    crm.work()
    assert crm.bitrix.rows["lead"][crm.link(lead).remote_id or ""]["STATUS_ID"] == "IN_PROCESS"


def test_what_people_changed_there_stays(crm: Crm) -> None:
    lead = crm.funnel.write()
    crm.work()
    row = crm.bitrix.rows["lead"][crm.link(lead).remote_id or ""]
    row["STATUS_ID"] = "PROCESSED"
    crm.funnel.house.funnel.leads.edit(crm.funnel.owner, lead.id, LeadDraft(OTHER_PHONE, name="Иван"))
    crm.work()
    assert (row["STATUS_ID"], row["NAME"], reach(row, "PHONE")) == ("PROCESSED", "Иван", {PHONE, OTHER_PHONE})


def test_nothing_new_is_no_request(crm: Crm) -> None:
    lead = crm.funnel.write()
    crm.work()
    crm.bitrix.calls.clear()
    crm.funnel.call_them(lead)
    crm.work()
    assert (crm.bitrix.calls, crm.link(lead).state) == ([], "sent")


def test_who_is_known_there_and_in_work_is_not_made_again(crm: Crm) -> None:
    known = crm.bitrix.add("lead", PHONE=[{"VALUE": PHONE}], STATUS_ID="IN_PROCESS")
    lead = crm.funnel.write()
    crm.work()
    assert list(crm.bitrix.rows["lead"]) == [known]
    assert (crm.link(lead).remote_id, crm.link(lead).matched) == (known, True)


def test_who_was_done_with_is_a_new_lead_of_the_contact(crm: Crm) -> None:
    crm.bitrix.add("lead", PHONE=[{"VALUE": PHONE}], STATUS_ID="JUNK")
    contact = crm.bitrix.add("contact", PHONE=[{"VALUE": PHONE}])
    lead = crm.funnel.write()
    crm.work()
    assert crm.bitrix.rows["lead"][crm.link(lead).remote_id or ""]["CONTACT_IDS"] == [contact]


def test_an_order_becomes_a_deal_and_a_refund_loses_it(crm: Crm) -> None:
    lead = crm.funnel.write(name="Иван")
    order = crm.funnel.sell(lead, number="17")
    crm.work()
    (deal,) = crm.bitrix.rows["deal"].values()
    (contact,) = crm.bitrix.rows["contact"].values()
    assert (deal["OPPORTUNITY"], deal["CURRENCY_ID"], deal["STAGE_ID"]) == ("12500.50", "RUB", "WON")
    assert (deal["CONTACT_IDS"], contact["NAME"]) == ([contact["ID"]], "Иван")
    crm.funnel.house.funnel.orders.change(crm.funnel.cast.anna, order.id, "refunded")
    crm.work()
    assert (deal["STAGE_ID"], len(crm.bitrix.rows["deal"])) == ("LOSE", 1)


def test_two_leads_that_are_one_person_know_of_each_other_there(crm: Crm) -> None:
    one, other = crm.funnel.write(), crm.funnel.write(OTHER_PHONE)
    crm.work()
    kept = crm.funnel.house.funnel.leads.merge(crm.funnel.owner, one.id, other.id)
    crm.work()
    gone = other if kept.id == one.id else one
    row = crm.bitrix.rows["lead"][crm.link(gone).remote_id or ""]
    assert str(crm.link(kept).remote_id) in row["STATUS_DESCRIPTION"]
    assert reach(crm.bitrix.rows["lead"][crm.link(kept).remote_id or ""], "PHONE") == {PHONE, OTHER_PHONE}


@pytest.mark.parametrize("dies_at", ["_note_success", "_note_failure"])
def test_a_worker_that_dies_after_sending_makes_no_second_lead(
    crm: Crm, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    lead = crm.funnel.write()
    with monkeypatch.context() as patched:
        patched.setattr(Sending, dies_at, die)
        if dies_at == "_note_failure":
            crm.bitrix.will_say(500)
        with pytest.raises(Killed):
            crm.work()
    assert crm.link(lead).state == "sending"
    for _ in range(4):
        crm.work(minutes=3)
    assert (crm.link(lead).state, len(crm.bitrix.rows["lead"])) == ("sent", 1)


def test_an_answer_that_is_lost_makes_no_second_lead(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    plain = crm.bitrix._add

    def slowly(*args: object) -> int:
        made.append(plain(*args))  # type: ignore[arg-type]
        raise ConnectionResetError

    with monkeypatch.context() as patched:
        patched.setattr(crm.bitrix, "_add", slowly)
        lead = crm.funnel.write()
        crm.work()
    assert (crm.link(lead).state, crm.link(lead).error) == ("queued", "no_answer")
    crm.work(seconds=30)
    assert len(made) == 1  # not asked again before the first request is surely over
    crm.work(seconds=61)
    assert (crm.link(lead).remote_id, len(crm.bitrix.rows["lead"])) == (str(made[0]), 1)


def test_failures_are_repeated_and_given_up_at_last(crm: Crm) -> None:
    for _ in range(20):
        crm.bitrix.will_say(502, "<html>Bad Gateway</html>")
    lead = crm.funnel.write()
    for _ in range(len(BACK_OFF) + 2):
        crm.work(days=1)
    assert (crm.link(lead).state, crm.link(lead).error) == ("failed", "down")
    crm.bitrix.answers.clear()
    crm.funnel.house.crm.crm.tell_again(crm.funnel.cast.site, lead.id)
    crm.work()
    assert crm.link(lead).state == "sent"


def test_a_limit_holds_everything_up_and_costs_no_attempt(crm: Crm) -> None:
    crm.bitrix.will_refuse(503, "QUERY_LIMIT_EXCEEDED", "Too many requests")
    one, other = crm.funnel.write(), crm.funnel.write(OTHER_PHONE)
    crm.bitrix.received.clear()
    crm.work()
    assert len(crm.bitrix.received) == 1
    assert [crm.link(lead).attempts for lead in (one, other)] == [0, 0]
    crm.work(seconds=6)
    assert [crm.link(lead).state for lead in (one, other)] == ["sent", "sent"]


def test_a_method_that_is_too_heavy_rests_ten_minutes(crm: Crm) -> None:
    crm.bitrix.will_refuse(429, "OPERATION_TIME_LIMIT", "Method is blocked due to operation time limit.")
    lead = crm.funnel.write()
    crm.work()
    crm.work(minutes=9)
    assert crm.link(lead).state == "queued"
    crm.work(minutes=2)
    assert crm.link(lead).state == "sent"


@pytest.mark.parametrize(
    ("status", "code", "words", "problem"),
    [
        (401, "INVALID_CREDENTIALS", "Invalid request credentials", "key"),
        (401, "NO_AUTH_FOUND", "Wrong authorization data", "key"),
        (403, "insufficient_scope", "The request requires higher privileges", "scope"),
        (403, "ACCESS_DENIED", "REST API is available only on commercial plans", "plan"),
        (503, "OVERLOAD_LIMIT", "REST API is blocked due to overload", "blocked"),
        (400, "", "Access denied.", "rights"),
    ],
)
def test_what_somebody_must_do_first_stops_everything_until_it_is_done(
    crm: Crm, status: int, code: str, words: str, problem: str
) -> None:
    crm.bitrix.will_refuse(status, code, words)
    lead = crm.funnel.write()
    crm.work()
    assert (crm.connection.problem, crm.link(lead).state) == (problem, "queued")
    crm.work(days=1)
    assert crm.link(lead).state == "queued"
    crm.funnel.house.crm.crm.check(crm.funnel.cast.site)
    crm.work()
    assert (crm.connection.problem, crm.link(lead).state) == (None, "sent")


def test_a_lead_that_was_deleted_there_is_made_anew_when_asked(crm: Crm) -> None:
    lead = crm.funnel.write()
    crm.work()
    crm.bitrix.rows["lead"].clear()
    crm.funnel.call_them(lead, "need")
    crm.work()
    assert (crm.link(lead).state, crm.link(lead).error) == ("failed", "missing")
    crm.funnel.house.crm.crm.tell_again(crm.funnel.cast.site, lead.id)
    crm.work()
    (row,) = crm.bitrix.rows["lead"].values()
    assert (row["ID"], row["STATUS_ID"]) == (crm.link(lead).remote_id, "IN_PROCESS")


def test_what_came_before_the_crm_stays_here_until_it_pays(crm: Crm) -> None:
    crm.funnel.house.crm.crm.disconnect(crm.funnel.owner, crm.funnel.cast.site)
    lead = crm.funnel.write()
    crm.connect()
    crm.funnel.call_them(lead, "need")
    crm.work()
    assert crm.bitrix.rows["lead"] == {}
    crm.funnel.sell(lead)
    crm.work()
    assert (len(crm.bitrix.rows["lead"]), len(crm.bitrix.rows["deal"])) == (1, 1)
