"""The console's first page and its data."""

from typing import Any

from flask import render_template, request

from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.payload import json_body, read_flag
from widget_server.edge.services import service
from widget_server.inbox.view import InboxView
from widget_server.operators.service import OperatorService

blueprint = console_blueprint("inbox", __name__)


@blueprint.get("/")
def show() -> str:
    return render_template("console/inbox.html")


@blueprint.get("/api/inbox")
def data() -> dict[str, Any]:
    status = "closed" if request.args.get("queue") == "closed" else "open"
    return service(InboxView).inbox(current_operator(), status, request.args.get("site"))


@blueprint.get("/api/conversations/<conversation_id>")
def conversation(conversation_id: str) -> dict[str, Any]:
    return service(InboxView).conversation(current_operator(), conversation_id)


@blueprint.post("/api/conversations/<conversation_id>/contact")
def note_contact(conversation_id: str) -> dict[str, Any]:
    return {"visitor": service(InboxView).note_contact(current_operator(), conversation_id, json_body())}


@blueprint.post("/api/me/takes-calls")
def takes_calls() -> dict[str, Any]:
    on = read_flag(json_body(), "on")
    service(OperatorService).set_takes_calls(current_operator(), on)
    return {"takes_calls": on}


@blueprint.post("/api/me/takes-chats")
def takes_chats() -> dict[str, Any]:
    on = read_flag(json_body(), "on")
    service(OperatorService).set_takes_chats(current_operator(), on)
    return {"takes_chats": on}
