"""The page says who its visitor is (docs/protocol.md, section 5)."""

from typing import Any

from flask import request

from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.edge.visitor import bearer, current_site, visitor_blueprint
from widget_server.identity.service import IdentityService
from widget_server.kernel.errors import Unauthorized
from widget_server.settings import Settings

blueprint = visitor_blueprint("identify", __name__)


@blueprint.post("/identify")
def identify() -> dict[str, Any]:
    """Every answer that a healthy page can get is a 200: browsers write others into the console of the site's page."""
    site, body = current_site(), json_body()
    service(Limits).check(service(Settings).limit_hello_per_address, "hello", request.remote_addr or "")
    told = body.get("identity")
    if isinstance(told, dict) and "link" in told:
        return service(IdentityService).follow(site, told["link"])
    try:
        return service(IdentityService).identify(site, bearer(), told, body.get("context"))
    except Unauthorized as error:
        if error.code != "wrong_token":
            raise
        return {"state": "other_browser"}
