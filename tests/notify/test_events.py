"""What programs are told as it happens: by signed webhooks that asked for it, and nobody else."""

import pytest

from tests.cast import SECRET, VISITOR_ID, FakeClock
from tests.notify.conftest import ALL
from tests.notify.receivers import WebServer
from tests.seeding import Cast
from widget_server.callbacks.model import Draft
from widget_server.chat.model import Entry
from widget_server.edge.identity import OperatorIdentity, SiteIdentity, VisitorIdentity
from widget_server.kernel.errors import BadInput
from widget_server.kernel.ids import new_id
from widget_server.notify.model import EVENTS, Wishes
from widget_server.rooms import House

EVERYTHING = Wishes(frozenset(EVENTS), details=True)


@pytest.fixture
def owner(house: House, cast: Cast) -> OperatorIdentity:
    return house.operators.find_operator(cast.owner.id, 1) or cast.owner


@pytest.fixture
def visitor(house: House, cast: Cast) -> VisitorIdentity:
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    return house.visitors.hello(site, VISITOR_ID, SECRET, None)


def work(house: House, clock: FakeClock, seconds: int = 0) -> None:
    for _ in range(1 + seconds // 5):
        for runner in house.runners:
            runner.run_due()
        clock.forward(seconds=5)


def types(web: WebServer) -> list[str]:
    return [one.json["type"] for one in web.received]


def test_a_conversation_is_told_from_its_beginning_to_its_end(
    house: House, cast: Cast, owner: OperatorIdentity, visitor: VisitorIdentity, web: WebServer, clock: FakeClock
) -> None:
    house.notify.targets.add(owner, "webhook", web.url, EVERYTHING)
    posted = house.chat.post_from_visitor(visitor, Entry(new_id(), "Здравствуйте"))
    house.chat.post_from_operator(cast.anna, posted.conversation_id, Entry(new_id(), "Должник", "note"))
    house.chat.post_from_operator(cast.anna, posted.conversation_id, Entry(new_id(), "Добрый день"))
    for _ in range(2):
        house.chat.close(cast.anna, posted.conversation_id)
    house.chat.read_by_operator(cast.anna, posted.conversation_id, 3)
    work(house, clock)
    assert sorted(types(web)) == [
        "conversation.closed", "conversation.started", "lead.created", "message.created", "message.created",
    ]  # fmt: skip
    said = {one.json["data"]["author"]: one.json["data"] for one in web.received if "author" in one.json["data"]}
    assert (said["visitor"]["body"], said["operator"]["body"], said["operator"]["name"]) == (
        "Здравствуйте",
        "Добрый день",
        "Анна",
    )


def test_words_and_numbers_are_kept_back_unless_told(
    house: House, cast: Cast, owner: OperatorIdentity, visitor: VisitorIdentity, web: WebServer, clock: FakeClock
) -> None:
    house.notify.targets.add(owner, "webhook", web.url, Wishes(frozenset(EVENTS)))
    house.chat.post_from_visitor(visitor, Entry(new_id(), "канарейка"))
    ask(house, cast, visitor)
    work(house, clock, 60)
    told = b"".join(one.body for one in web.received).decode()
    assert "канарейка" not in told
    assert "+79123456789" not in told
    assert "+7 912 ***-**-89" in told


def ask(house: House, cast: Cast, visitor: VisitorIdentity) -> None:
    house.operators.sign_of_life(cast.anna.id)
    draft = Draft(new_id(), "8 912 345-67-89", cast.site.consent["version"], True, None)
    house.callbacks.request_callback(visitor, draft, "10.0.0.1")


def test_a_callback_is_told_step_by_step(
    house: House, cast: Cast, owner: OperatorIdentity, visitor: VisitorIdentity, web: WebServer, clock: FakeClock
) -> None:
    house.notify.targets.add(owner, "webhook", web.url, EVERYTHING)
    ask(house, cast, visitor)
    work(house, clock)
    (ringing,) = house.callback_views.list_active({cast.site.id})
    house.callbacks.answer(cast.anna, ringing["id"])
    work(house, clock, 60)
    house.callbacks.hang_up(cast.anna, ringing["id"])
    work(house, clock)
    assert set(types(web)) == {
        "lead.created", "callback.requested", "call.started", "callback.connected", "call.answered", "call.ended",
        "callback.completed",
    }  # fmt: skip
    assert len(types(web)) == len(set(types(web)))


def test_who_asked_for_alerts_only_hears_of_those(
    house: House, owner: OperatorIdentity, visitor: VisitorIdentity, web: WebServer, clock: FakeClock
) -> None:
    house.notify.targets.add(owner, "webhook", web.url, ALL)
    house.chat.post_from_visitor(visitor, Entry(new_id(), "Здравствуйте"))
    work(house, clock)
    assert types(web) == ["conversation.waiting"]


def test_an_answer_takes_no_event_back(
    house: House, cast: Cast, owner: OperatorIdentity, visitor: VisitorIdentity, web: WebServer, clock: FakeClock
) -> None:
    house.notify.targets.add(owner, "webhook", web.url, Wishes(frozenset({"message_created", "conversation_waiting"})))
    posted = house.chat.post_from_visitor(visitor, Entry(new_id(), "Здравствуйте"))
    house.chat.post_from_operator(cast.anna, posted.conversation_id, Entry(new_id(), "Добрый день"))
    work(house, clock)
    assert types(web) == ["message.created", "message.created"]


def test_people_are_told_no_events(house: House, owner: OperatorIdentity) -> None:
    with pytest.raises(BadInput, match="bad_kinds"):
        house.notify.targets.add(owner, "email", "olga@okna.example", EVERYTHING)
