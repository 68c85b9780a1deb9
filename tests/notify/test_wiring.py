"""What happens in other rooms is told: on the house itself, event table and all."""

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.seeding import Cast
from tests.trials.conftest import DRAFT
from widget_server.callbacks.guard.model import AbuseSuspected, AlarmKind
from widget_server.callbacks.model import Callback, Draft
from widget_server.calls.model import Call
from widget_server.chat.model import Entry
from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.notify import store
from widget_server.notify.model import KINDS, PATIENCE, Delivery, Wishes
from widget_server.notify.service import new_target
from widget_server.rooms import House
from widget_server.tracking.model import InboundMissed


@pytest.fixture(autouse=True)
def _told(house: House, cast: Cast) -> None:
    wishes = Wishes(frozenset(KINDS), details=True)
    made = new_target(cast.site.account_id, "webhook", "crm", "https://crm.example/", wishes, house.clock.now())
    with house.storage.begin() as tx:
        store.insert_target(tx, made)


@pytest.fixture
def visitor(house: House, cast: Cast) -> VisitorIdentity:
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    return house.visitors.hello(site, VISITOR_ID, SECRET, None)


def told(house: House) -> list[Delivery]:
    with house.storage.read() as tx:
        return store.find_deliveries(tx)


def ask(house: House, cast: Cast, visitor: VisitorIdentity) -> Callback:
    house.operators.sign_of_life(cast.anna.id)
    draft = Draft("key" + "a" * 23, "8 912 345-67-89", cast.site.consent["version"], True, None)
    return house.callbacks.request_callback(visitor, draft, "10.0.0.1")


def work(house: House, clock: FakeClock, minutes: int) -> None:
    """Let time go by for the calls; nobody is told anything yet."""
    quick, _slow = house.runners
    for _ in range(minutes * 6):
        quick.run_due()
        clock.forward(seconds=10)


def test_a_message_that_nobody_sees_is_told_at_once(house: House, visitor: VisitorIdentity) -> None:
    house.chat.post_from_visitor(visitor, Entry("m1", "Здравствуйте"))
    (one,) = told(house)
    assert (one.kind, one.due_at, one.params) == ("conversation_waiting", house.clock.now(), {"words": "Здравствуйте"})


def test_a_message_waits_for_those_who_are_there(house: House, cast: Cast, visitor: VisitorIdentity) -> None:
    house.operators.sign_of_life(cast.anna.id)
    house.chat.post_from_visitor(visitor, Entry("m1", "Здравствуйте"))
    house.chat.post_from_visitor(visitor, Entry("m2", "Есть кто?"))
    assert [one.due_at - house.clock.now() for one in told(house)] == [PATIENCE]


def test_an_answer_takes_it_back(house: House, cast: Cast, visitor: VisitorIdentity) -> None:
    posted = house.chat.post_from_visitor(visitor, Entry("m1", "Здравствуйте"))
    house.chat.post_from_operator(cast.anna, posted.conversation_id, Entry("a1", "Добрый день"))
    assert told(house) == []


def test_closing_takes_it_back(house: House, cast: Cast, visitor: VisitorIdentity) -> None:
    posted = house.chat.post_from_visitor(visitor, Entry("m1", "Здравствуйте"))
    house.chat.close(cast.anna, posted.conversation_id)
    assert told(house) == []


def test_a_missed_callback_is_told_once(house: House, cast: Cast, visitor: VisitorIdentity, clock: FakeClock) -> None:
    callback = ask(house, cast, visitor)
    work(house, clock, 20)
    (one,) = told(house)
    assert (one.kind, one.subject, one.params["phone"]) == ("callback_missed", callback.id, "+79123456789")


def test_a_callback_that_somebody_dealt_with_is_taken_back(
    house: House, cast: Cast, visitor: VisitorIdentity, clock: FakeClock
) -> None:
    callback = ask(house, cast, visitor)
    work(house, clock, 20)
    house.callbacks.done(cast.anna, callback.id)
    assert told(house) == []


def test_a_missed_incoming_call_is_told(house: House, cast: Cast) -> None:
    at = house.clock.now()
    call = Call("call1", cast.site.id, None, None, "inbound", "+79123456789", None, "ended", at, outcome="missed")
    with house.storage.begin() as tx:
        tx.record(InboundMissed(call, at))
    assert [(one.kind, one.subject) for one in told(house)] == [("call_missed", "call1")]


@pytest.mark.parametrize(("kind", "as_told"), [("spend_80", "spending_cap"), ("burst", "abuse_suspected")])
def test_alarms_of_the_guard_are_told(house: House, cast: Cast, kind: AlarmKind, as_told: str) -> None:
    with house.storage.begin() as tx:
        tx.record(AbuseSuspected(cast.site.id, kind, 80, house.clock.now()))
    assert [one.kind for one in told(house)] == [as_told]


def test_the_end_of_an_experiment_is_told(house: House, cast: Cast, clock: FakeClock) -> None:
    owner = house.operators.find_operator(cast.owner.id, 1) or cast.owner
    experiment = house.trials.create_draft(owner, cast.site.id, DRAFT)
    house.trials.start(owner, experiment.id)
    clock.forward(days=15)
    house.trials.finish_due()
    assert [(one.kind, one.params) for one in told(house)] == [("experiment_concluded", {"experiment": "Слова"})]


def test_an_experiment_that_somebody_stopped_is_no_news(house: House, cast: Cast) -> None:
    owner = house.operators.find_operator(cast.owner.id, 1) or cast.owner
    experiment = house.trials.create_draft(owner, cast.site.id, DRAFT)
    house.trials.start(owner, experiment.id)
    house.trials.stop(owner, experiment.id)
    assert told(house) == []
