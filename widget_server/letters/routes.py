"""Where a mail server or a provider posts letters as they came (docs/alerts.md)."""

from flask import Blueprint, request

from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound
from widget_server.letters.service import LetterService

blueprint = Blueprint("letters_outside", __name__)


@blueprint.post("/letters/in")
def take() -> dict[str, str]:
    """Take a raw letter (``message/rfc822``). Whatever becomes of it, it need not be posted again."""
    if not service(LetterService).is_known(request.headers.get("X-Letters-Secret", "")):
        raise NotFound("not_found")
    return {"outcome": service(LetterService).take(request.get_data())}
