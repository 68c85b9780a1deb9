"""The operator's chat over HTTP (docs/protocol.md, section 7)."""

from typing import Any

from flask import render_template, request

from widget_server.chat.assignment import Assignment
from widget_server.chat.desk_page import PERIODS, bars, people_rows
from widget_server.chat.figures import DeskFigures, Summary
from widget_server.chat.parse import read_entry, read_expected, read_transfer
from widget_server.chat.service import ChatService
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.payload import json_body, query_number, read_number
from widget_server.edge.services import service
from widget_server.files.model import Owner
from widget_server.files.uploads import take_upload
from widget_server.kernel.clock import Clock
from widget_server.operators.service import OperatorService

blueprint = console_blueprint("chat_console", __name__)


@blueprint.get("/api/conversations/<conversation_id>/messages")
def sync(conversation_id: str) -> dict[str, Any]:
    return service(ChatService).sync_operator(current_operator(), conversation_id, query_number("after"))


@blueprint.post("/api/conversations/<conversation_id>/messages")
def post(conversation_id: str) -> dict[str, Any]:
    operator, body = current_operator(), json_body()
    entry = read_entry(body, "operator")
    return {"message": service(ChatService).post_from_operator(operator, conversation_id, entry).view()}


@blueprint.post("/api/conversations/<conversation_id>/files")
def upload(conversation_id: str) -> dict[str, Any]:
    operator = current_operator()
    conversation = service(ChatService).access_conversation(operator, conversation_id)
    return {"file": take_upload(Owner(conversation.site_id, conversation.visitor_id, operator.id)).view()}


@blueprint.post("/api/conversations/<conversation_id>/read")
def read(conversation_id: str) -> dict[str, Any]:
    operator, seq = current_operator(), read_number(json_body(), "seq")
    return {"conversation": service(ChatService).read_by_operator(operator, conversation_id, seq).marks()}


@blueprint.post("/api/conversations/<conversation_id>/claim")
def claim(conversation_id: str) -> dict[str, Any]:
    expected = read_expected(json_body())
    claimed = service(Assignment).claim(current_operator(), conversation_id, expected)
    return {"conversation": claimed.holding()}


@blueprint.post("/api/conversations/<conversation_id>/transfer")
def transfer(conversation_id: str) -> dict[str, Any]:
    aim, note, expected = read_transfer(json_body())
    passed = service(Assignment).transfer(current_operator(), conversation_id, aim, note, expected)
    return {"conversation": passed.holding()}


@blueprint.get("/api/desk")
def desk() -> dict[str, Any]:
    """Return how it goes on the operator's sites now."""
    return service(DeskFigures).now(current_operator().site_ids)


@blueprint.get("/desk")
@needs_role("owner", "admin")
def show_desk() -> str:
    me, now = current_operator(), service(Clock).now()
    asked = request.args.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[0]
    talks, figures = service(DeskFigures).since(me.site_ids, days), service(DeskFigures).now(me.site_ids)
    people = service(OperatorService)
    zone = people.zone_of(me.site_ids)
    rows = people_rows(talks, people.people_of(me.site_ids), figures["load"], now)
    shown = {"bars": bars(talks, days, zone, now), "people": rows, "summary": Summary.of(talks, now)}
    return render_template("console/desk.html", days=days, periods=PERIODS, now=figures, zone=zone.key, **shown)


@blueprint.post("/api/conversations/<conversation_id>/close")
def close(conversation_id: str) -> dict[str, Any]:
    return {"conversation": service(ChatService).close(current_operator(), conversation_id).marks()}


@blueprint.post("/api/conversations/<conversation_id>/reopen")
def reopen(conversation_id: str) -> dict[str, Any]:
    return {"conversation": service(ChatService).reopen(current_operator(), conversation_id).marks()}
