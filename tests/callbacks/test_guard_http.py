"""The guard over HTTP: work asked for and done, the owner's page, the buttons against pests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.callbacks.worker import solve
from tests.cast import FakeClock, bearer
from tests.seeding import Cast
from widget_server.kernel.ids import new_id
from widget_server.rooms import House
from widget_server.sites.calling import Calling

LogIn = Callable[[str], FlaskClient]
Post = Callable[..., Any]


@pytest.fixture
def ask(house: House, cast: Cast, client: FlaskClient) -> Post:
    house.operators.sign_of_life(cast.anna.id)

    def post(phone: str, address: str = "10.0.0.1", key: str = "", works: bool = False, **more: Any) -> Any:
        who = bearer(new_id(), new_id()) if "who" not in more else bearer(*more.pop("who").split("."))
        client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=who)
        consent = {"version": cast.site.consent["version"], "accepted": True}
        body = {"key": key or new_id(), "phone": phone, "due_at": None, "consent": consent, **more}
        origin = {"REMOTE_ADDR": address}
        answer = client.post("/w/v1/callbacks?site=demo&lang=ru", json=body, headers=who, environ_base=origin)
        if works and "challenge" in answer.json.get("error", {}):
            body["proof"] = solve(answer.json["error"]["challenge"])
            return client.post("/w/v1/callbacks?site=demo&lang=ru", json=body, headers=who, environ_base=origin)
        return answer

    return post


def test_work_is_asked_for_and_the_same_request_with_it_is_taken(ask: Post) -> None:
    for n in range(2):
        assert ask(f"+7912345678{n}", f"10.{n}.0.1").status_code == 200
    key, who = new_id(), f"{new_id()}.{new_id()}"
    needed = ask("+79123456785", "10.9.0.1", key, who=who)
    error = needed.json["error"]
    assert (needed.status_code, error["code"], error["retryable"]) == (429, "proof_needed", True)
    assert len(error["challenge"]) == 46  # with eight digits of a nonce it fits one block of SHA-256
    proof = solve(error["challenge"])
    assert ask("+79123456785", "10.9.0.1", key, who=who, proof=proof).json["callback"]["state"] == "queued"


@pytest.mark.parametrize("proof", [7, [], "x" * 200, "14.99999999999.abc.1", "....", "14.1.é.2", "-1.1.1.1"])
def test_nonsense_is_no_proof_and_no_500(ask: Post, proof: Any) -> None:
    for n in range(2):
        ask(f"+7912345678{n}", f"10.{n}.0.1")
    answer = ask("+79123456785", "10.9.0.1", proof=proof)
    assert answer.json["error"]["code"] in ("proof_needed", "bad_field", "field_too_long")


def test_a_cap_is_told_in_words_with_the_time_to_wait(ask: Post, house: House, cast: Cast) -> None:
    house.sites.update_site(cast.site.id, {"calling": Calling(per_hour=1)})
    ask("+79123456789", works=True)
    refused = ask("+79133456789", "10.9.0.1")
    assert (refused.status_code, refused.json["error"]["retry_after_seconds"]) == (429, 3600)
    assert refused.json["error"]["message"].startswith("Запросов на звонок слишком много")


def test_without_consent_nothing_is_asked_or_counted(ask: Post, house: House, cast: Cast) -> None:
    for consent in ({"version": cast.site.consent["version"], "accepted": False}, {"version": "x", "accepted": True}):
        assert ask("+79123456789", consent=consent).json["error"]["code"] in ("consent_needed", "consent_changed")
    assert house.guard_desk.overview(cast.site).admitted == 0


def test_the_owner_sees_the_alarm_and_pauses_and_resumes(
    ask: Post, house: House, cast: Cast, log_in: LogIn, client: FlaskClient
) -> None:
    house.sites.update_site(cast.site.id, {"calling": Calling(per_hour=1)})
    ask("+79123456789", works=True)
    owner, page = log_in("olga@demo.example"), f"/console/sites/{cast.site.id}/guard"
    assert "Исчерпан предел запросов на звонок: 1" in owner.get("/console/calls").get_data(as_text=True)
    shown = owner.get(page).get_data(as_text=True)
    assert "Исчерпан предел запросов на звонок: 1" in shown
    assert "0 ₽" in shown
    assert owner.post(f"{page}/pause").location == page
    assert "callback" not in client.get("/w/v1/site/demo").get_json(force=True)["channels"]
    assert "остановлены вручную" in owner.get(page).get_data(as_text=True)
    owner.post(f"{page}/resume")
    assert "callback" in client.get("/w/v1/site/demo").get_json(force=True)["channels"]


def test_the_owner_keeps_a_list_of_whom_not_to_call(ask: Post, cast: Cast, log_in: LogIn) -> None:
    owner, page = log_in("olga@demo.example"), f"/console/sites/{cast.site.id}/guard"
    owner.post(f"{page}/block", data={"phone": "8 912 345-67-89"})
    assert "8 (912) 345-67-89" in owner.get(page).get_data(as_text=True)
    assert ask("+79123456789").json["error"]["code"] == "phone_blocked"
    owner.post(f"{page}/lift", data={"phone": "+79123456789"})
    assert "8 (912) 345-67-89" not in owner.get(page).get_data(as_text=True)
    owner.post(f"{page}/block", data={"phone": "112"})
    assert "Это не полный номер" in owner.get(page).get_data(as_text=True)


@pytest.mark.parametrize(("pest", "why"), [("spam", "спам"), ("do-not-call", "попросили не звонить")])
def test_an_operator_blocks_a_pest_where_the_task_is(
    ask: Post, house: House, cast: Cast, log_in: LogIn, clock: FakeClock, pest: str, why: str
) -> None:
    callback_id = ask("+79123456789").json["callback"]["id"]
    for runner in house.runners:
        runner.run_due()
    clock.forward(seconds=31)
    for runner in house.runners:
        runner.run_due()
    anna = log_in("anna@demo.example")
    assert anna.get(f"/console/sites/{cast.site.id}/guard").status_code == 403
    assert anna.post(f"/console/callbacks/{callback_id}/{pest}").location == "/console/calls"
    assert not house.callbacks.get_callback(callback_id).needs_person
    shown = log_in("olga@demo.example").get(f"/console/sites/{cast.site.id}/guard").get_data(as_text=True)
    assert why in shown
    assert anna.post(f"/console/api/callbacks/{new_id()}/{pest}").status_code == 404


def test_the_settings_say_who_may_be_called(house: House, cast: Cast, log_in: LogIn) -> None:
    owner, page = log_in("olga@demo.example"), f"/console/sites/{cast.site.id}"
    form = fields(owner.get(page).get_data(as_text=True))
    assert (form["calls_policy"], form["calls_budget"], form["calls_minute_price"]) == (["own"], ["10000"], ["3"])
    form |= {"calls_policy": ["custom"], "calls_countries": ["ru, kz"], "calls_kinds": ["mobile"]}
    form |= {"calls_denied": ["+7 958\n"], "calls_minute_price": ["2,50"], "calls_budget": ["0"]}
    saved = owner.post(page, data=form)
    assert saved.status_code == 302, saved.get_data(as_text=True)
    calling = house.sites.get_site(cast.site.id).calling
    assert (calling.countries, calling.kinds, calling.denied) == (("RU", "KZ"), ("mobile",), ("+7958",))
    assert (calling.minute_price, calling.budget) == (250, 0)
    wrongs = {"countries": "XX", "denied": "8 958", "budget": "много", "per_hour": "0", "policy": "?"}
    for name, wrong in wrongs.items():
        assert owner.post(page, data=form | {f"calls_{name}": [wrong]}).status_code == 400, name


def fields(page: str) -> dict[str, list[str]]:
    """Return what a browser would post of the page's form."""
    from html.parser import HTMLParser

    found: dict[str, list[str]] = {}

    class Reader(HTMLParser):
        select, area = "", ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            at = {name: value or "" for name, value in attrs}
            name = at.get("name", "")
            if tag == "input" and name:
                if at.get("type") not in ("checkbox", "radio") or "checked" in at:
                    found.setdefault(name, []).append(at.get("value", "on"))
            elif tag == "select":
                self.select = name
            elif tag == "option" and self.select and "selected" in at:
                found.setdefault(self.select, []).append(at["value"])
            elif tag == "textarea":
                self.area = name
                found.setdefault(name, []).append("")

        def handle_data(self, data: str) -> None:
            if self.area:
                found[self.area][-1] += data

        def handle_endtag(self, tag: str) -> None:
            self.area = "" if tag == "textarea" else self.area

    Reader().feed(page)
    return found
