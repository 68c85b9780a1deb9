"""What else the widget asks for, and the pages on which it can be seen: hello, preflights, the demo shop."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from widget_server.callbacks.views import CallbackViews
from widget_server.chat.service import ChatService
from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.edge.visitor import answer_preflight, bearer, current_site, visitor_blueprint
from widget_server.kernel.errors import NotFound
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.service import SiteService
from widget_server.texts import LANGUAGES
from widget_server.visitors.service import VisitorService

blueprint = visitor_blueprint("embed", __name__)
pages = Blueprint("pages", __name__)


@blueprint.post("/hello")
def hello() -> dict[str, Any]:
    site = current_site()
    service(Limits).check(service(Settings).limit_hello_per_address, "hello", request.remote_addr or "")
    visitor = service(VisitorService).hello(site, *bearer(), json_body().get("context"))
    conversation = service(ChatService).find_of_visitor(visitor)
    return {
        "online": service(OperatorService).online(site.id).view(),
        "conversation": conversation.marks() if conversation else None,
        "callbacks": service(CallbackViews).of_visitor(visitor),
    }


@blueprint.route("/<path:_path>", methods=["OPTIONS"])
def preflight(_path: str) -> Response:
    return answer_preflight()


@pages.get("/")
def home() -> ResponseReturnValue:
    return redirect("/console/")


@pages.get("/healthz")
def health() -> dict[str, str]:
    return {"status": "ok"}


@pages.get("/console/offline")
def offline() -> str:
    """Say that there is no connection: the console's service worker keeps this page, so nobody need be logged in."""
    return render_template("console/offline.html")


@pages.get("/demo/<key>")
def demo(key: str) -> str:
    site = service(SiteService).find_by_key(key)
    if site is None:
        raise NotFound("no_site")
    wanted = request.args.get("lang")
    g.language = wanted if wanted in LANGUAGES else site.languages[0]
    return render_template("demo/shop.html", site=site)
