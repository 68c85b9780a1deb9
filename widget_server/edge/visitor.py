"""The visitor's side of the edge: site key, Origin, token, CORS."""

from flask import Blueprint, Response, request

from widget_server.edge.identity import SiteGate, SiteIdentity, VisitorGate, VisitorIdentity
from widget_server.edge.services import service
from widget_server.kernel.errors import Forbidden, NotFound, Unauthorized
from widget_server.kernel.ids import is_id


def current_site() -> SiteIdentity:
    """Return the site named by ``?site=``, if the page that asks belongs to it.

    Raises
    ------
    NotFound
        ``no_site``: the key is unknown.
    Forbidden
        ``foreign_origin``: the page is not one of the site's.
    """
    site = service(SiteGate).find_site(request.args.get("site", ""))
    return check_origin(site, request.headers.get("Origin"), request.host, request.method == "GET")


def check_origin(site: SiteIdentity | None, origin: str | None, host: str, may_miss: bool = False) -> SiteIdentity:
    """Return the site if a page of ``origin`` may speak for it: its own pages, and previews on our own ``host``."""
    if site is None:
        raise NotFound("no_site")
    if not may_speak(site, origin, host) and not (may_miss and origin is None):
        raise Forbidden("foreign_origin", origin=(origin or "-")[:200])
    return site


def may_speak(site: SiteIdentity, origin: str | None, host: str) -> bool:
    """Tell whether a page of ``origin`` is one of the site's, or a preview on our own ``host``."""
    return site.allows(origin) or origin in (f"http://{host}", f"https://{host}")


def read_token(token: object) -> tuple[str, str]:
    """Split ``<visitor id>.<secret>``.

    Raises
    ------
    Unauthorized
        ``bad_token`` if it has another form.
    """
    visitor_id, _, secret = str(token).partition(".")
    if not (is_id(visitor_id) and is_id(secret)):
        raise Unauthorized("bad_token")
    return visitor_id, secret


def bearer() -> tuple[str, str]:
    return read_token(request.headers.get("Authorization", "").removeprefix("Bearer "))


def current_visitor() -> VisitorIdentity:
    """Return the registered visitor who asks.

    Raises
    ------
    Unauthorized
        ``unknown_visitor``: never said hello (say it, then ask again), or the secret is wrong.
    """
    found = service(VisitorGate).find_visitor(current_site(), *bearer())
    if found is None:
        raise Unauthorized("unknown_visitor")
    return found


def visitor_blueprint(name: str, import_name: str) -> Blueprint:
    """Return a blueprint under ``/w/v1`` that answers pages of the site's origins and nobody else."""
    blueprint = Blueprint(name, import_name, url_prefix="/w/v1")
    blueprint.after_request(_add_cors)
    return blueprint


def answer_preflight() -> Response:
    return _add_cors(Response(status=204))


def _add_cors(response: Response) -> Response:
    site = service(SiteGate).find_site(request.args.get("site", ""))
    origin = request.headers.get("Origin")
    response.headers["Vary"] = "Origin"
    response.headers["Cache-Control"] = "no-store"
    if site is not None and origin is not None and may_speak(site, origin, request.host):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Max-Age"] = "7200"
    return response
