"""The operator's chat over HTTP (docs/protocol.md, section 7)."""

from typing import Any

from widget_server.chat.model import LONGEST_BODY
from widget_server.chat.service import ChatService
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.payload import json_body, query_number, read_id, read_number, read_text
from widget_server.edge.services import service

blueprint = console_blueprint("chat_console", __name__)


@blueprint.get("/api/conversations/<conversation_id>/messages")
def sync(conversation_id: str) -> dict[str, Any]:
    return service(ChatService).sync_operator(current_operator(), conversation_id, query_number("after"))


@blueprint.post("/api/conversations/<conversation_id>/messages")
def post(conversation_id: str) -> dict[str, Any]:
    operator, body = current_operator(), json_body()
    client_id, words = read_id(body, "client_id"), read_text(body, "body", most=LONGEST_BODY)
    return {"message": service(ChatService).post_from_operator(operator, conversation_id, client_id, words).view()}


@blueprint.post("/api/conversations/<conversation_id>/read")
def read(conversation_id: str) -> dict[str, Any]:
    operator, seq = current_operator(), read_number(json_body(), "seq")
    return {"conversation": service(ChatService).read_by_operator(operator, conversation_id, seq).marks()}


@blueprint.post("/api/conversations/<conversation_id>/close")
def close(conversation_id: str) -> dict[str, Any]:
    return {"conversation": service(ChatService).close(current_operator(), conversation_id).marks()}


@blueprint.post("/api/conversations/<conversation_id>/reopen")
def reopen(conversation_id: str) -> dict[str, Any]:
    return {"conversation": service(ChatService).reopen(current_operator(), conversation_id).marks()}
