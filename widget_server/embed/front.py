"""The thin door in front of Flask: the paths that every page view takes, answered from prepared bytes.

Flask costs about 17 times this callable per request (``bench/front.py`` prints the ratio).
"""

import json
import logging
from collections.abc import Callable, Iterable
from typing import Any

from widget_server.beacon.model import MOST_BYTES
from widget_server.beacon.parse import read_envelope
from widget_server.beacon.service import BeaconService
from widget_server.edge.answers import DATABASE_ERRORS, error_body, from_database
from widget_server.edge.limits import Limits, client_address
from widget_server.edge.visitor import check_origin
from widget_server.embed.document import SiteDocuments
from widget_server.embed.files import Body, WidgetFiles
from widget_server.kernel.errors import BadInput, Forbidden, NotFound, ProductError, TooLarge, TryAgain
from widget_server.settings import Settings
from widget_server.sites.service import SiteService

log = logging.getLogger(__name__)
Environ = dict[str, Any]
Start = Callable[..., Any]
WSGI = Callable[[Environ, Start], Iterable[bytes]]

DOCUMENT = "/w/v1/site/"
SHORT = "public, max-age=15, stale-if-error=86400"  # who is online must not be a day old
EVERGREEN = "public, max-age=300, stale-while-revalidate=86400"
FOREVER = "public, max-age=31536000, immutable"
JSON = "application/json; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
OPEN = [("Access-Control-Allow-Origin", "*"), ("X-Content-Type-Options", "nosniff"), ("Vary", "Accept-Encoding")]


class Front:
    """A WSGI application: answers the hot paths, passes everything else on."""

    def __init__(
        self,
        behind: WSGI,
        documents: SiteDocuments,
        files: WidgetFiles,
        beacon: BeaconService,
        sites: SiteService,
        limits: Limits,
        settings: Settings,
    ) -> None:
        self._behind = behind
        self._documents = documents
        self._files = files
        self._beacon = beacon
        self._sites = sites
        self._limits = limits
        self._settings = settings

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        method = environ["REQUEST_METHOD"]
        if method in ("GET", "HEAD"):
            if path.startswith(DOCUMENT):
                return self._document(path.removeprefix(DOCUMENT), environ, start)
            if path.startswith("/widget") and (found := self._files.find(path)):
                body, immutable = found
                return _send(environ, start, body, SCRIPT, FOREVER if immutable else EVERGREEN)
        elif method == "POST" and path == "/w/v1/beacon":
            return self._take_beacon(environ, start)
        return self._behind(environ, start)

    def _document(self, key: str, environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            body = self._documents.find(key)
        except DATABASE_ERRORS as error:
            return _refuse(start, from_database(error))
        if body is None:
            return _refuse(start, NotFound("no_site"), ("Cache-Control", "public, max-age=30"))
        return _send(environ, start, body, JSON, SHORT)

    def _take_beacon(self, environ: Environ, start: Start) -> Iterable[bytes]:
        try:
            self._read_beacon(environ)
        except ProductError as error:
            return _refuse(start, error)
        except DATABASE_ERRORS as error:
            return _refuse(start, from_database(error))
        except Exception:
            log.exception("beacon failed")
            return _refuse(start, TryAgain("server"))
        start("204 No Content", OPEN)
        return []

    def _read_beacon(self, environ: Environ) -> None:
        address = client_address(environ, self._settings.trusted_proxies)
        self._limits.check(self._settings.limit_beacons_per_address, "beacon", address)
        body = read_envelope(_read_body(environ))
        site = self._sites.find_site(str(body.get("site")))
        try:
            site = check_origin(site, environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST", ""))
        except Forbidden:  # nothing is counted, the page's console stays clean, the owner is told
            assert site is not None
            self._sites.note_foreign(site.id, environ.get("HTTP_ORIGIN", "-"))
            return
        self._beacon.take(site, body, environ.get("HTTP_USER_AGENT", ""))


def _read_body(environ: Environ) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not (length.isascii() and length.isdigit()):
        raise BadInput("bad_request")
    if int(length) > MOST_BYTES:
        raise TooLarge("too_large")
    try:
        raw: bytes = environ["wsgi.input"].read(int(length))
    except OSError:  # the page was closed in the middle
        raise BadInput("bad_request") from None
    return raw


def _send(environ: Environ, start: Start, body: Body, kind: str, cache: str) -> Iterable[bytes]:
    headers = [("ETag", body.etag), ("Cache-Control", cache), *OPEN]
    if environ.get("HTTP_IF_NONE_MATCH") in (body.etag, f"W/{body.etag}"):
        start("304 Not Modified", headers)
        return []
    data = body.plain
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        data = body.packed
        headers.append(("Content-Encoding", "gzip"))
    start("200 OK", [*headers, ("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [data]


def _refuse(start: Start, error: ProductError, *headers: tuple[str, str]) -> Iterable[bytes]:
    statuses = {400: "400 Bad Request", 403: "403 Forbidden", 404: "404 Not Found", 413: "413 Content Too Large"}
    statuses |= {429: "429 Too Many Requests", 503: "503 Service Unavailable"}
    start(statuses.get(error.status, "400 Bad Request"), [("Content-Type", JSON), *headers, *OPEN])
    return [json.dumps(error_body(error, "en")).encode()]
