"""Attachments for operators, by their session: those of their own sites."""

from flask import Response

from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.files.service import FileService
from widget_server.files.uploads import answer_with
from widget_server.files.vault import read_part

blueprint = console_blueprint("files_console", __name__)


@blueprint.get("/files/<file_id>/<part>")
def open_file(file_id: str, part: str) -> Response:
    return answer_with(service(FileService).open_for(current_operator(), file_id, read_part(part)), anywhere=False)
