"""A call to one of our numbers: taken once, put down to a visitor, rung, answered or missed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import IPHONE, OTHER_ID, VISITOR_ID, bearer
from tests.seeding import seed
from tests.tracking.conftest import CALLER, MAIN, OTHER_CALLER, Switch, work
from widget_server.calls.facts import facts_of
from widget_server.calls.port import InboundCall
from widget_server.calls.store import rings
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Department
from widget_server.tracking.model import InboundMissed, NumberDraft, Source, TrackedNumber

Pool = Callable[[int], list[TrackedNumber]]


def report(switch: Switch, visitor_id: str, kind: str, number_id: str) -> None:
    """Say what a visitor's page says."""
    site = switch.cast.site
    identity = SiteIdentity(site.id, site.key, site.account_id, "ru", frozenset("*"))
    event = {"id": new_id(), "type": kind, "number": number_id}
    switch.house.beacon.take(identity, {"visitor": visitor_id, "context": {}, "events": [event]}, IPHONE)


def rung(switch: Switch, call_id: str) -> set[str]:
    with switch.house.storage.read() as tx:
        return set(rings(tx, call_id))


@pytest.mark.parametrize("dialled", [MAIN, "78005553535", "8 800 555-35-35", "sip:+78005553535@trunk"])
def test_the_site_is_found_however_the_provider_writes_the_number(switch: Switch, dialled: str) -> None:
    call = switch.call(switch.ring(dialled, "79123456789"))
    assert (call.site_id, call.dialled, call.phone) == (switch.cast.site.id, MAIN, CALLER)
    assert rung(switch, call.id) == {switch.cast.anna.id, switch.cast.boris.id}


@pytest.mark.parametrize("dialled", ["+74950000000", "", "anonymous", "112", "x" * 300])
def test_a_number_that_is_not_ours_is_refused(switch: Switch, dialled: str) -> None:
    assert switch.house.tracking.inbound.take(InboundCall("ref", dialled, CALLER)) is None


def test_a_call_reported_twice_is_one_call(switch: Switch) -> None:
    first = switch.ring(MAIN, reference="leg-1")
    assert switch.ring(MAIN, reference="leg-1") == first
    assert len(switch.house.tracking.views.list_active([switch.cast.site.id])) == 1


@pytest.mark.parametrize("caller", ["", "anonymous", "100", "+7"])
def test_a_hidden_number_rings_as_well_but_nobody_can_call_it_back(switch: Switch, caller: str) -> None:
    call_id = switch.ring(MAIN, caller)
    assert switch.call(call_id).phone == ""
    assert switch.inbound(call_id).caller_id is None
    switch.house.calls.on_ended(call_id)
    assert switch.house.tracking.views.list_tasks([switch.cast.site.id]) == []


def test_a_department_answers_its_own_number(switch: Switch) -> None:
    sales = Department("sales", {"ru": "Продажи"}, (switch.cast.anna.id,))
    switch.house.sites.update_site(switch.cast.site.id, {"departments": (sales,)})
    numbers = switch.house.tracking.numbers
    (main, *_) = numbers.numbers_of([switch.cast.site.id])
    numbers.change(main, NumberDraft(MAIN, main.text, "shown", None, "sales"))
    call_id = switch.ring(MAIN)
    assert rung(switch, call_id) == {switch.cast.anna.id}
    (view,) = switch.house.tracking.views.list_active([switch.cast.site.id])
    assert view["department"] == "Продажи"


def test_outside_the_hours_nobody_rings_and_it_is_a_task(switch: Switch) -> None:
    switch.house.sites.update_site(switch.cast.site.id, {"hours": (((0, 60),),) * 7})
    call_id = switch.ring(MAIN)
    assert switch.call(call_id).outcome == "nobody"
    assert [task["id"] for task in switch.house.inbox.list_tasks(frozenset({switch.cast.site.id}))] == [call_id]


