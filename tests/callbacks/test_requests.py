"""Asking for a callback: what is refused, what is kept, what asking twice does."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.callbacks.desk import KEY, Desk
from tests.cast import OTHER_ID, VISITOR_ID, FakeClock
from widget_server.callbacks.store import callbacks, consents
from widget_server.calls.store import calls
from widget_server.edge.identity import OperatorIdentity, VisitorIdentity
from widget_server.kernel.errors import NotFound, ProductError, TooMany
from widget_server.kernel.ids import new_id
from widget_server.sites.model import Site

OTHER_KEY = "key" + "b" * 23


def count(desk: Desk, table: Any) -> int:
    with desk.storage.read() as tx:
        return tx.execute(select(func.count()).select_from(table)).scalar_one()


def code_of(desk: Desk, site: Site, **changes: Any) -> str:
    with pytest.raises(ProductError) as refused:
        desk.ask(site, **changes)
    return refused.value.code


def test_a_request_is_queued_with_the_words_that_were_agreed_to(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    callback = desk.ask(shop)
    assert (callback.state, callback.phone) == ("queued", "+79123456789")
    with desk.storage.read() as tx:
        kept = tx.execute(select(consents)).one()
    assert (kept.text, kept.version) == (shop.consent["ru"]["text"], shop.consent["version"])
    assert (kept.page, kept.address) == ("https://shop.example/okna", "10.0.0.1")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"accepted": False}, "consent_needed"),
        ({"consent_version": "old"}, "consent_changed"),
        ({"phone": "8 912 345"}, "bad_phone"),
        ({"phone": "+44 20 7946 0018"}, "phone_not_allowed"),
        ({"phone": "8 800 555-35-35"}, "phone_not_allowed"),
    ],
)
def test_refused(desk: Desk, shop: Site, anna: OperatorIdentity, changes: dict[str, Any], code: str) -> None:
    assert code_of(desk, shop, **changes) == code
    assert count(desk, consents) == 0


def test_nobody_takes_calls_but_a_time_can_be_chosen(desk: Desk, shop: Site, clock: FakeClock) -> None:
    assert code_of(desk, shop) == "nobody_takes_calls"
    assert desk.ask(shop, due_at=clock.now() + timedelta(hours=2)).state == "scheduled"


def test_times_are_in_opening_hours_and_within_two_weeks(desk: Desk, clock: FakeClock) -> None:
    shop = desk.open_shop(holidays=("2026-11-24",))
    tomorrow, past, far = (clock.now() + timedelta(days=days) for days in (1, -1, 15))
    assert code_of(desk, shop, due_at=tomorrow) == "closed_then"
    assert code_of(desk, shop, due_at=past) == code_of(desk, shop, due_at=far) == "bad_due_at"


def test_the_same_key_is_the_same_callback(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    assert desk.ask(shop) == desk.ask(shop)
    assert code_of(desk, shop, phone="8 912 345-67-80") == "key_reused"
    assert count(desk, callbacks) == count(desk, consents) == 1


def test_one_request_per_number_is_in_flight(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    first = desk.ask(shop)
    assert code_of(desk, shop, key=OTHER_KEY, visitor_id=OTHER_ID) == "already_calling"
    desk.callbacks.cancel(VisitorIdentity(shop.id, VISITOR_ID, "ru"), first.id)
    assert desk.ask(shop, key=OTHER_KEY).state == "queued"


def test_fifty_posts_with_one_key_are_one_callback_and_one_call(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    answers: list[str] = []
    ready = threading.Barrier(50)

    def post() -> None:
        ready.wait()
        answers.append(desk.ask(shop).id)

    threads = [threading.Thread(target=post) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.work()
    assert len(answers) == 50
    assert len(set(answers)) == count(desk, callbacks) == count(desk, consents) == count(desk, calls) == 1


def test_a_visitor_cannot_ask_again_and_again(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    for last in range(5):
        desk.ask(shop, key=new_id(), phone=f"8 912 34{last}-67-89")
    with pytest.raises(TooMany):
        desk.ask(shop, key=OTHER_KEY)
    other = desk.ask(shop, key=OTHER_KEY, visitor_id=OTHER_ID, address="10.9.0.1", phone="8 912 355-67-89")
    assert other.state == "queued"
    assert count(desk, callbacks) == 6


def test_a_callback_is_seen_by_its_visitor_only(desk: Desk, shop: Site, anna: OperatorIdentity) -> None:
    callback = desk.ask(shop, key=KEY)
    with pytest.raises(NotFound):
        desk.callbacks.access_own(VisitorIdentity(shop.id, OTHER_ID, "ru"), callback.id)
    with pytest.raises(NotFound):
        desk.callbacks.access_own(VisitorIdentity("another-site", VISITOR_ID, "ru"), callback.id)
