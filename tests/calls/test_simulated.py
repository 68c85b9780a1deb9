"""The simulated PBX: idempotent by our call id, remembers in the database only."""

from tests.callbacks.desk import Desk, settings_for_tests
from tests.cast import FakeClock
from widget_server.calls.model import Device
from widget_server.calls.port import DialOrder, ProviderCall, RingOrder
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.kernel.bus import Bus
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
