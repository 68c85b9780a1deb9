"""The web on top of the house: blueprints, what pages see, sockets, the thin front."""

import hashlib
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

import widget_server.callbacks.console
import widget_server.callbacks.guard.console
import widget_server.callbacks.routes
import widget_server.calls.console
import widget_server.calls.providers.asterisk.console
import widget_server.calls.providers.asterisk.routes
import widget_server.calls.recording_pages
import widget_server.calls.routes
import widget_server.chat.console
import widget_server.chat.routes
import widget_server.embed.routes
import widget_server.inbox.console
import widget_server.notify.console
import widget_server.notify.routes
import widget_server.operators.console
import widget_server.operators.routes
import widget_server.sites.console
import widget_server.tracking.calls_console
import widget_server.tracking.console
import widget_server.tracking.routes
import widget_server.trials.console
from widget_server.assets import STATIC, TEMPLATES
from widget_server.beacon.service import BeaconService
from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.service import Guard
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.calls.detail import CallDetails
from widget_server.calls.log import CallTasks
from widget_server.calls.port import Telephony
from widget_server.calls.providers.asterisk.browser import BrowserPhones
from widget_server.calls.providers.webhooks import Webhooks
from widget_server.calls.recorder import RecordingService
from widget_server.calls.service import CallService
from widget_server.calls.speech import Speech
from widget_server.chat.service import ChatService
from widget_server.chat.sockets import OperatorChat, VisitorChat
from widget_server.edge.answers import install_error_handlers, request_language
from widget_server.edge.identity import OperatorGate, SiteGate, VisitorGate
from widget_server.edge.limits import Limits
from widget_server.edge.operator import find_operator
from widget_server.edge.services import provide, service
from widget_server.edge.sockets import Door, make_socketio
from widget_server.embed.files import load_widget_files
from widget_server.embed.front import Front
from widget_server.embed.sockets import VisitorEntrance
from widget_server.house import House
from widget_server.inbox.sockets import ConsoleEntrance
from widget_server.inbox.view import InboxView
from widget_server.notify.targets import TargetService
from widget_server.operators.devices import DeviceService
from widget_server.operators.model import AccessChanged
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.sites.answering_form import SitePeople
from widget_server.sites.service import SiteService
from widget_server.texts import page_texts, text
from widget_server.tracking.figures import InboundFigures
from widget_server.tracking.handling import InboundDesk
from widget_server.tracking.numbers import NumberService
from widget_server.tracking.page import NumberTests
from widget_server.tracking.pool import NumberPool
from widget_server.tracking.views import InboundViews
from widget_server.trials.service import TrialService
from widget_server.visitors.service import VisitorService

PUBLIC = (
    widget_server.chat.routes.blueprint,
    widget_server.callbacks.routes.blueprint,
    widget_server.calls.routes.blueprint,
    widget_server.calls.providers.asterisk.routes.blueprint,
    widget_server.tracking.routes.blueprint,
    widget_server.embed.routes.blueprint,
    widget_server.notify.routes.blueprint,
)
CONSOLE = (
    widget_server.embed.routes.pages,
    widget_server.inbox.console.blueprint,
    widget_server.chat.console.blueprint,
    widget_server.calls.console.blueprint,
    widget_server.calls.recording_pages.blueprint,
    widget_server.calls.providers.asterisk.console.blueprint,
    widget_server.callbacks.console.blueprint,
    widget_server.callbacks.guard.console.blueprint,
    widget_server.tracking.calls_console.blueprint,
    widget_server.tracking.console.blueprint,
    widget_server.trials.console.blueprint,
    widget_server.notify.console.blueprint,
    widget_server.sites.console.blueprint,
    widget_server.operators.console.blueprint,
    widget_server.operators.routes.blueprint,
)
POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
SESSION = timedelta(days=14)
LARGEST_BODY = 262_144


def create_app(house: House) -> Flask:
    """Return the whole product as one WSGI application (its ``wsgi_app`` begins with the thin front)."""
    app = Flask("widget_server", static_folder=str(STATIC), template_folder=str(TEMPLATES))
    _configure(app, house.settings)
    _provide_services(app, house)
    _provide_telephony(app, house)
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


def _provide_services(app: Flask, house: House) -> None:
    provide(app, Settings, house.settings)
    provide(app, Limits, house.limits)
    provide(app, SiteService, house.sites)
    provide(app, SiteGate, house.sites)
    provide(app, OperatorService, house.operators)
    provide(app, OperatorGate, house.operators)
    provide(app, DeviceService, house.devices)
    provide(app, VisitorService, house.visitors)
    provide(app, VisitorGate, house.visitors)
    provide(app, BeaconService, house.beacon)
    provide(app, ChatService, house.chat)
    provide(app, CallService, house.calls)
    provide(app, CallDetails, house.call_details)
    provide(app, RecordingService, house.recordings)
    provide(app, CallbackService, house.callbacks)
    provide(app, Guard, house.guard)
    provide(app, GuardDesk, house.guard_desk)
    provide(app, CallbackViews, house.callback_views)
    provide(app, CallTasks, house.inbox)
    provide(app, SitePeople, house.operators)
    provide(app, TrialService, house.trials)
    provide(app, Telephony, house.telephony)
    provide(app, NumberService, house.tracking.numbers)
    provide(app, NumberPool, house.tracking.pool)
    provide(app, InboundDesk, house.tracking.desk)
    provide(app, InboundViews, house.tracking.views)
    provide(app, InboundFigures, house.tracking.figures)
    provide(app, NumberTests, house.trials)
    provide(app, TargetService, house.notify.targets)
    provide(app, InboxView, house.inbox)


def _provide_telephony(app: Flask, house: House) -> None:
    provide(app, Webhooks, house.webhooks)
    provide(app, Speech, Speech(house.settings))
    provide(app, BrowserPhones, BrowserPhones(house.settings, house.devices))


def _open_sockets(app: Flask, house: House) -> None:
    socketio = make_socketio(app, house.settings, house.sites)
    visitor_entrance = VisitorEntrance(house.sites, house.visitors, house.limits, house.settings)
    visitors = Door(socketio, "/visitor", visitor_entrance.let_in)
    VisitorChat(house.chat, house.push).join(visitors)
    entrance = ConsoleEntrance(app, house.operators, house.settings)
    console = Door(socketio, "/console", entrance.let_in)
    entrance.join(console)
    OperatorChat(house.chat, house.push).join(console)
    house.push.open(visitors, console)
    house.bus.after(AccessChanged, lambda event: console.drop(lambda operator: operator.id == event.operator_id))


def _what_pages_see() -> dict[str, Any]:
    language = request_language()
    operator = find_operator()
    return {
        "text": lambda key, **args: text(language, key, **args),
        "page_texts": lambda prefix: page_texts(language, prefix),
        "lang": language,
        "me": operator,
        "sites": service(SiteService).sites_of(operator) if operator else [],
        "call_news": lambda: service(GuardDesk).news_of(operator.site_ids) if operator else [],
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
