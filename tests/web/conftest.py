"""One of everything that has an address of its own in the console, and what is sent to break it."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from werkzeug.routing import Rule

import widget_server
from tests.cast import SECRET, VISITOR_ID
from tests.seeding import Cast
from tests.trials.conftest import DRAFT
from widget_server.callbacks.model import Draft
from widget_server.calls import store as calls
from widget_server.calls.model import Call
from widget_server.calls.recordings import recordings
from widget_server.chat.model import Entry
from widget_server.edge.identity import OperatorIdentity
from widget_server.files.model import StoredFile
from widget_server.files.store import insert_file
from widget_server.funnel.order_service import OrderDraft
from widget_server.funnel.service import LeadDraft
from widget_server.funnel.store import lead_merges
from widget_server.kernel.ids import new_id
from widget_server.notify.model import KINDS, Wishes
from widget_server.replies.model import ReplyDraft
from widget_server.rooms import House
from widget_server.tracking.model import NumberDraft

Ids = dict[str, str]
_READ = re.compile(r"""(?:\.get\(|read_\w+\(\w+, |form\.\w+\()"(\w+)\"""")


@pytest.fixture
def everything(house: House, cast: Cast) -> Ids:
    """Return argument of an address → the id of such a thing of the cast's account."""
    owner = house.operators.find_operator(cast.owner.id, 1) or cast.owner
    return {**_talks(house, cast, owner), **_leads(house, cast, owner), **_settings(house, cast, owner)}


def _talks(house: House, cast: Cast, owner: OperatorIdentity) -> Ids:
    house.operators.sign_of_life(cast.anna.id)
    site, now = house.sites.find_site(cast.site.key), house.clock.now()
    assert site is not None
    visitor = house.visitors.hello(site, VISITOR_ID, SECRET, {})
    talk = house.chat.post_from_visitor(visitor, Entry(new_id(), "Здравствуйте")).conversation_id
    wanted = Draft(new_id(), "8 912 345-67-89", cast.site.consent["version"], True, None)
    callback = house.callbacks.request_callback(visitor, wanted, "10.0.0.1")
    call = Call(new_id(), site.id, VISITOR_ID, None, "inbound", "+79123456789", cast.anna.id, "missed", now)
    file = StoredFile(new_id(), site.id, VISITOR_ID, None, "a.pdf", "application/pdf", 1, None, None, now, now)
    recording = {"id": new_id(), "call_id": call.id, "reference": "r", "seconds": 1, "at": now}
    with house.storage.begin() as tx:
        calls.insert_call(tx, call)
        insert_file(tx, file)
        tx.execute(insert(recordings).values(recording))
    return {
        "conversation_id": talk,
        "callback_id": callback.id,
        "call_id": call.id,
        "file_id": file.id,
        "part": "whole",
        "recording_id": str(recording["id"]),
        "tag_id": house.tags.put_tag(owner, talk, "Жалоба")[0]["id"],
    }


def _leads(house: House, cast: Cast, owner: OperatorIdentity) -> Ids:
    funnel = house.funnel
    lead, other = (
        funnel.leads.take_lead(cast.site.id, LeadDraft(phone), "person") for phone in ("+79150000001", "+79150000002")
    )
    funnel.leads.merge(owner, lead.id, other.id)
    with house.storage.read() as tx:
        merge_id = tx.execute(select(lead_merges.c.id)).scalar_one()
    return {
        "lead_id": lead.id,
        "merge_id": merge_id,
        "order_id": funnel.orders.add(owner, lead.id, OrderDraft(100, "RUB", "paid")).id,
        "import_id": funnel.imports.open(owner, cast.site.id, "leads", "leads.csv", "phone\n+79160000000\n").id,
    }


def _settings(house: House, cast: Cast, owner: OperatorIdentity) -> Ids:
    hook = house.notify.targets.add(owner, "webhook", "https://crm.example/hook", Wishes(frozenset(KINDS)))
    number = NumberDraft("+74951110001", "8 495 111-00-01", "pool", None)
    return {
        "target_id": hook.id,
        "delivery_id": house.notify.targets.test(owner, hook.id).id,
        "experiment_id": house.trials.create_draft(owner, cast.site.id, DRAFT).id,
        "key_id": house.api.keys.create_key(owner, "CRM", "read")[0].id,
        "number_id": house.tracking.numbers.add(cast.site.id, number).id,
        "reply_id": house.replies.create_reply(owner, ReplyDraft("hi", "Здравствуйте", "Hello")).id,
        "operator_id": cast.anna.id,
        "site_id": cast.site.id,
    }


def addresses(app: Flask, ids: Ids) -> list[tuple[str, str]]:
    """Return (method, address) of every door of the console that names things, all of them with these ids."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/console") and rule.arguments and rule.arguments <= set(ids):
            found += [(method, _build(rule, ids)) for method in sorted(rule.methods or ()) if method in ("GET", "POST")]
    return found


def fields() -> list[str]:
    """Return the name of every field that the product reads anywhere."""
    files = Path(widget_server.__file__).parent.rglob("*.py")
    return sorted({name for file in files for name in _READ.findall(file.read_text())})


def _build(rule: Rule, ids: Ids) -> str:
    built: Any = rule.build({name: ids[name] for name in rule.arguments})
    return str(built[1])
