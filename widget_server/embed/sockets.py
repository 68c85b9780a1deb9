"""Who may open a visitor's socket, and what every visitor's page is told: whether somebody is there."""

from typing import Any

from widget_server.edge.identity import SiteGate, VisitorIdentity
from widget_server.edge.limits import Limits, client_address
from widget_server.edge.push import Push, site_room, visitor_room
from widget_server.edge.visitor import check_origin, read_token
from widget_server.operators.model import PresenceChanged
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings
from widget_server.visitors.service import VisitorService


class VisitorEntrance:
    """Lets a visitor's page in: does what ``POST /hello`` does."""

    def __init__(self, sites: SiteGate, visitors: VisitorService, limits: Limits, settings: Settings) -> None:
        self._sites = sites
        self._visitors = visitors
        self._limits = limits
        self._settings = settings

    def let_in(self, environ: dict[str, Any], auth: dict[str, Any]) -> tuple[VisitorIdentity, str, list[str]]:
        site = self._sites.find_site(str(auth.get("site", "")))
        site = check_origin(site, environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST", ""))
        address = client_address(environ, self._settings.trusted_proxies)
        self._limits.check(self._settings.limit_hello_per_address, "hello", address)
        visitor_id, secret = read_token(auth.get("token"))
        who = self._visitors.hello(site, visitor_id, secret, auth.get("context"))
        return who, who.language, [visitor_room(site.id, visitor_id), site_room(site.id)]


class OnlinePush:
    """Tells open pages when operators come and go."""

    def __init__(self, push: Push, operators: OperatorService) -> None:
        self._push = push
        self._operators = operators

    def on_presence(self, event: PresenceChanged) -> None:
        for site_id in event.site_ids:
            self._push.to_visitors(site_id, "online", self._operators.online(site_id).view())
            people = self._operators.people_of(frozenset([site_id]))
            self._push.to_operators(site_id, "presence", {"operators": people})