def test_whoever_holds_the_number_is_who_calls(switch: Switch, pool: Pool) -> None:
    pool(1)
    held = switch.house.tracking.pool.hold(switch.cast.site.id, VISITOR_ID, {})
    assert held is not None
    inbound = switch.inbound(switch.ring(held.number.e164))
    assert (inbound.visitor_id, inbound.match, inbound.use) == (VISITOR_ID, "held", "pool")
    assert switch.call(inbound.call_id).visitor_id == VISITOR_ID


def test_a_second_call_while_the_visitor_talks_is_somebody_elses(switch: Switch, pool: Pool) -> None:
    pool(1)
    held = switch.house.tracking.pool.hold(switch.cast.site.id, VISITOR_ID, {})
    assert held is not None
    switch.ring(held.number.e164)
    other = switch.inbound(switch.ring(held.number.e164, OTHER_CALLER))
    assert (other.visitor_id, other.match) == (None, "none")


def test_a_tap_tells_who_calls_for_two_minutes(switch: Switch) -> None:
    report(switch, VISITOR_ID, "tap", switch.cast.site.numbers[0].id)
    switch.clock.forward(seconds=119)
    inbound = switch.inbound(switch.ring(MAIN))
    assert (inbound.visitor_id, inbound.match) == (VISITOR_ID, "tapped")
    switch.clock.forward(seconds=2)
    assert switch.inbound(switch.ring(MAIN, OTHER_CALLER)).match == "none"


def test_the_same_caller_is_known_again_and_a_customer_once_talked_to(switch: Switch) -> None:
    report(switch, VISITOR_ID, "tap", switch.cast.site.numbers[0].id)
    first = switch.talk(MAIN)
    switch.clock.forward(days=3)
    switch.seat()
    again = switch.inbound(switch.ring(MAIN))
    assert (again.visitor_id, again.match) == (VISITOR_ID, "known")
    with switch.house.storage.read() as tx:
        facts = facts_of(tx, [first, again.call_id])
    assert [facts[one].known for one in (first, again.call_id)] == [False, True]


def test_a_visitor_who_only_saw_the_number_is_a_guess_that_counts_nowhere(switch: Switch) -> None:
    (line,) = switch.own("channel", "+74951110003", source=Source(utm_source=("yandex",)))
    report(switch, VISITOR_ID, "number", line.id)
    inbound = switch.inbound(switch.ring(line.e164))
    assert (inbound.visitor_id, inbound.match, inbound.sure_visitor) == (VISITOR_ID, "seen", None)
    assert switch.call(inbound.call_id).visitor_id is None


def test_one_operator_answers_and_the_others_hear_who(switch: Switch) -> None:
    call_id = switch.ring(MAIN)
    desk, views = switch.house.tracking.desk, switch.house.tracking.views
    assert views.console_view(desk.answer(switch.cast.anna, call_id))["state"] == "connected"
    with pytest.raises(Conflict) as refused:
        desk.answer(switch.cast.boris, call_id)
    assert (refused.value.code, refused.value.args_for_text) == ("taken", {"name": "Анна"})
    desk.hang_up(switch.cast.anna, call_id)
    view = views.console_view(switch.inbound(call_id))
    assert (view["state"], view["needs_person"], view["operator"]["name"]) == ("completed", False, "Анна")


def test_all_missed_calls_of_a_caller_are_one_task_and_each_is_told_once(switch: Switch) -> None:
    missed: list[InboundMissed] = []
    switch.house.bus.after(InboundMissed, missed.append)
    for _ in range(3):
        switch.seat()
        call_id = switch.ring(MAIN)
        switch.clock.forward(seconds=31)
        work(switch.house)
        switch.house.calls.on_ended(call_id)  # a late report changes nothing
    (task,) = switch.house.tracking.views.list_tasks([switch.cast.site.id])
    assert (task["id"], task["attempt"], task["state"]) == (call_id, 3, "missed")
    assert [one.call.outcome for one in missed] == ["missed"] * 3


def test_an_answered_call_closes_the_tasks_of_its_caller(switch: Switch) -> None:
    missed = switch.ring(MAIN)
    switch.house.calls.on_ended(missed)
    other = switch.ring(MAIN, OTHER_CALLER)
    switch.house.calls.on_ended(other)
    switch.talk(MAIN)
    assert [task["id"] for task in switch.house.tracking.views.list_tasks([switch.cast.site.id])] == [other]


