"""What asks for a person: the task, calling again by hand, closing it and taking that back."""

import pytest

from tests.callbacks.desk import Desk
from tests.cast import FakeClock
from widget_server.callbacks.model import CallbackNeedsPerson
from widget_server.calls.store import rings
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import Conflict
from widget_server.sites.model import Site

MINE = "8 912 345-67-89"
SILENT = "8 912 345-67-01"


def ringing(desk: Desk, shop: Site, phone: str = MINE) -> str:
    callback = desk.ask(shop, phone=phone)
    desk.work()
    assert desk.now(callback).state == "ringing"
    return callback.id


def test_a_person_may_begin_another_attempt_which_rings_them(
    desk: Desk, shop: Site, anna: OperatorIdentity, boris: OperatorIdentity, clock: FakeClock
) -> None:
    callback_id = ringing(desk, shop)
    clock.forward(seconds=30)
    desk.work()
    assert desk.callbacks.call_now(boris, callback_id).state == "queued"
    assert desk.callbacks.call_now(boris, callback_id).attempt == 1
    desk.work()
    again = desk.callbacks.get_callback(callback_id)
    assert (again.state, again.attempt) == ("ringing", 2)
    with desk.storage.read() as tx:
        assert rings(tx, again.call_id) == [boris.id]


def test_no_second_attempt_while_the_number_is_called_for_a_newer_request(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback_id = ringing(desk, shop)
    clock.forward(seconds=30)
    desk.work()
    desk.ask(shop, key="key" + "b" * 23)
    with pytest.raises(Conflict, match="already_calling"):
        desk.callbacks.call_now(anna, callback_id)


def test_a_task_is_closed_once(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = ringing(desk, shop)
    clock.forward(seconds=30)
    desk.work()
    assert [task["id"] for task in desk.views.list_tasks([shop.id])] == [callback_id]
    closed = desk.callbacks.done(anna, callback_id)
    assert desk.callbacks.done(anna, callback_id) == closed
    assert desk.views.list_tasks([shop.id]) == desk.views.list_active([shop.id]) == []


def test_a_task_that_was_closed_by_a_slip_comes_back(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback_id = ringing(desk, shop)
    with pytest.raises(Conflict, match="not_possible_now"):
        desk.callbacks.reopen(anna, callback_id)
    clock.forward(seconds=30)
    desk.work()
    missed = desk.callbacks.get_callback(callback_id)
    desk.callbacks.done(anna, callback_id)
    assert desk.callbacks.reopen(anna, callback_id) == desk.callbacks.reopen(anna, callback_id) == missed


def test_what_begins_to_need_a_person_says_so_once(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[CallbackNeedsPerson] = []
    desk.storage.bus.after(CallbackNeedsPerson, heard.append)
    callback_id = ringing(desk, shop)
    for _ in range(2):
        clock.forward(seconds=30)
        desk.work()
        desk.callbacks.done(anna, callback_id)
        desk.callbacks.reopen(anna, callback_id)
        desk.callbacks.call_now(anna, callback_id)
        desk.work()
    assert [(event.callback.id, event.callback.state) for event in heard] == [(callback_id, "missed")]


def test_a_talk_closes_the_older_tasks_of_its_number(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    older, other = ringing(desk, shop), desk.ask(shop, key="key" + "b" * 23, phone=SILENT).id
    desk.work()
    clock.forward(seconds=30)
    desk.work()
    assert {task["id"] for task in desk.views.list_tasks([shop.id])} == {older, other}
    newer = desk.ask(shop, key="key" + "c" * 23)
    desk.work()
    desk.callbacks.answer(anna, newer.id)
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    assert [task["id"] for task in desk.views.list_tasks([shop.id])] == [other]
