"""From the request to the talk, and all the ways in which it does not come to one."""

import threading

import pytest

from tests.callbacks.desk import Desk
from tests.cast import VISITOR_ID, FakeClock
from widget_server.calls.model import CallAnswered, CallConnected
from widget_server.calls.store import rings
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.sites.model import CallbackRules, Site

MINE = "8 912 345-67-89"
BUSY = "8 912 345-67-00"
SILENT = "8 912 345-67-01"
SILENT_E164 = "+79123456701"


def ringing(desk: Desk, shop: Site, phone: str = MINE) -> str:
    callback = desk.ask(shop, phone=phone)
    desk.work()
    assert desk.now(callback).state == "ringing"
    return callback.id


def connected(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> str:
    callback_id = ringing(desk, shop)
    desk.callbacks.answer(anna, callback_id)
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    return callback_id


def test_all_operators_ring_and_the_first_to_answer_talks(
    desk: Desk, shop: Site, anna: OperatorIdentity, boris: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[object] = []
    desk.storage.bus.after(CallConnected, heard.append)
    desk.storage.bus.after(CallAnswered, heard.append)
    callback_id = ringing(desk, shop)
    view = desk.views.console_view(desk.callbacks.get_callback(callback_id))
    assert sorted(view["rings"]) == sorted([anna.id, boris.id])
    assert desk.callbacks.answer(anna, callback_id).state == "dialing"
    with pytest.raises(Conflict) as refused:
        desk.callbacks.answer(boris, callback_id)
    assert (refused.value.code, refused.value.args_for_text) == ("taken", {"name": "Анна"})
    desk.work()
    clock.forward(seconds=2)
    desk.work()
    assert desk.callbacks.get_callback(callback_id).state == "connected"
    clock.forward(seconds=60)
    desk.work()
    assert desk.callbacks.hang_up(anna, callback_id).state == "completed"
    assert [type(event) for event in heard] == [CallConnected, CallAnswered]


def test_twenty_answers_at_once_have_one_winner(desk: Desk, shop: Site) -> None:
    crowd = [desk.seat(shop, f"Оператор {n}") for n in range(20)]
    callback_id = ringing(desk, shop)
    won: list[str] = []
    lost: list[str] = []
    ready = threading.Barrier(20)

    def answer(operator: OperatorIdentity) -> None:
        ready.wait()
        try:
            desk.callbacks.answer(operator, callback_id)
            won.append(operator.name)
        except Conflict as refused:
            lost.append(refused.args_for_text["name"])

    threads = [threading.Thread(target=answer, args=(operator,)) for operator in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert lost == won * 19


def test_a_short_talk_completes_but_does_not_count_as_answered(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[object] = []
    desk.storage.bus.after(CallAnswered, heard.append)
    callback_id = connected(desk, shop, anna, clock)
    clock.forward(seconds=9)
    assert desk.callbacks.hang_up(anna, callback_id).state == "completed"
    clock.forward(seconds=60)
    desk.work()
    assert heard == []


def test_a_long_talk_counts_even_if_the_worker_was_away(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    heard: list[CallAnswered] = []
    desk.storage.bus.after(CallAnswered, heard.append)
    callback_id = connected(desk, shop, anna, clock)
    clock.forward(seconds=11)
    desk.callbacks.hang_up(anna, callback_id)
    desk.work()
    assert len(heard) == 1


def test_nobody_answers(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = ringing(desk, shop)
    clock.forward(seconds=29)
    desk.work()
    assert desk.callbacks.get_callback(callback_id).state == "ringing"
    clock.forward(seconds=1)
    desk.work()
    missed = desk.callbacks.get_callback(callback_id)
    assert (missed.state, missed.reason, missed.needs_person) == ("missed", "missed", True)
    with pytest.raises(Conflict, match="call_over"):
        desk.callbacks.answer(anna, callback_id)


@pytest.mark.parametrize(("phone", "seconds", "reason"), [(BUSY, 2, "busy"), (SILENT, 30, "no_answer")])
def test_the_visitor_is_not_reached(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock, phone: str, seconds: int, reason: str
) -> None:
    desk.sites.update_site(shop.id, {"callback": CallbackRules(retry_seconds=())})
    callback_id = ringing(desk, shop, phone)
    desk.callbacks.answer(anna, callback_id)
    desk.work()
    clock.forward(seconds=seconds)
    desk.work()
    unreachable = desk.callbacks.get_callback(callback_id)
    assert (unreachable.state, unreachable.reason, unreachable.needs_person) == ("unreachable", reason, True)
    assert unreachable.task_at == clock.now()


def test_the_operator_leaves_while_the_visitor_is_rung(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback_id = ringing(desk, shop)
    desk.callbacks.answer(anna, callback_id)
    desk.work()
    left = desk.callbacks.hang_up(anna, callback_id)
    assert (left.state, left.reason, left.needs_person) == ("unreachable", "operator_left", True)
    clock.forward(seconds=60)
    desk.work()
    assert desk.callbacks.get_callback(callback_id) == left


def test_refusing_ends_one_ring_and_the_last_refusal_the_call(
    desk: Desk, shop: Site, anna: OperatorIdentity, boris: OperatorIdentity
) -> None:
    callback_id = ringing(desk, shop)
    callback = desk.callbacks.hang_up(anna, callback_id)
    with desk.storage.read() as tx:
        assert rings(tx, callback.call_id) == [boris.id]
    assert desk.callbacks.hang_up(boris, callback_id).reason == "declined"


def test_who_is_rung_while_everybody_talks_learns_it(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    first = connected(desk, shop, anna, clock)
    second = desk.ask(shop, key="key" + "b" * 23, phone="8 912 345-67-80")
    desk.work()
    assert (desk.now(second).state, desk.now(second).reason) == ("ringing", "all_busy")
    desk.callbacks.hang_up(anna, first)
    taken = desk.callbacks.answer(anna, second.id)
    assert (taken.state, taken.reason) == ("dialing", None)


def test_the_visitor_cancels_until_they_talk(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    me = VisitorIdentity(shop.id, VISITOR_ID, "ru")
    callback_id = ringing(desk, shop)
    assert desk.callbacks.cancel(me, callback_id).state == "cancelled"
    assert desk.callbacks.cancel(me, callback_id).state == "cancelled"
    with pytest.raises(Conflict, match="call_over"):
        desk.callbacks.answer(anna, callback_id)


def test_a_talk_cannot_be_cancelled(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = connected(desk, shop, anna, clock)
    with pytest.raises(Conflict, match="not_possible_now"):
        desk.callbacks.cancel(VisitorIdentity(shop.id, VISITOR_ID, "ru"), callback_id)


def test_a_scheduled_callback_rings_at_its_time_or_earlier_by_hand(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    due = clock.forward(minutes=0).replace(hour=9, minute=0, second=20)
    callback = desk.ask(shop, due_at=due)
    desk.work()
    assert desk.now(callback).state == "scheduled"
    desk.callbacks.call_now(anna, callback.id)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("ringing", 1)
    clock.forward(seconds=20)
    desk.work()
    assert (desk.now(callback).state, desk.now(callback).attempt) == ("ringing", 1)


def test_after_an_outage_no_phone_rings_out_of_the_blue(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop)
    clock.forward(minutes=6)
    desk.operators.sign_of_life(anna.id)
    desk.work()
    late = desk.now(callback)
    assert (late.state, late.reason, late.needs_person) == ("missed", "late", True)


def test_one_operator_has_one_call(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    connected(desk, shop, anna, clock)
    second = desk.ask(shop, key="key" + "b" * 23, phone="8 912 345-67-80")
    desk.work()
    with pytest.raises(Conflict, match="already_talking"):
        desk.callbacks.answer(anna, second.id)


def test_a_talk_that_nobody_ends_is_ended(desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock) -> None:
    callback_id = connected(desk, shop, anna, clock)
    clock.forward(hours=1)
    desk.work()
    assert desk.callbacks.get_callback(callback_id).state == "completed"


def test_operators_of_other_sites_see_nothing(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    callback_id = ringing(desk, shop)
    stranger = OperatorIdentity("x", "y", "Ева", "e@x", "owner", "ru", True, 1, frozenset({"another"}))
    for act in (desk.callbacks.answer, desk.callbacks.hang_up, desk.callbacks.call_now, desk.callbacks.done):
        with pytest.raises(NotFound):
            act(stranger, callback_id)


def test_what_was_paused_or_blocked_meanwhile_is_not_dialled(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    paused, blocked = desk.ask(shop), desk.ask(shop, key="key" + "b" * 23, phone=SILENT)
    desk.guard_desk.pause(shop)
    desk.work()
    waiting = desk.now(paused)
    assert (waiting.state, waiting.reason, waiting.needs_person) == ("missed", "paused", True)
    with pytest.raises(Conflict, match="callbacks_paused"):
        desk.callbacks.call_now(anna, paused.id)
    desk.guard_desk.resume(shop)
    desk.guard_desk.block(shop.id, SILENT_E164, "asked")
    with pytest.raises(BadInput, match="phone_blocked"):
        desk.callbacks.call_now(anna, blocked.id)
