"""A visitor's page asks for a number of its own (docs/protocol.md, section 5)."""

from typing import Any

from flask import request

from widget_server.beacon.model import is_bot
from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.edge.visitor import bearer, current_site, visitor_blueprint
from widget_server.settings import Settings
from widget_server.tracking.numbers import shown_view
from widget_server.tracking.pool import NumberPool
from widget_server.visitors.model import read_context
from widget_server.visitors.service import VisitorService

blueprint = visitor_blueprint("tracking", __name__)


@blueprint.post("/number")
def hold_number() -> dict[str, Any]:
    """Say hello, and lease a number; programs get none: they never call."""
    site, raw = current_site(), json_body().get("context")
    service(Limits).check(service(Settings).limit_hello_per_address, "hello", request.remote_addr or "")
    visitor = service(VisitorService).hello(site, *bearer(), raw)
    automated = isinstance(raw, dict) and raw.get("automated") is True
    if is_bot(request.headers.get("User-Agent"), automated):
        return {"number": None}
    held = service(NumberPool).hold(site.id, visitor.visitor_id, read_context(raw).variants)
    if held is None:
        return {"number": None}
    times = {"for_seconds": held.hold.total_seconds(), "every_seconds": held.hold.total_seconds() / 4}
    return {"number": shown_view(held.number), **{name: int(seconds) for name, seconds in times.items()}}
