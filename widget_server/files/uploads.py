"""Reading an upload, and answering with a file: the headers that keep a stranger's bytes harmless."""

from urllib.parse import quote

from flask import Response, request

from widget_server.edge.limits import Limits
from widget_server.edge.services import service
from widget_server.files.model import Owner, StoredFile
from widget_server.files.service import FileService, Given
from widget_server.kernel.errors import BadInput
from widget_server.settings import Settings

CAGE = "sandbox; default-src 'none'"


def take_upload(owner: Owner) -> StoredFile:
    """Keep the request's body; limits are asked before it is read.

    Raises
    ------
    BadInput
        ``bad_request``: no length was said, or the body ended early.
    """
    files, limits, settings = service(FileService), service(Limits), service(Settings)
    size = request.content_length
    if size is None or size == 0:
        raise BadInput("file_broken", field="file")
    if owner.operator_id is None:
        limits.check(settings.limit_files_per_visitor, "file", owner.site_id, owner.visitor_id)
        limits.check(settings.limit_files_per_address, "file_address", request.remote_addr or "")
    files.check_wanted(owner, size)
    return files.keep(owner, request.args.get("name", ""), _read_body(files.most_bytes, size))


def _read_body(most: int, size: int) -> bytes:
    request.max_content_length = most
    try:
        raw = request.stream.read(size)
    except OSError:  # the page was closed in the middle
        raise BadInput("file_broken", field="file") from None
    if len(raw) != size:
        raise BadInput("file_broken", field="file")
    return raw


def answer_with(given: Given, *, anywhere: bool) -> Response:
    """Return the bytes. Only what was drawn anew is shown in place; everything else is saved.

    ``anywhere``: a picture may stand in a page of another site (the widget's).
    """
    is_shown = given.type.startswith("image/")
    answer = Response(given.data, mimetype=given.type)
    how = "inline" if is_shown and "download" not in request.args else "attachment"
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(given.file.name, safe='')}"
    answer.headers["Content-Security-Policy"] = CAGE
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if anywhere and is_shown else "same-origin"
    answer.headers["Cache-Control"] = "private, max-age=600"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
