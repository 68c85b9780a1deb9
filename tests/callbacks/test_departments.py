"""A department's people answer its callbacks, in its hours."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.callbacks.desk import KEY, Desk
from tests.cast import FakeClock
from widget_server.calls.store import find_call, rings
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.sites.model import Department, Site

SALES, REPAIR = "sales" + "a" * 21, "repair" + "b" * 20
AFTERNOONS = (((13 * 60, 18 * 60),),) * 7


@pytest.fixture
def firm(desk: Desk, shop: Site, anna: OperatorIdentity, boris: OperatorIdentity) -> Site:
    """A shop where Anna sells and Boris repairs, in the afternoons only."""
    sales = Department(SALES, {"ru": "Продажи", "en": "Sales"}, (anna.id,))
    repair = Department(REPAIR, {"ru": "Ремонт", "en": "Repair"}, (boris.id,), AFTERNOONS)
    return desk.sites.update_site(shop.id, {"departments": (sales, repair)})


def rung(desk: Desk, site: Site, **changes: object) -> Sequence[str]:
    callback = desk.ask(site, **changes)
    desk.work()
    with desk.storage.read() as tx:
        return rings(tx, desk.now(callback).call_id)


def test_only_its_people_ring(desk: Desk, firm: Site, anna: OperatorIdentity, boris: OperatorIdentity) -> None:
    assert rung(desk, firm, department=SALES) == [anna.id]


def test_no_department_or_one_that_is_gone_means_anybody(
    desk: Desk, firm: Site, anna: OperatorIdentity, boris: OperatorIdentity
) -> None:
    assert rung(desk, firm) == sorted([anna.id, boris.id])
    gone = {"key": "key" + "b" * 23, "phone": "8 912 345-67-80", "department": "gone"}
    assert rung(desk, firm, **gone) == sorted([anna.id, boris.id])


def test_the_only_department_needs_no_asking(desk: Desk, firm: Site, anna: OperatorIdentity) -> None:
    alone = desk.sites.update_site(firm.id, {"departments": firm.departments[:1]})
    assert rung(desk, alone) == [anna.id]


def test_its_own_hours_count(desk: Desk, firm: Site, clock: FakeClock) -> None:
    noon = clock.now()
    with pytest.raises(Conflict, match="nobody_takes_calls"):
        desk.ask(firm, department=REPAIR)
    with pytest.raises(Conflict, match="closed_then"):
        desk.ask(firm, department=REPAIR, due_at=noon + timedelta(minutes=30))
    booked = desk.ask(firm, department=REPAIR, due_at=noon + timedelta(minutes=90))
    assert (booked.state, booked.department) == ("scheduled", REPAIR)


def test_nobody_of_the_others_answers_for_it(
    desk: Desk, firm: Site, anna: OperatorIdentity, boris: OperatorIdentity, clock: FakeClock
) -> None:
    desk.operators.set_takes_calls(anna, False)
    with pytest.raises(Conflict, match="nobody_takes_calls"):
        desk.ask(firm, department=SALES)


def test_the_same_key_for_another_department_is_another_request(desk: Desk, firm: Site) -> None:
    desk.ask(firm, department=SALES)
    with pytest.raises(Conflict, match="key_reused"):
        desk.ask(firm, key=KEY, department=None)


def test_pages_learn_which_departments_have_somebody(
    desk: Desk, firm: Site, anna: OperatorIdentity, boris: OperatorIdentity
) -> None:
    assert desk.operators.online(firm.id).departments == (SALES, REPAIR)
    desk.operators.set_takes_calls(boris, False)
    assert desk.operators.online(firm.id).view() == {"calls": True, "chat": True, "departments": [SALES]}


def test_people_outside_of_all_departments_take_no_calls(
    desk: Desk, firm: Site, anna: OperatorIdentity, boris: OperatorIdentity
) -> None:
    desk.seat(firm, "Вера")
    for one in (anna, boris):
        desk.operators.set_takes_calls(one, False)
    assert not desk.operators.online(firm.id).calls


def test_operators_and_the_log_see_it(desk: Desk, firm: Site) -> None:
    callback = desk.ask(firm, department=SALES)
    desk.work()
    ringing = desk.now(callback)
    assert desk.views.console_view(ringing)["department"] == "Продажи"
    assert desk.views.visitor_view(ringing)["department"] == SALES
    with desk.storage.read() as tx:
        call = find_call(tx, ringing.call_id)
    assert call is not None
    assert call.department == SALES


def test_a_retry_stays_with_its_department(desk: Desk, firm: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback = desk.ask(firm, department=SALES, phone="8 912 345-67-00")
    desk.work()
    desk.callbacks.answer(anna, callback.id)
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    clock.forward(minutes=3)
    desk.operators.sign_of_life(anna.id)
    desk.work()
    with desk.storage.read() as tx:
        assert rings(tx, desk.now(callback).call_id) == [anna.id]
