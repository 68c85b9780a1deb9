"""What programs get and do."""

from collections.abc import Callable

import pytest

from tests.api.conftest import Program, World
from tests.cast import OTHER_ID, OTHER_SECRET, VISITOR_ID, FakeClock
from widget_server.chat.model import Entry
from widget_server.edge.identity import SiteIdentity
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.draft import SiteDraft


def write(house: House, world: World, visitor_id: str, words: str = "Здравствуйте") -> None:
    site = world.cast.site
    identity = SiteIdentity(site.id, site.key, site.account_id, "ru", frozenset({"*"}))
    visitor = house.visitors.hello(identity, visitor_id, OTHER_SECRET, None)
    house.chat.post_from_visitor(visitor, Entry(new_id(), words))


def test_pages_neither_repeat_nor_skip_what_comes_meanwhile(
    house: House, world: World, program: Program, clock: FakeClock
) -> None:
    for number in range(6):
        clock.forward(seconds=number % 2)  # some share a moment
        write(house, world, f"visitor{number}".replace("0", "a").replace("1", "b") + "c" * 18)
    seen, cursor = [], None
    for _ in range(4):
        answer = program.ask("listConversations", query_string={"limit": 2, **({"cursor": cursor} if cursor else {})})
        seen += [one["visitor"] for one in answer.json["data"]]
        write(house, world, new_id())
        cursor = answer.json["next"]
    assert (len(seen), len(set(seen)), cursor) == (7, 7, None)


NO_CURSORS = ("?", "W10", "bnVsbA", "WyJ4IiwieCJd", "WzFd", "WyIyMDI2LTExLTIzVDA5OjAwOjAwIiwieCJd", "é")


@pytest.mark.parametrize("cursor", NO_CURSORS)
def test_made_up_cursors_are_refused(program: Program, world: World, cursor: str) -> None:
    for operation in ("listConversations", "listCallbacks", "listCalls", "listLeads", "listOrders"):
        answer = program.ask(operation, query_string={"cursor": cursor})
        assert (answer.status_code, answer.json["field"]) == (400, "cursor")


def test_messages_come_in_their_order(house: House, world: World, program: Program) -> None:
    for number in range(4):
        write(house, world, VISITOR_ID[:-1] + "b", str(number))
    found = program.ask("listConversations").json["data"]
    conversation = next({"id": one["id"]} for one in found if one["last_seq"] == 4)
    first = program.ask("listMessages", conversation, query_string={"limit": 3}).json
    rest = program.ask("listMessages", conversation, query_string={"cursor": first["next"]}).json
    assert [one["body"] for one in (*first["data"], *rest["data"])] == ["0", "1", "2", "3"]
    assert rest["next"] is None


def test_a_message_goes_out_once_however_often_it_is_sent(world: World, program: Program) -> None:
    ids, once = world.ids("postMessage"), {"Idempotency-Key": "ready-17"}
    first, again = (program.ask("postMessage", ids, json={"body": "Готово"}, headers=once) for _ in range(2))
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(program.ask("listMessages", ids).json["data"]) == 2


