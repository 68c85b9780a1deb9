"""How often: caps that hold in the database, proof of work near them, the alarm when one is used up."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from tests.callbacks.desk import Desk, settings_for_tests
from tests.callbacks.worker import ask_with_work, solve
from tests.cast import OTHER_ID, FakeClock
from widget_server.callbacks.guard.model import AbuseSuspected
from widget_server.callbacks.store import callbacks
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.bus import Bus
from widget_server.kernel.errors import ProductError, ProofNeeded, TooMany
from widget_server.kernel.ids import new_id
from widget_server.sites.calling import Calling
from widget_server.sites.model import Site
from widget_server.storage import Storage

pytestmark = pytest.mark.usefixtures("anna")
Later = Callable[..., None]


@pytest.fixture
def later(desk: Desk, clock: FakeClock, anna: OperatorIdentity) -> Later:
    """Return a way to let time pass; the operator stays."""

    def pass_time(**delta: float) -> None:
        clock.forward(**delta)
        desk.operators.sign_of_life(anna.id)

    return pass_time


def code_of(ask: Callable[[], object]) -> str:
    with pytest.raises(ProductError) as refused:
        ask()
    return refused.value.code


def rows(desk: Desk) -> int:
    with desk.storage.read() as tx:
        return tx.execute(select(func.count()).select_from(callbacks)).scalar_one()


def alarms(desk: Desk, site: Site) -> dict[str, int]:
    return {alarm.kind: alarm.figure for alarm in reversed(desk.guard_desk.news_of(frozenset({site.id})))}


def test_neighbouring_numbers_end_at_the_cap_of_their_block(desk: Desk, shop: Site, clock: FakeClock) -> None:
    heard: list[AbuseSuspected] = []
    desk.storage.bus.after(AbuseSuspected, heard.append)
    for n in range(5):
        ask_with_work(desk, shop, phone=f"+7912345678{n}", address=f"10.{n}.0.1", visitor_id=new_id())
    with pytest.raises(TooMany) as refused:
        ask_with_work(desk, shop, phone="+79123456785", address="10.9.0.1", visitor_id=new_id())
    assert refused.value.args_for_text == {"seconds": 3600}
    assert heard == [AbuseSuspected(shop.id, "block", 5, clock.now())]
    assert rows(desk) == 5


def test_the_window_moves_on(desk: Desk, shop: Site, later: Later) -> None:
    for n in range(5):
        ask_with_work(desk, shop, phone=f"+7912345678{n}", address=f"10.{n}.0.1", visitor_id=new_id())
    later(minutes=61)
    ask_with_work(desk, shop, phone="+79123456785", address="10.9.0.1", visitor_id=new_id())
    assert rows(desk) == 6


def test_one_address_cannot_call_ever_new_numbers(desk: Desk, shop: Site) -> None:
    ask = lambda n: ask_with_work(desk, shop, phone=f"+79123{n:02}6789", visitor_id=new_id())  # noqa: E731
    for n in range(10):
        ask(n)
    assert code_of(lambda: ask(10)) == "too_many_callbacks"
    assert alarms(desk, shop) == {"callers": 10}


def test_a_network_has_its_own_cap(shop: Site, database_url: str, clock: FakeClock) -> None:
    desk = Desk(Storage(database_url, Bus()), clock, settings_for_tests(limit_callbacks_per_network="4/hour"))
    ask = lambda n: ask_with_work(  # noqa: E731
        desk, shop, phone=f"+79123{n:02}6789", address=f"10.0.0.{n}", visitor_id=new_id()
    )
    for n in range(4):
        ask(n)
    assert code_of(lambda: ask(5)) == "too_many_callbacks"
    desk.storage.close()


def test_a_person_who_asks_again_meets_no_proof(desk: Desk, shop: Site, later: Later) -> None:
    for _ in range(5):
        desk.ask(shop, key=new_id())
        desk.work()
        later(seconds=31)
        desk.work()
    with pytest.raises(TooMany):
        desk.ask(shop, key=new_id())
    assert alarms(desk, shop) == {}


def test_the_site_has_caps_of_an_hour_and_a_day(desk: Desk, shop: Site, later: Later) -> None:
    desk.sites.update_site(shop.id, {"calling": Calling(per_hour=6, per_day=8)})
    ask = lambda n: ask_with_work(  # noqa: E731
        desk, shop, phone=f"+79123{n:02}6789", address=f"10.{n}.0.1", visitor_id=new_id()
    )
    for n in range(6):
        ask(n)
    assert code_of(lambda: ask(6)) == "too_many_callbacks"
    later(hours=2)
    ask(7)
    ask(8)
    assert code_of(lambda: ask(9)) == "too_many_callbacks"
    assert alarms(desk, shop)["site"] == 8


def test_a_burst_asks_for_work_and_tells_the_owner(desk: Desk, shop: Site, later: Later) -> None:
    desk.sites.update_site(shop.id, {"calling": Calling(per_hour=600)})  # a burst: 100 a minute
    for n in range(100):
        desk.ask(shop, key=new_id(), phone=f"+7912{n:03}6789", address=f"10.{n}.0.1", visitor_id=new_id())
    another = {"phone": "+79129996789", "address": "10.200.0.1", "visitor_id": new_id()}
    assert code_of(lambda: desk.ask(shop, key=new_id(), **another)) == "proof_needed"
    assert alarms(desk, shop) == {"burst": 100}
    later(seconds=61)
    desk.ask(shop, key=new_id(), **another)


def test_the_work_is_bound_to_its_request_and_ages(desk: Desk, shop: Site, clock: FakeClock, later: Later) -> None:
    for n in range(3):
        ask_with_work(desk, shop, phone=f"+7912345678{n}", address=f"10.{n}.0.1", visitor_id=new_id())
    key, asked = new_id(), {"phone": "+79123456789", "address": "10.9.0.1"}
    with pytest.raises(ProofNeeded) as needed:
        desk.ask(shop, key=key, **asked)
    proof = solve(needed.value.args_for_text["challenge"])
    assert code_of(lambda: desk.ask(shop, key=new_id(), proof=proof, **asked)) == "proof_needed"
    assert code_of(lambda: desk.ask(shop, key=key, visitor_id=OTHER_ID, proof=proof, **asked)) == "proof_needed"
    assert code_of(lambda: desk.ask(shop, key=key, proof=proof + "1", **asked)) == "proof_needed"
    later(minutes=11)
    assert code_of(lambda: desk.ask(shop, key=key, proof=proof, **asked)) == "proof_needed"
    clock.forward(minutes=-11)  # as if it had been sent in time
    made = desk.ask(shop, key=key, proof=proof, **asked)
    assert desk.ask(shop, key=key, **asked) == made  # asked again: the same callback, no work
    asked["phone"] = "+79123456780"
    assert code_of(lambda: desk.ask(shop, key=key, proof=proof, **asked)) == "key_reused"


def test_work_gets_harder_as_a_cap_fills(desk: Desk, shop: Site) -> None:
    bits = []
    for n in range(5):
        asked = {"key": new_id(), "phone": f"+7912345678{n}", "address": f"10.{n}.0.1", "visitor_id": new_id()}
        try:
            desk.ask(shop, **asked)
        except ProofNeeded as needed:
            challenge = needed.args_for_text["challenge"]
            bits.append(int(challenge.partition(".")[0]))
            desk.ask(shop, proof=solve(challenge), **asked)
    assert bits == sorted(set(bits))
    assert len(bits) == 3


def test_caps_survive_a_restart(desk: Desk, shop: Site, database_url: str, clock: FakeClock) -> None:
    for n in range(5):
        ask_with_work(desk, shop, phone=f"+7912345678{n}", address=f"10.{n}.0.1", visitor_id=new_id())
    again = Desk(Storage(database_url, Bus()), clock, desk.settings)
    asked = {"phone": "+79123456785", "address": "10.9.0.1", "visitor_id": new_id()}
    assert code_of(lambda: ask_with_work(again, shop, **asked)) == "too_many_callbacks"
    again.storage.close()


def test_forty_at_once_cannot_pass_a_cap(
    desk: Desk, shop: Site, database_url: str, clock: FakeClock, anna: OperatorIdentity
) -> None:
    """Two processes (as far as the database can tell), forty threads, one visitor."""
    other = Desk(Storage(database_url, Bus()), clock, desk.settings)
    ready, refused = threading.Barrier(40), []

    def ask(n: int) -> None:
        ready.wait()
        try:
            (desk, other)[n % 2].ask(shop, key=new_id(), phone=f"+79123{n:02}6789", address=f"10.{n}.0.1")
        except TooMany as error:
            refused.append(error.code)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.storage.close()
    assert (rows(desk), refused) == (5, ["too_many_callbacks"] * 35)


def test_refusals_are_counted_without_a_write_each(desk: Desk, shop: Site, clock: FakeClock) -> None:
    def refuse() -> None:
        with desk.guard.counting_refusals(shop.id):
            desk.ask(shop, key=new_id(), phone="+8821612345678")

    def counted() -> int:
        return desk.guard_desk.overview(desk.sites.get_site(shop.id)).refused

    for _ in range(40):
        assert code_of(refuse) == "phone_not_allowed"
    assert counted() == 30
    clock.forward(seconds=61)
    for _ in range(30 + 99):
        code_of(refuse)
    assert (counted(), alarms(desk, shop)) == (40 + 30, {"refused": 50})
    code_of(refuse)
    assert counted() == 40 + 30 + 100
