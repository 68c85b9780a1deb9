"""The simulated PBX: idempotent by our call id, remembers in the database only."""

import pytest

from tests.callbacks.desk import Desk, settings_for_tests
from tests.cast import FakeClock
from widget_server.calls.model import Device
from widget_server.calls.port import DialOrder, InboundCall, ProviderCall, RingOrder
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.calls.store import get_call
from widget_server.edge.identity import OperatorIdentity
from widget_server.jobs.runner import Runner
from widget_server.kernel.bus import Bus
from widget_server.sites.model import Site
from widget_server.storage import Storage

CALL = "call" + "a" * 22
PHONE = "+79123456789"
RING = RingOrder(CALL, (Device("anna"),), PHONE, "", "ru")
DIAL = DialOrder(CALL, PHONE, "", None, "ru")


def test_an_order_given_twice_is_one_order(desk: Desk) -> None:
    for _ in range(2):
        desk.telephony.ring_operators(RING)
        desk.telephony.dial_visitor(DIAL)
    with desk.storage.read() as tx:
        assert tx.connection.exec_driver_sql("select count(*) from jobs").scalar() == 1


def test_it_knows_what_became_of_an_order(desk: Desk) -> None:
    pbx = desk.telephony
    assert pbx.find(CALL) is None
    pbx.ring_operators(RING)
    assert pbx.find(CALL) == ProviderCall(CALL, visitor_dialled=False, ended=False)
    pbx.dial_visitor(DIAL)
    pbx.hang_up(CALL)
    assert pbx.find(CALL) == ProviderCall(CALL, visitor_dialled=True, ended=True)


def test_nothing_is_dialled_after_hanging_up(desk: Desk, clock: FakeClock) -> None:
    desk.telephony.ring_operators(RING)
    desk.telephony.hang_up(CALL)
    desk.telephony.dial_visitor(DIAL)
    clock.forward(minutes=1)
    assert desk.work() == 0


def test_another_process_takes_over(desk: Desk, clock: FakeClock, database_url: str) -> None:
    desk.telephony.ring_operators(RING)
    other = Storage(database_url, Bus())
    successor = Desk(other, clock, settings_for_tests())
    assert isinstance(successor.telephony, SimulatedTelephony)
    assert successor.telephony.find(CALL) is not None
    other.close()


@pytest.mark.parametrize(
    ("ending", "seconds", "state"),
    [
        ("89", 2, ("connected", None)),
        ("00", 2, ("ended", "busy")),
        ("01", 30, ("ended", "no_answer")),
        ("02", 19, ("dialing", None)),
        ("02", 20, ("connected", None)),
        ("03", 2, ("ended", "failed")),
        ("04", 120, ("ended", "no_answer")),
        ("05", 2, ("connected", None)),
        ("05", 17, ("ended", "talked")),
    ],
)
def test_a_number_tells_by_its_end_what_the_visitor_does(
    desk: Desk,
    shop: Site,
    anna: OperatorIdentity,
    clock: FakeClock,
    ending: str,
    seconds: int,
    state: tuple[str, str | None],
) -> None:
    callback = desk.ask(shop, phone=f"8 912 345-67-{ending}")
    desk.work()
    desk.callbacks.answer(anna, callback.id)
    desk.work()
    for _ in range(seconds):
        clock.forward(seconds=1)
        desk.work()
    with desk.storage.read() as tx:
        call = get_call(tx, desk.now(callback).call_id or "")
    assert (call.state, call.outcome) == state


class Anybody:
    """A switchboard that takes one number."""

    def take(self, inbound: InboundCall) -> str | None:
        return CALL if inbound.dialled == PHONE else None


@pytest.mark.parametrize(("dialled", "taken"), [(PHONE, True), ("+79123456780", False)])
def test_somebody_may_call_in(desk: Desk, clock: FakeClock, dialled: str, taken: bool) -> None:
    pbx = SimulatedTelephony(desk.storage, clock, desk.jobs, desk.calls, Anybody())
    runner = Runner(desk.storage, clock, pbx.handlers(), "worker")
    reference = pbx.call_in(dialled, "")
    assert pbx.was_taken(reference) is None
    runner.run_due()
    assert pbx.was_taken(reference) is taken
    assert (pbx.find(CALL) is not None) is taken


def test_who_called_in_vain_does_not_ring_out_of_the_blue(desk: Desk, clock: FakeClock) -> None:
    pbx = SimulatedTelephony(desk.storage, clock, desk.jobs, desk.calls, Anybody())
    reference = pbx.call_in(PHONE, "")
    clock.forward(seconds=11)
    Runner(desk.storage, clock, pbx.handlers(), "worker").run_due()
    assert pbx.was_taken(reference) is None
    assert pbx.find(CALL) is None