def test_a_request_that_died_in_the_middle_is_done_once(
    house: House, world: World, program: Program, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message was committed, the process died before it wrote down the answer."""
    ids, once = world.ids("postMessage"), {"Idempotency-Key": "ready-17"}
    with monkeypatch.context() as dying:
        dying.setattr(house.api.once, "keep", lambda *_: None)
        program.ask("postMessage", ids, json={"body": "Готово"}, headers=once)
    soon = program.ask("postMessage", ids, json={"body": "Готово"}, headers=once)
    assert (soon.status_code, soon.json["code"]) == (409, "still_working")
    clock.forward(minutes=2)
    assert program.ask("postMessage", ids, json={"body": "Готово"}, headers=once).status_code == 201
    assert len(program.ask("listMessages", ids).json["data"]) == 2


def test_what_failed_may_be_tried_again(house: House, world: World, program: Program) -> None:
    once = {"Idempotency-Key": "call-1"}
    body = world.body("requestCallback") or {}
    house.operators.set_takes_calls(world.cast.anna, False)
    refused = program.ask("requestCallback", json=body, headers=once)
    assert (refused.status_code, refused.json["code"]) == (409, "nobody_takes_calls")
    house.operators.set_takes_calls(world.cast.anna, True)
    assert program.ask("requestCallback", json=body, headers=once).status_code == 201


@pytest.mark.parametrize("key", ["two words", "x" * 201, "ключ".encode().decode("latin-1")])
def test_an_idempotency_key_has_a_form(world: World, program: Program, key: str) -> None:
    answer = program.ask("postMessage", world.ids("postMessage"), json={"body": "x"}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json["code"]) == (400, "bad_idempotency_key")


def test_a_message_may_be_an_operators_or_a_bots(world: World, program: Program) -> None:
    ids = world.ids("postMessage")
    anna = program.ask("postMessage", ids, json={"body": "Это Анна", "operator": world.cast.anna.id}).json
    bot = program.ask("postMessage", ids, json={"body": "Заказ готов", "name": "Бот"}).json
    plain = program.ask("postMessage", ids, json={"body": "x"}).json
    assert [one["name"] for one in (anna, bot, plain)] == ["Анна", "Бот", "CRM"]
    stranger = program.ask("postMessage", ids, json={"body": "x", "operator": new_id()})
    assert (stranger.status_code, stranger.json["field"]) == (400, "operator")


def test_a_note_is_for_colleagues_only(house: House, world: World, program: Program) -> None:
    program.ask("postMessage", world.ids("postMessage"), json={"body": "Должник", "kind": "note"})
    conversation = house.chat.access_conversation(world.cast.anna, world.conversation)
    assert conversation.waiting_since is not None


def test_lists_are_narrowed(house: House, world: World, program: Program, clock: FakeClock) -> None:
    clock.forward(minutes=5)
    write(house, world, OTHER_ID)
    program.ask("closeConversation", world.ids("closeConversation"))
    for query, expected in (
        ({"status": "closed"}, 1),
        ({"status": "open"}, 1),
        ({"changed_since": "2026-11-23T09:04:00Z"}, 2),
        ({"changed_since": "2026-11-23T09:06:00Z"}, 0),
    ):
        assert len(program.ask("listConversations", query_string=query).json["data"]) == expected, query
    assert len(program.ask("listCallbacks", query_string={"state": "missed"}).json["data"]) == 0
    assert len(program.ask("listCalls", query_string={"outcome": "missed", "direction": "inbound"}).json["data"]) == 1


def test_a_call_says_where_it_came_from(world: World, program: Program) -> None:
    call = program.ask("getCall", world.ids("getCall")).json
    assert (call["page"], call["utm"]) == ("https://okna.example/", {"source": "yandex"})
    assert call["operator"]["name"] == "Анна"


def test_a_callback_rings_as_a_visitors_does(house: House, world: World, program: Program) -> None:
    made = program.ask("requestCallback", json=world.body("requestCallback")).json
    assert (made["state"], made["phone"]) == ("queued", "+79123450011")
    again = program.ask("requestCallback", json=world.body("requestCallback"))
    assert (again.status_code, again.json["code"]) == (409, "already_calling")


def test_consent_is_needed_from_programs_too(world: World, program: Program) -> None:
    body = world.body("requestCallback") or {}
    for consent, status in (({"version": "old", "accepted": True}, 409), ({**body["consent"], "accepted": False}, 400)):
        assert program.ask("requestCallback", json={**body, "consent": consent}).status_code == status


def test_a_program_works_for_no_proof_and_shares_no_address(world: World, program: Program) -> None:
    answers = [
        program.ask("requestCallback", json={**(world.body("requestCallback") or {}), "phone": f"+7912{n:03}0011"})
        for n in range(100, 125)
    ]
    assert {one.status_code for one in answers} == {201}


def test_a_number_is_capped_for_programs_too(house: House, world: World, program: Program) -> None:
    statuses = []
    for _ in range(6):
        made = program.ask("requestCallback", json=world.body("requestCallback"))
        statuses.append(made.status_code)
        if made.status_code == 201:
            for runner in house.runners:
                runner.run_due()
            callback = house.callbacks.get_callback(made.json["id"])
            if callback.call_id:
                with house.storage.begin() as tx:
                    house.callbacks._calls.end(tx, callback.call_id, "missed")
    assert statuses == [201] * 5 + [429]


def test_a_webhook_is_added_and_removed(world: World, program: Program) -> None:
    made = program.ask("createWebhook", json={"url": "https://crm.example/x", "events": ["callback.missed"]}).json
    assert made["secret"].startswith("whsec_")
    assert not made["details"]
    assert program.ask("deleteWebhook", {"id": made["id"]}).status_code == 204
    assert program.ask("getWebhook", {"id": made["id"]}).status_code == 404


@pytest.mark.parametrize(
    ("url", "status"), [("http://crm.example/", 400), ("ftp://x", 400), ("", 400), ("https://crm.example/hook", 409)]
)
def test_an_address_is_checked_as_on_the_page(world: World, program: Program, url: str, status: int) -> None:
    answer = program.ask("createWebhook", json={"url": url, "events": ["callback.missed"]})
    assert (answer.status_code, answer.json["field"]) == (status, "url")


def test_what_did_not_change_is_not_sent_again(world: World, program: Program) -> None:
    first = program.ask("listConversations")
    known = {"If-None-Match": first.headers["ETag"]}
    assert program.ask("listConversations", headers=known).status_code == 304
    program.ask("postMessage", world.ids("postMessage"), json={"body": "x"})
    assert program.ask("listConversations", headers=known).status_code == 200


def test_every_answer_says_how_many_are_left(program: Program) -> None:
    for left in (599, 598):
        answer = program.ask("listSites")
        assert answer.headers["RateLimit"].startswith(f'"key";r={left};t=')
        assert answer.headers["RateLimit-Policy"] == '"key";q=600;w=60'


def test_problems_speak_the_readers_language(program: Program) -> None:
    for language, begin in ((None, "There is"), ("ru", "Здесь ничего"), ("de", "There is")):
        headers = {"Accept-Language": language} if language else {}
        assert program.ask("getSite", {"id": "x"}, headers=headers).json["detail"].startswith(begin)


def test_the_report_says_what_the_page_says(make_program: Callable[..., Program], world: World) -> None:
    report = make_program("read").ask("getReport", world.ids("getReport")).json
    assert (report["verdict"], report["winner"]) == ("waiting", None)
    assert [one["key"] for one in report["variants"]] == ["a", "b"]


def test_a_lead_is_one_person_however_often_written_down(house: House, world: World, program: Program) -> None:
    first = program.ask("createLead", json=world.body("createLead")).json
    again = program.ask("createLead", json={**(world.body("createLead") or {}), "email": "anna@example.com"}).json
    assert (first["id"], first["origin"]) == (again["id"], "api")
    assert (again["phones"], again["emails"]) == (["+79123450012"], ["anna@example.com"])
    found = [one["id"] for one in program.ask("listLeads").json["data"]]
    assert found.count(first["id"]) == 1


def test_a_lead_needs_a_way_to_be_found(world: World, program: Program) -> None:
    answer = program.ask("createLead", json={"site": world.cast.site.id, "name": "Мария"})
    assert (answer.status_code, answer.json["code"]) == (400, "phone_or_email")


def test_the_same_number_is_the_same_order(world: World, program: Program) -> None:
    body = world.body("putOrder") or {}
    paid = program.ask("putOrder", json=body).json
    refunded = program.ask("putOrder", json={**body, "state": "refunded"}).json
    assert (paid["id"], paid["state"]) == (refunded["id"], "paid")
    assert (refunded["state"], refunded["amount"]) == ("refunded", 990000)
    assert program.ask("getLead", {"id": world.lead}).json["state"] == "won"


def test_leads_of_other_sites_are_not_there(make_program: Callable[..., Program], world: World, house: House) -> None:
    other = house.sites.create_site(world.cast.site.account_id, SiteDraft("Двери"))
    program = make_program(sites=frozenset({other.id}))
    assert program.ask("listLeads").json["data"] == program.ask("listOrders").json["data"] == []
    for operation in ("getLead", "getOrder"):
        assert program.ask(operation, world.ids(operation)).status_code == 404
