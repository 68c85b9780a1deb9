"""What every telephony does, whoever provides it (``widget_server/calls/port.py``)."""

import pytest

from tests.calls.providers.bench import OWN_NUMBER, VISITOR, Bench
from tests.calls.providers.simulated_bench import NUMBERS
from widget_server.calls.port import DialOrder, ProviderCall, RingOrder
from widget_server.calls.store import devices

UNKNOWN = "call" + "a" * 22


def ring_order(bench: Bench, call_id: str) -> RingOrder:
    with bench.world.storage.read() as tx:
        return RingOrder(call_id, devices(tx, [one.id for one in bench.world.crew]), VISITOR, "Окна", "ru")


def ringing(bench: Bench, phone: str = VISITOR) -> str:
    return bench.world.ask(phone).id


def dialling(bench: Bench, phone: str = VISITOR) -> str:
    """Return a call whose visitor's telephone rings; Anna has it."""
    call_id = ringing(bench, phone)
    assert bench.answer(call_id, bench.world.crew[0].id)
    return call_id


def talking(bench: Bench) -> str:
    call_id = dialling(bench)
    bench.visitor(call_id, "answers")
    assert bench.world.state(call_id) == ("connected", None)
    return call_id


def test_all_operators_ring_at_once(bench: Bench) -> None:
    assert bench.ringing(ringing(bench)) == {one.id for one in bench.world.crew}


def test_the_first_to_answer_has_the_call_and_the_others_fall_silent(bench: Bench) -> None:
    call_id = ringing(bench)
    anna, boris, _ = (one.id for one in bench.world.crew)
    assert bench.answer(call_id, boris)
    assert bench.world.now(call_id).operator_id == boris
    assert bench.ringing(call_id) == set()
    assert bench.dials() == [VISITOR]
    assert bench.world.now(call_id).state == "dialing"
    assert anna not in bench.ringing(call_id)


def test_an_order_given_twice_is_one_order(bench: Bench) -> None:
    call_id = ringing(bench)
    bench.world.telephony.ring_operators(ring_order(bench, call_id))
    assert bench.ringing(call_id) == {one.id for one in bench.world.crew}
    bench.answer(call_id, bench.world.crew[0].id)
    for _ in range(2):
        bench.world.telephony.dial_visitor(DialOrder(call_id, VISITOR, "", None, "ru"))
    assert bench.dials() == [VISITOR]


@pytest.mark.parametrize("does", ["busy", "no_answer", "failed"])
def test_the_visitor_is_not_reached(bench: Bench, does: str) -> None:
    call_id = dialling(bench, NUMBERS[does])
    bench.visitor(call_id, does)
    assert bench.world.state(call_id) == ("ended", does)
    assert not bench.alive(call_id)


def test_both_talk_until_the_visitor_hangs_up(bench: Bench) -> None:
    call_id = talking(bench)
    bench.world.clock.forward(seconds=60)
    bench.visitor(call_id, "leaves")
    assert bench.world.state(call_id) == ("ended", "talked")
    assert not bench.alive(call_id)
    assert bench.world.now(call_id).talked_at is not None


def test_both_talk_until_the_operator_hangs_up(bench: Bench) -> None:
    call_id = talking(bench)
    bench.leave(call_id, bench.world.crew[0].id)
    assert bench.world.state(call_id) == ("ended", "talked")
    assert not bench.alive(call_id)


def test_the_operator_leaves_while_the_visitors_telephone_rings(bench: Bench) -> None:
    call_id = dialling(bench)
    bench.leave(call_id, bench.world.crew[0].id)
    assert bench.world.state(call_id) == ("ended", "operator_left")
    assert not bench.alive(call_id)


def test_nobody_answers(bench: Bench) -> None:
    call_id = ringing(bench)
    bench.world.clock.forward(seconds=30)
    bench.world.desk.work()
    assert bench.world.state(call_id) == ("ended", "missed")
    assert not bench.alive(call_id)


def test_a_telephone_that_fails_leaves_the_call_to_the_others(bench: Bench) -> None:
    call_id = ringing(bench)
    anna, boris, vera = (one.id for one in bench.world.crew)
    bench.fail(call_id, anna, "busy")
    assert bench.ringing(call_id) == {boris, vera}
    bench.fail(call_id, boris, "no_answer")
    assert bench.answer(call_id, vera)