def test_an_operator_calls_back_who_called_in_vain(switch: Switch) -> None:
    desk, views = switch.house.tracking.desk, switch.house.tracking.views
    call_id = switch.ring(MAIN)
    switch.house.calls.on_ended(call_id)
    back = desk.call_back(switch.cast.anna, call_id)
    work(switch.house)
    assert back.return_call_id is not None
    assert rung(switch, back.return_call_id) == {switch.cast.anna.id}
    assert desk.call_back(switch.cast.anna, call_id).return_call_id == back.return_call_id
    desk.answer(switch.cast.anna, call_id)
    work(switch.house)
    assert switch.call(back.return_call_id).dialled == MAIN  # what they see is what they called
    switch.clock.forward(seconds=2)
    work(switch.house)
    assert views.console_view(switch.inbound(call_id))["state"] == "connected"
    desk.hang_up(switch.cast.anna, call_id)
    assert views.list_tasks([switch.cast.site.id]) == []
    with pytest.raises(Conflict, match="not_possible_now"):
        desk.call_back(switch.cast.anna, call_id)


def test_whoever_is_not_reached_stays_a_task(switch: Switch) -> None:
    desk = switch.house.tracking.desk
    call_id = switch.ring(MAIN, "+79123456700")  # busy, where the telephony is simulated
    switch.house.calls.on_ended(call_id)
    desk.call_back(switch.cast.anna, call_id)
    work(switch.house)
    desk.answer(switch.cast.anna, call_id)
    work(switch.house)
    switch.clock.forward(seconds=2)
    work(switch.house)
    (task,) = switch.house.tracking.views.list_tasks([switch.cast.site.id])
    assert (task["state"], task["reason"]) == ("unreachable", "busy")


def test_a_caller_who_shows_a_costly_number_is_not_dialled(switch: Switch) -> None:
    call_id = switch.ring(MAIN, "+442079460000")
    switch.house.calls.on_ended(call_id)
    with pytest.raises(BadInput, match="phone_not_allowed"):
        switch.house.tracking.desk.call_back(switch.cast.anna, call_id)


def test_a_task_is_closed_and_the_closing_taken_back(switch: Switch) -> None:
    desk, site_ids = switch.house.tracking.desk, [switch.cast.site.id]
    call_id = switch.ring(MAIN)
    switch.house.calls.on_ended(call_id)
    for act, left in ((desk.done, 0), (desk.done, 0), (desk.reopen, 1), (desk.reopen, 1)):
        act(switch.cast.anna, call_id)
        assert len(switch.house.tracking.views.list_tasks(site_ids)) == left


def test_calls_of_other_accounts_are_not_there(switch: Switch) -> None:
    call_id = switch.ring(MAIN)
    stranger = seed(switch.house, key="other", origins=("https://other.example",)).anna
    desk = switch.house.tracking.desk
    for act in (desk.answer, desk.hang_up, desk.call_back, desk.done, desk.reopen):
        with pytest.raises(NotFound):
            act(stranger, call_id)


def test_a_page_asks_for_its_number_over_http(switch: Switch, pool: Pool, client: Any) -> None:
    url, body = "/w/v1/number?site=demo", {"context": {"variants": {"cta": "b"}}}
    assert client.post(url, json=body, headers=bearer()).json == {"number": None}
    pool(1)
    answer = client.post(url, json=body, headers=bearer()).json
    assert (answer["number"]["tel"], answer["for_seconds"], answer["every_seconds"]) == ("+74951110000", 1200, 300)
    robot = {**bearer(OTHER_ID, "secret" + "d" * 20), "User-Agent": "Googlebot/2.1"}
    assert client.post(url, json=body, headers=robot).json == {"number": None}
    assert client.post(url, json=body, headers={**bearer(), "Origin": "https://evil.example"}).status_code == 200
    assert client.post(url, json=[], headers=bearer()).status_code == 400
    assert client.post(url, json=body, headers={"Authorization": "Bearer x"}).status_code in (401, 403)
