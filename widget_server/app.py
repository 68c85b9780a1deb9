"""The web on top of the house: blueprints, what pages see, sockets, the thin front."""

import hashlib
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from widget_server.assets import STATIC, TEMPLATES
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.calls.providers.asterisk.browser import BrowserPhones
from widget_server.chat.sockets import OperatorChat, VisitorChat
from widget_server.crm.service import CrmService
from widget_server.demo.mark import DemoMark
from widget_server.doors import CONSOLE, PUBLIC, services_of
from widget_server.edge.answers import install_error_handlers, request_language
from widget_server.edge.hints import Hints
from widget_server.edge.operator import find_operator
from widget_server.edge.services import provide, service
from widget_server.edge.sockets import Door, make_socketio
from widget_server.embed.files import load_widget_files
from widget_server.embed.front import Front
from widget_server.embed.sockets import VisitorEntrance
from widget_server.identity.model import VisitorIdentified
from widget_server.inbox.sockets import ConsoleEntrance
from widget_server.operators.model import AccessChanged
from widget_server.rooms import House
from widget_server.settings import Settings
from widget_server.sites.service import SiteService
from widget_server.texts import page_texts, text

POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
SESSION = timedelta(days=14)
LARGEST_BODY = 262_144


def create_app(house: House) -> Flask:
    """Return the whole product as one WSGI application (its ``wsgi_app`` begins with the thin front)."""
    app = Flask("widget_server", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    _configure(app, house.settings)
    for kind, one in services_of(house).items():
        provide(app, kind, one)
    install_error_handlers(app)
    csrf = CSRFProtect(app)
    for blueprint in PUBLIC:
        csrf.exempt(blueprint)
    for blueprint in (*PUBLIC, *CONSOLE):
        app.register_blueprint(blueprint)
    app.context_processor(_what_pages_see)
    app.after_request(_add_security_headers)
    _open_sockets(app, house)
    files = load_widget_files(STATIC)
    app.wsgi_app = Front(  # type: ignore[method-assign, assignment]  # Flask's own way of putting something in front
        app.wsgi_app, house.documents, files, house.beacon, house.sites, house.limits, house.settings
    )
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PERMANENT_SESSION_LIFETIME=SESSION,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_NAME="__Host-console" if settings.https else "console",
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _open_sockets(app: Flask, house: House) -> None:
    socketio = make_socketio(app, house.settings, house.sites)
    visitor_entrance = VisitorEntrance(house.sites, house.visitors, house.limits, house.settings)
    visitors = Door(socketio, "/visitor", visitor_entrance.let_in)
    VisitorChat(house.chat, house.chat_room.whereabouts, house.push).join(visitors)
    entrance = ConsoleEntrance(app, house.operators, house.settings)
    console = Door(socketio, "/console", entrance.let_in)
    entrance.join(console)
    OperatorChat(house.chat, house.chat_room.whereabouts, house.push).join(console)
    hints = socketio.server.manager
    house.push.open(visitors, console, hints.is_unsure if isinstance(hints, Hints) else lambda: False)
    house.bus.after(VisitorIdentified, lambda event: visitors.drop(event.is_about))
    house.bus.after(AccessChanged, lambda event: console.drop(lambda operator: operator.id == event.operator_id))


def _what_pages_see() -> dict[str, Any]:
    language = request_language()
    operator = find_operator()
    sites = service(SiteService).sites_of(operator) if operator else []
    return {
        "text": lambda key, **args: text(language, key, **args),
        "page_texts": lambda prefix: page_texts(language, prefix),
        "lang": language,
        "me": operator,
        "sites": sites,
        "made_up": lambda: service(DemoMark).is_wanted(sites),
        "call_news": lambda: service(GuardDesk).news_of(operator.site_ids) if operator else [],
        "crm_of": lambda lead_id: service(CrmService).of_lead(lead_id),
        "asset": _asset,
        "phone_place": lambda: service(BrowserPhones).place_of(operator) if operator else "elsewhere",
        "own_url": request.url_root.rstrip("/"),
    }


def _asset(path: str) -> str:
    return url_for("static", filename=path, v=_fingerprint(path))


@cache
def _fingerprint(path: str) -> str:
    return hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:10]


def _policy() -> str:
    pbx = urlsplit(service(Settings).browser_phones)
    return f"{POLICY}; connect-src 'self' {pbx.scheme}://{pbx.netloc}" if pbx.netloc else POLICY


def _add_security_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", _policy())
        headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith("/console/api/"):
        headers.setdefault("Cache-Control", "no-store")
    return response
