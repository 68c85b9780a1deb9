"""What the call log counts and whom it shows it to."""

import pytest

from tests.callbacks.desk import Desk
from tests.cast import FakeClock, operator
from widget_server.calls.log import LogFilter
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Site

BUSY = "8 913 345-67-00"


def call(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock, phone: str, answered: bool = True) -> None:
    """Make one call: asked for, rung 5 s, talked 75 s."""
    desk.operators.sign_of_life(anna.id)
    callback = desk.ask(shop, key=new_id(), visitor_id=new_id(), phone=phone)
    desk.work()
    if answered:
        clock.forward(seconds=3)
        desk.callbacks.answer(anna, callback.id)
        desk.work()
        clock.forward(seconds=2)
    else:
        clock.forward(seconds=30)
    desk.work()
    if desk.now(callback).state == "connected":
        clock.forward(seconds=75)
        desk.callbacks.hang_up(anna, callback.id)
    desk.work()


def read(desk: Desk, operator: OperatorIdentity, shop: Site, **wishes: str) -> dict:
    return desk.calls.read_log(operator, LogFilter.read(wishes), {shop.id: shop})


def test_each_call_says_how_it_ended(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    call(desk, shop, anna, clock, "8 912 345-67-89")
    call(desk, shop, anna, clock, BUSY)
    call(desk, shop, anna, clock, "8 914 345-67-80", answered=False)
    log = read(desk, anna, shop)
    told = [(line["state"], line["operator"], line["waited"], line["talked"]) for line in log["lines"]]
    assert told == [
        ("missed", None, "0:30", None),
        ("busy", "Анна", "0:05", None),
        ("talked", "Анна", "0:05", "1:15"),
    ]
    assert log["counts"] == {"talked": 1, "missed": 1, "unreached": 1}
    assert [line["at"] for line in log["lines"]] == ["12:01", "12:01", "12:00"]


@pytest.mark.parametrize(("wishes", "states"), [({"result": "talked"}, ["talked"]), ({"result": "missed"}, [])])
def test_filtered(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock, wishes: dict[str, str], states: list[str]
) -> None:
    call(desk, shop, anna, clock, "8 912 345-67-89")
    assert [line["state"] for line in read(desk, anna, shop, **wishes)["lines"]] == states
    clock.forward(hours=25)
    assert read(desk, anna, shop, days="1", **wishes)["lines"] == []


def test_other_sites_calls_are_not_shown(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    call(desk, shop, anna, clock, "8 912 345-67-89")
    stranger = operator("Ева", "another")
    assert read(desk, stranger, shop)["lines"] == []
    assert read(desk, stranger, shop, site=shop.id)["lines"] == []


@pytest.mark.parametrize("raw", ["", "x", "2026-11-23", "'; drop table calls"])
def test_nonsense_in_the_address_means_no_wish(raw: str) -> None:
    assert LogFilter.read({"days": raw, "result": raw, "before": raw}) == LogFilter(None, None, None, 7, None)
