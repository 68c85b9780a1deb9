"""Numbers that are not called: those who asked, pranksters, our own; and what is forgotten in time."""

import pytest
from sqlalchemy import func, select

from tests.callbacks.desk import Desk
from tests.cast import FakeClock
from widget_server.callbacks.guard.store import acts
from widget_server.callbacks.store import consents
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.sites.calling import Calling
from widget_server.sites.draft import NumberDraft
from widget_server.sites.model import Site

PHONE = "+79123456789"


def is_refused(desk: Desk, shop: Site, anna: OperatorIdentity, phone: str = PHONE) -> str | None:
    desk.operators.sign_of_life(anna.id)
    try:
        desk.ask(shop, key=new_id(), phone=phone, visitor_id=new_id())
    except BadInput as refused:
        return refused.code
    return None


def test_who_asked_for_it_is_never_called_again(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    desk.guard_desk.block(shop.id, PHONE, "asked")
    clock.forward(days=4000)
    assert is_refused(desk, shop, anna) == "phone_blocked"
    desk.guard_desk.lift(shop, PHONE)
    assert is_refused(desk, shop, anna) is None


def test_spam_ends_after_thirty_days_and_does_not_shorten_a_wish(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    desk.guard_desk.block(shop.id, PHONE, "spam")
    desk.guard_desk.block(shop.id, "+79123456780", "asked")
    desk.guard_desk.block(shop.id, "+79123456780", "spam")
    clock.forward(days=29)
    assert is_refused(desk, shop, anna) == "phone_blocked"
    clock.forward(days=2)
    assert is_refused(desk, shop, anna) is None
    assert is_refused(desk, shop, anna, "+79123456780") == "phone_blocked"


def test_what_waited_to_dial_a_blocked_number_is_cancelled(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    callback = desk.ask(shop, due_at=clock.now().replace(hour=15))
    desk.guard_desk.block(shop.id, callback.phone, "asked")
    assert desk.now(callback).state == "cancelled"


@pytest.mark.parametrize(("seconds", "refused"), [(3, "phone_blocked"), (6, None)])
def test_a_number_that_three_times_only_hangs_up_is_blocked_for_a_day(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock, seconds: int, refused: str | None
) -> None:
    for _ in range(3):
        assert is_refused(desk, shop, anna) is None
        desk.work()
        callback_id = desk.views.list_active([shop.id])[-1]["id"]
        desk.callbacks.answer(anna, callback_id)
        desk.work()
        clock.forward(seconds=2)
        desk.work()
        clock.forward(seconds=seconds)
        desk.callbacks.hang_up(anna, callback_id)
    assert is_refused(desk, shop, anna) == refused
    if refused:
        clock.forward(hours=25)
        assert is_refused(desk, shop, anna) is None


def test_no_loop_to_a_number_of_our_own(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    desk.sites.update_site(shop.id, {"numbers": (NumberDraft(PHONE, "8 912 345-67-89"),)})
    assert is_refused(desk, shop, anna) == "phone_not_allowed"


def test_why_not_says_what_changed_since_the_request(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    def why() -> str | None:
        with desk.storage.read() as tx:
            return desk.guard.why_not(tx, shop, PHONE)

    assert why() is None
    desk.guard_desk.block(shop.id, PHONE, "spam")
    assert why() == "blocked"
    desk.guard_desk.pause(shop)
    assert why() == "paused"


def test_addresses_are_forgotten_in_time_and_consents_are_not(
    desk: Desk, shop: Site, anna: OperatorIdentity, clock: FakeClock
) -> None:
    def kept() -> tuple[str, int]:
        with desk.storage.read() as tx:
            address = tx.execute(select(consents.c.address)).scalar_one()
            return address, tx.execute(select(func.count()).select_from(acts)).scalar_one()

    desk.sites.update_site(shop.id, {"calling": Calling(address_days=3)})
    desk.ask(shop)
    assert kept() == ("10.0.0.1", 1)
    seen = []
    for _ in range(5):  # the job comes back by itself, once a day, as long as there is something to forget
        clock.forward(days=1, minutes=1)
        desk.work()
        seen.append(kept())
    assert seen == [("10.0.0.1", 0), ("10.0.0.1", 0), ("", 0), ("", 0), ("", 0)]
