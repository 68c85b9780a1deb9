"""A site's own form sends a lead: by a script, or by the browser alone (docs/leads.md, "Your own form")."""

from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.identity import SiteIdentity, VisitorGate
from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.edge.visitor import bearer, current_site, read_token, visitor_blueprint
from widget_server.funnel.service import LeadService
from widget_server.funnel.site_form import LIMIT_SENT, is_trap, page_of, read_cause, read_site_form, way_back
from widget_server.kernel.errors import ProductError, Unauthorized

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
blueprint = visitor_blueprint("site_form", __name__)


@blueprint.post("/leads")
def take() -> ResponseReturnValue:
    site, body = current_site(), request.form.to_dict() if request.mimetype in FORMS else json_body()
    if "text/html" not in request.headers.get("Accept", ""):  # a script, which reads JSON
        _take(site, body)
        return {"taken": True}
    try:
        back = way_back(body, _origin())
        _take(site, body)
    except ProductError as error:
        return _refused(error, site), error.status
    return redirect(back, 303)


def _take(site: SiteIdentity, body: dict[str, Any]) -> None:
    service(Limits).check(LIMIT_SENT, "lead", site.id, request.remote_addr or "-")
    if is_trap(body):
        return
    draft = read_site_form(body, page_of(body, _origin(), request.referrer))
    visitor_id = _visitor_id(site, body)
    service(LeadService).take_lead(site.id, draft, "form", cause=read_cause(body), visitor_id=visitor_id)


def _visitor_id(site: SiteIdentity, body: dict[str, Any]) -> str | None:
    """Return the browser that proved who it is. A person is not lost because their browser could not."""
    try:
        token = bearer() if "Authorization" in request.headers else read_token(body.get("visitor"))
    except Unauthorized:
        return None
    found = service(VisitorGate).find_visitor(site, *token)
    return found.visitor_id if found is not None else None


def _origin() -> str:
    return request.headers.get("Origin", "")


def _refused(error: ProductError, site: SiteIdentity) -> str:
    g.language = request.args.get("lang") or site.language
    message = error_message(error, request_language(), "funnel")
    return render_template("lead_refused.html", message=message, back=page_of({}, _origin(), request.referrer))