def test_a_call_that_no_telephone_comes_to_ends(bench: Bench) -> None:
    call_id = ringing(bench)
    for operator in bench.world.crew:
        bench.fail(call_id, operator.id, "failed")
    assert bench.world.now(call_id).state == "ended"
    assert not bench.alive(call_id)


@pytest.mark.parametrize("so_far", [ringing, dialling, talking])
def test_hanging_up_ends_every_leg(bench: Bench, so_far) -> None:  # type: ignore[no-untyped-def]  # a function of the above
    call_id = so_far(bench)
    assert bench.alive(call_id)
    for _ in range(2):
        bench.world.telephony.hang_up(call_id)
    assert not bench.alive(call_id)


def test_nothing_is_dialled_after_hanging_up(bench: Bench) -> None:
    call_id = ringing(bench)
    bench.world.telephony.hang_up(call_id)
    bench.world.telephony.dial_visitor(DialOrder(call_id, VISITOR, "", None, "ru"))
    bench.world.clock.forward(seconds=5)
    assert not bench.alive(call_id)
    assert bench.dials() == []


def test_it_knows_what_became_of_an_order(bench: Bench) -> None:
    find = bench.world.telephony.find
    assert find(UNKNOWN) is None
    call_id = ringing(bench)
    assert find(call_id) == ProviderCall(call_id, visitor_dialled=False, ended=False)
    bench.answer(call_id, bench.world.crew[0].id)
    assert bench.ringing(call_id) == set()
    assert find(call_id) == ProviderCall(call_id, visitor_dialled=True, ended=False)
    bench.world.telephony.hang_up(call_id)
    assert not bench.alive(call_id)
    assert find(call_id) == ProviderCall(call_id, visitor_dialled=True, ended=True)


def test_the_visitor_may_be_called_first(bench: Bench) -> None:
    call_id = bench.world.call_first().id
    assert bench.world.state(call_id) == ("dialing", None)
    assert bench.ringing(call_id) == set()
    bench.visitor(call_id, "answers")
    assert bench.world.state(call_id) == ("ringing", None)
    assert bench.ringing(call_id) == {one.id for one in bench.world.crew}
    assert bench.answer(call_id, bench.world.crew[1].id)
    assert bench.world.state(call_id) == ("connected", None)
    assert bench.ringing(call_id) == set()
    bench.visitor(call_id, "leaves")
    assert bench.world.state(call_id) == ("ended", "talked")
    assert not bench.alive(call_id)


def test_somebody_calls_us(bench: Bench) -> None:
    call_id = bench.call_in(OWN_NUMBER, VISITOR)
    assert call_id is not None
    call = bench.world.now(call_id)
    assert (call.direction, call.phone, call.dialled) == ("inbound", VISITOR, OWN_NUMBER)
    assert bench.ringing(call_id) == {one.id for one in bench.world.crew}
    assert bench.answer(call_id, bench.world.crew[2].id)
    assert bench.world.state(call_id) == ("connected", None)
    assert bench.ringing(call_id) == set()
    bench.leave(call_id, bench.world.crew[2].id)
    assert bench.world.state(call_id) == ("ended", "talked")
    assert not bench.alive(call_id)


def test_somebody_calls_us_and_gives_up(bench: Bench) -> None:
    call_id = bench.call_in(OWN_NUMBER, VISITOR)
    assert call_id is not None
    bench.visitor(call_id, "leaves")
    assert bench.world.state(call_id) == ("ended", "missed")
    assert not bench.alive(call_id)


def test_a_number_that_is_nobodys_is_refused(bench: Bench) -> None:
    assert bench.call_in("+74950000000", VISITOR) is None


def test_what_is_said_twice_late_or_of_a_call_that_is_over_changes_nothing(bench: Bench) -> None:
    call_id = talking(bench)
    before = bench.world.everything()
    assert bench.repeat() > 0
    assert bench.world.everything() == before
    bench.world.clock.forward(seconds=20)
    bench.visitor(call_id, "leaves")
    assert not bench.alive(call_id)
    call = bench.world.now(call_id)
    assert bench.repeat() > 0
    assert not bench.alive(call_id)
    assert bench.world.now(call_id) == call
    assert bench.dials() == [VISITOR]
