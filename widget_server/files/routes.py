"""A visitor's attachments (docs/protocol.md, section 5), and what a signed link opens."""

from typing import Any

from flask import Blueprint, Response, request

from widget_server.edge.services import service
from widget_server.edge.visitor import current_visitor, visitor_blueprint
from widget_server.files.model import Owner
from widget_server.files.service import FileService
from widget_server.files.uploads import answer_with, take_upload
from widget_server.files.vault import read_part

blueprint = visitor_blueprint("files", __name__)
links = Blueprint("file_links", __name__)


@blueprint.post("/files")
def upload() -> dict[str, Any]:
    visitor = current_visitor()
    return {"file": take_upload(Owner(visitor.site_id, visitor.visitor_id)).view()}


@blueprint.post("/files/<file_id>/link")
def link(file_id: str) -> dict[str, Any]:
    return service(FileService).link(current_visitor(), file_id)


@links.get("/files/<file_id>/<part>")
def open_link(file_id: str, part: str) -> Response:
    until, sign = request.args.get("until", ""), request.args.get("sign", "")
    return answer_with(service(FileService).open_link(file_id, read_part(part), until, sign), anywhere=True)
