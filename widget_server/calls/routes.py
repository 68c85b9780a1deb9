"""Where a cloud provider tells us what happens on the line: public, believed by signature only."""

from pathlib import Path

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from widget_server.calls.providers.webhooks import Delivery, Webhooks
from widget_server.edge.answers import error_body
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.settings import Settings

blueprint = Blueprint("telephony", __name__, url_prefix="/telephony")
SCENARIO = Path(__file__).parent / "providers" / "voximplant" / "scenario.js"


@blueprint.post("/<provider>/<path:path>")
def receive(provider: str, path: str) -> ResponseReturnValue:
    webhooks = service(Webhooks)
    if provider != webhooks.name:
        raise NotFound("not_found")
    reply = webhooks.receive(_delivery(path))
    return Response(reply.body, content_type=reply.content_type, headers={"Cache-Control": "no-store"})


@blueprint.get("/voximplant/scenario.js")
def show_scenario() -> ResponseReturnValue:
    """Return the scenario that an owner puts into their Voximplant application; it holds no secret."""
    return Response(SCENARIO.read_text(), mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.errorhandler(ProductError)
def refuse(error: ProductError) -> ResponseReturnValue:
    return error_body(error, "en"), error.status


def _delivery(path: str) -> Delivery:
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    body = request.get_data(cache=True)
    form = tuple(request.form.items(multi=True))
    return Delivery(path, service(Settings).url + request.path + query, dict(request.headers), body, form)
