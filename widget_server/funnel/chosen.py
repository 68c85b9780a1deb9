"""Which site a page of leads is about, and who may do what there."""

from typing import Any

from flask import request

from widget_server.edge.operator import current_operator, needs_role
from widget_server.edge.services import service
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

editors = needs_role("owner", "admin", "operator")
heads = needs_role("owner", "admin", "marketer")
administers = needs_role("owner", "admin")


def chosen_site() -> Site | None:
    """Return the site of the address, the first one without; None while the reader has none."""
    if site_id := request.values.get("site"):
        return access_site(site_id)
    return next(iter(service(SiteService).sites_of(current_operator())), None)


def access_site(site_id: str) -> Site:
    return service(SiteService).access_site(current_operator(), site_id)


def people_of(site: Site) -> list[dict[str, Any]]:
    """Return who works with leads of a site; marketers read."""
    return [one for one in service(OperatorService).people_of([site.id]) if one["role"] != "marketer"]


def may_edit() -> bool:
    return current_operator().role != "marketer"
