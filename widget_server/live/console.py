"""The page of who is on the sites."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.chat.parse import read_entry
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.live.service import LiveVisitors
from widget_server.sites.service import SiteService

blueprint = console_blueprint("live_console", __name__)


@blueprint.get("/visitors")
def show_visitors() -> str:
    return render_template("console/visitors.html")


@blueprint.post("/visitors/sites/<site_id>")
@needs_role("owner", "admin")
def switch_site(site_id: str) -> ResponseReturnValue:
    site = service(SiteService).access_site(current_operator(), site_id)
    service(SiteService).update_site(site.id, {"live": request.form.get("on") == "1"})
    return redirect(url_for("live_console.show_visitors"))


@blueprint.get("/api/visitors")
def data() -> dict[str, Any]:
    operator = current_operator()
    sites = [site for site in service(SiteService).sites_of(operator) if site.live]
    return {"visitors": service(LiveVisitors).list_here(operator, sites), "is_on": bool(sites)}


@blueprint.post("/api/visitors/<ref>/write")
def write(ref: str) -> dict[str, Any]:
    return service(LiveVisitors).write_first(current_operator(), ref, read_entry(json_body(), "operator"))
