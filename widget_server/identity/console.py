"""The owner's page of identity verification: the secret, shown once, and what to put into the site's program."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.identity.secrets import IdentitySecrets
from widget_server.identity.service import IdentityService
from widget_server.identity.snippets import SNIPPETS
from widget_server.kernel.clock import Clock
from widget_server.settings import Settings
from widget_server.sites.model import Site, tag_of
from widget_server.sites.moments import short_moment
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("identity", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/sites/<site_id>/identity")
@administers
def show(site_id: str) -> str:
    return _page(_access(site_id))


@blueprint.post("/sites/<site_id>/identity/renew")
@administers
def renew(site_id: str) -> ResponseReturnValue:
    site = _access(site_id)
    made = service(IdentitySecrets).renew(site, current_operator())
    return _page(site, made.secret), 200, {"Cache-Control": "no-store"}


@blueprint.post("/sites/<site_id>/identity/<secret_id>/revoke")
@administers
def revoke(site_id: str, secret_id: str) -> ResponseReturnValue:
    site = _access(site_id)
    service(IdentitySecrets).revoke(site, secret_id, current_operator())
    flash(text(request_language(), "identity.revoked"), "success")
    return redirect(url_for("identity.show", site_id=site.id))


@blueprint.post("/api/conversations/<conversation_id>/links/revoke")
def revoke_links(conversation_id: str) -> dict[str, bool]:
    service(IdentityService).revoke_links(current_operator(), conversation_id)
    return {"revoked": True}


def _access(site_id: str) -> Site:
    return service(SiteService).access_site(current_operator(), site_id)


def _page(site: Site, fresh: str = "") -> str:
    now, language = service(Clock).now(), request_language()
    rows = [
        {
            "id": one.id,
            "end": one.end,
            "made": short_moment(one.created_at, site.zone, now, language),
            "until": short_moment(one.until, site.zone, now, language) if one.until else "",
        }
        for one in service(IdentitySecrets).list_of(site)
    ]
    base = service(Settings).public_url.rstrip("/") or request.url_root.rstrip("/")
    tag = tag_of(base, site.key).replace(" data-site", ' data-identity="{{ chat_identity(user) }}" data-site')
    return render_template(
        "console/site_identity.html", site=site, secrets=rows, fresh=fresh, snippets=SNIPPETS, tag=tag
    )
