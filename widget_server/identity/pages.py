"""The page behind a link of a letter: the talk, opened again. What lies in it is asked for by the widget, not here."""

from flask import Blueprint, g, make_response, render_template
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.services import service
from widget_server.identity.service import IdentityService
from widget_server.sites.service import SiteService

blueprint = Blueprint("talk", __name__)


@blueprint.get("/c/<token>")
def show(token: str) -> ResponseReturnValue:
    site_id = service(IdentityService).find_linked(token)
    site = service(SiteService).get_site(site_id) if site_id else None
    if site is not None and request_language() not in site.languages:
        g.language = site.languages[0]
    page = make_response(render_template("talk.html", site=site, token=token), 200 if site else 404)
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Cache-Control"] = "no-store"
    return page
