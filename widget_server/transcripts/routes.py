"""A visitor asks for their talk by e-mail (docs/protocol.md, section 5)."""

from typing import Any

from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body, read_text
from widget_server.edge.services import service
from widget_server.edge.visitor import current_visitor, visitor_blueprint
from widget_server.transcripts.model import LIMIT_ASKED
from widget_server.transcripts.service import TranscriptService

blueprint = visitor_blueprint("transcripts", __name__)


@blueprint.post("/transcript")
def transcript() -> dict[str, Any]:
    visitor = current_visitor()
    service(Limits).check(LIMIT_ASKED, "transcript", visitor.site_id, visitor.visitor_id)
    service(TranscriptService).request_transcript(visitor, read_text(json_body(), "email", most=254))
    return {"sent": True}
