"""A world with one of everything, and programs that ask about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from werkzeug.test import TestResponse

from tests.cast import SECRET, VISITOR_ID
from tests.seeding import Cast
from tests.trials.conftest import DRAFT
from widget_server.api.openapi import document
from widget_server.callbacks.model import Draft
from widget_server.calls import store as calls
from widget_server.calls.model import Call, CallStarted
from widget_server.chat.model import Entry
from widget_server.edge.identity import SiteIdentity, VisitorIdentity
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.service import LeadDraft
from widget_server.kernel.ids import new_id
from widget_server.notify.model import KINDS, Wishes
from widget_server.rooms import House

DOCUMENT = document()
FORMATS = FormatChecker(())
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@FORMATS.checks("date-time")
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or MOMENT.fullmatch(value) is not None


def problems_of(value: Any, schema: dict[str, Any]) -> list[str]:
    """Return where ``value`` is not what the schema, or a schema of the document, says."""
    whole = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FORMATS)
    return [f"{list(one.absolute_path)}: {one.message}" for one in whole.iter_errors(value)]


def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return operation id → (path, method, what the document says of it)."""
    return {
        said["operationId"]: (path, method.upper(), said)
        for path, methods in DOCUMENT["paths"].items()
        for method, said in methods.items()
    }


def check(operation: str, answer: TestResponse) -> None:
    """Fail unless the document foresees this answer in this form."""
    said = operations()[operation][2]["responses"]
    assert str(answer.status_code) in said, (operation, answer.status_code, answer.get_data(as_text=True)[:500])
    content = said[str(answer.status_code)].get("content")
    if content is None:
        assert answer.data == b""
        return
    kind = answer.mimetype
    assert kind in content, (operation, kind)
    assert problems_of(answer.json, content[kind]["schema"]) == [], (operation, answer.json)
    if answer.status_code >= 400:
        assert answer.json["code"] in said[str(answer.status_code)]["description"], (operation, answer.json)


@dataclass
class Program:
    """Asks with a key, and checks every answer against the document."""

    client: FlaskClient
    key: str

    def ask(self, operation: str, ids: dict[str, str] | None = None, **more: Any) -> TestResponse:
        path, method, _ = operations()[operation]
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        answer = self.client.open(f"/api/v1{path.format(**(ids or {}))}", method=method, headers=headers, **more)
        if answer.status_code != 304:
            check(operation, answer)
        return answer


@dataclass
class World:
    """One of everything; ``ids`` by operation are those of its path."""

    house: House
    cast: Cast
    conversation: str
    callback: str
    call: str
    experiment: str
    webhook: str
    lead: str
    order: str

    def ids(self, operation: str) -> dict[str, str]:
        path = operations()[operation][0]
        last = path.split("/")[1]
        if last == "sites":
            return {"site": self.cast.site.id, "id": VISITOR_ID if "visitors" in path else self.cast.site.id}
        known = {name: getattr(self, name[:-1]) for name in (*_LISTS, "experiments", "webhooks", "leads", "orders")}
        return {"id": known[last]} if last in known else {}

    def body(self, operation: str) -> dict[str, Any] | None:
        consent = {"version": self.cast.site.consent["version"], "accepted": True}
        return {
            "postMessage": {"body": "Готово"},
            "requestCallback": {"site": self.cast.site.id, "phone": "8 912 345-00-11", "consent": consent},
            "createLead": {"site": self.cast.site.id, "phone": "8 912 345-00-12", "name": "Мария"},
            "putOrder": {"lead": self.lead, "amount": 990000, "currency": "RUB", "number": "18", "state": "paid"},
            "createWebhook": {"url": "https://crm.example/other", "events": ["call.missed"]},
        }.get(operation)


_LISTS = ("conversations", "callbacks", "calls")


@pytest.fixture
def world(house: House, cast: Cast) -> World:
    owner = house.operators.find_operator(cast.owner.id, 1) or cast.owner
    house.operators.sign_of_life(cast.anna.id)
    site = SiteIdentity(cast.site.id, cast.site.key, cast.site.account_id, "ru", frozenset({"*"}))
    context = {"page": "https://okna.example/", "utm": {"source": "yandex"}, "device": "phone"}
    visitor = house.visitors.hello(site, VISITOR_ID, SECRET, context)
    posted = house.chat.post_from_visitor(visitor, Entry(new_id(), "Здравствуйте"))
    now = house.clock.now()
    call = Call(new_id(), cast.site.id, VISITOR_ID, None, "inbound", "+79123456789", cast.anna.id, "ringing", now)
    with house.storage.begin() as tx:
        calls.insert_call(tx, call)
        tx.record(CallStarted(call))
        calls.end(tx, call.id, ("ringing",), "missed", now)
    experiment = house.trials.create_draft(owner, cast.site.id, DRAFT)
    house.trials.start(owner, experiment.id)
    hook = house.notify.targets.add(owner, "webhook", "https://crm.example/hook", Wishes(frozenset(KINDS)))
    callback = _callback(house, cast)
    lead = house.funnel.leads.take_lead(cast.site.id, LeadDraft(email="maria@example.com", source="yandex"), "form")
    order = house.funnel.orders.add(owner, lead.id, OrderDraft(1250000, "RUB", number="17"))
    known = callback, call.id, experiment.id, hook.id, lead.id, order.id
    return World(house, cast, posted.conversation_id, *known)


def _callback(house: House, cast: Cast) -> str:
    draft = Draft(new_id(), "8 912 345-67-89", cast.site.consent["version"], True, None)
    return house.callbacks.request_callback(VisitorIdentity(cast.site.id, VISITOR_ID, "ru"), draft, "10.0.0.1").id


@pytest.fixture
def make_program(house: House, cast: Cast, client: FlaskClient) -> Callable[..., Program]:
    def make(access: Any = "write", sites: frozenset[str] = frozenset(), name: str = "CRM") -> Program:
        owner = house.operators.find_operator(cast.owner.id, 1) or cast.owner
        return Program(client, house.api.keys.create_key(owner, name, access, sites)[1])

    return make


@pytest.fixture
def program(make_program: Callable[..., Program]) -> Program:
    return make_program()
