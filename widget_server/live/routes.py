"""The beat of a page that is looked at (docs/protocol.md, section 5)."""

from typing import Any

from flask import request

from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.edge.visitor import bearer, current_site, visitor_blueprint
from widget_server.kernel.errors import NotFound
from widget_server.live.service import LiveVisitors
from widget_server.settings import Settings
from widget_server.sites.service import SiteService

blueprint = visitor_blueprint("live", __name__)


@blueprint.post("/here")
def beat() -> dict[str, Any]:
    site = current_site()
    if not service(SiteService).get_site(site.id).live:
        raise NotFound("not_found")
    service(Limits).check(service(Settings).limit_hello_per_address, "here", request.remote_addr or "")
    return service(LiveVisitors).beat(site, *bearer(), json_body().get("context"))
