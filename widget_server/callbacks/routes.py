"""The visitor's callbacks over HTTP (docs/protocol.md, section 5)."""

from typing import Any

from flask import request

from widget_server.callbacks.guard.proof import LONGEST
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.model import Draft
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.edge.payload import json_body, json_object, read_flag, read_id, read_moment, read_text
from widget_server.edge.services import service
from widget_server.edge.visitor import current_visitor, visitor_blueprint

blueprint = visitor_blueprint("callbacks", __name__)


@blueprint.post("/callbacks")
def request_callback() -> dict[str, Any]:
    visitor, draft = current_visitor(), read_draft(json_body())
    with service(Guard).counting_refusals(visitor.site_id):
        callback = service(CallbackService).request_callback(visitor, draft, request.remote_addr or "-")
    return {"callback": service(CallbackViews).visitor_view(callback)}


@blueprint.get("/callbacks/<callback_id>")
def show(callback_id: str) -> dict[str, Any]:
    callback = service(CallbackService).access_own(current_visitor(), callback_id)
    return {"callback": service(CallbackViews).visitor_view(callback)}


@blueprint.post("/callbacks/<callback_id>/cancel")
def cancel(callback_id: str) -> dict[str, Any]:
    callback = service(CallbackService).cancel(current_visitor(), callback_id)
    return {"callback": service(CallbackViews).visitor_view(callback)}


@blueprint.post("/callbacks/<callback_id>/now")
def hurry(callback_id: str) -> dict[str, Any]:
    callback = service(CallbackService).hurry(current_visitor(), callback_id)
    return {"callback": service(CallbackViews).visitor_view(callback)}


def read_draft(body: dict[str, Any]) -> Draft:
    consent = json_object(body.get("consent"))
    return Draft(
        key=read_id(body, "key"),
        phone=read_text(body, "phone", most=60),
        consent_version=read_text(consent, "version", most=64),
        accepted=read_flag(consent, "accepted"),
        due_at=read_moment(body, "due_at"),
        proof=read_text(body, "proof", most=LONGEST) if body.get("proof") is not None else None,
        department=read_text(body, "department", most=26) if body.get("department") is not None else None,
    )
