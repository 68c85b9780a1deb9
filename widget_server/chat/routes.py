"""The visitor's chat over HTTP (docs/protocol.md, section 5)."""

from typing import Any

from widget_server.chat.parse import read_entry
from widget_server.chat.service import ChatService
from widget_server.edge.payload import json_body, query_number, read_number
from widget_server.edge.services import service
from widget_server.edge.visitor import current_visitor, visitor_blueprint

blueprint = visitor_blueprint("chat", __name__)


@blueprint.get("/messages")
def sync() -> dict[str, Any]:
    return service(ChatService).sync_visitor(current_visitor(), query_number("after"))


@blueprint.post("/messages")
def post() -> dict[str, Any]:
    visitor, body = current_visitor(), json_body()
    posted = service(ChatService).post_from_visitor(visitor, read_entry(body, "visitor"))
    return {"message": posted.view_of_visitor()}


@blueprint.post("/end")
def end() -> dict[str, Any]:
    return {"conversation": service(ChatService).end_by_visitor(current_visitor())}


@blueprint.post("/read")
def read() -> dict[str, Any]:
    visitor, body = current_visitor(), json_body()
    return {"visitor_read_seq": service(ChatService).read_by_visitor(visitor, read_number(body, "seq"))}
