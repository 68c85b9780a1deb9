"""The page "API": the account's keys."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.api.model import ACCESSES, LONGEST_NAME, ApiKey
from widget_server.api.service import ApiKeyService
from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock, iso
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.operators.service import OperatorService
from widget_server.sites.moments import short_moment
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("api_keys", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/api-keys")
@administers
def show() -> str:
    by = current_operator()
    sites = service(SiteService).sites_of(by)
    people = {one.id: one.name for one in service(OperatorService).list_people(by)}
    names = {site.id: site.name for site in sites}
    zone = sites[0].zone if sites else None
    now, language = service(Clock).now(), request_language()

    def moment(at: Any) -> str:
        return (short_moment(at, zone, now, language) if zone else iso(at)) if at is not None else ""

    def row(key: ApiKey) -> dict[str, Any]:
        own = [names[one] for one in sorted(key.site_ids) if one in names]
        moments = {name: moment(getattr(key, name)) for name in ("created_at", "used_at", "revoked_at")}
        who = {name: people.get(getattr(key, name) or "", "") for name in ("created_by", "revoked_by")}
        about = {"id": key.id, "name": key.name, "shown": key.shown, "access": key.access}
        return {**about, **moments, **who, "sites": own, "is_live": key.revoked_at is None}

    return render_template("console/api_keys.html", rows=[row(key) for key in service(ApiKeyService).list_keys(by)])


@blueprint.route("/api-keys/new", methods=["GET", "POST"])
@administers
def new() -> ResponseReturnValue:
    form = Form(request.form, request_language(), "api")
    if request.method == "GET":
        return render_template("console/api_key_new.html", values=form.values, errors=form.errors, accesses=ACCESSES)
    name, access = form.text("name", most=LONGEST_NAME), form.values.get("access", "")
    chosen = frozenset() if "all_sites" in form.values else frozenset(form.values.getlist("sites"))
    if "all_sites" not in form.values and not chosen:
        form.add(BadInput("no_sites_chosen", field="sites"))
    if not form.errors:
        try:
            made = service(ApiKeyService).create_key(current_operator(), name, access, chosen)  # type: ignore[arg-type]  # the service refuses what is none
            return render_template("console/api_key_made.html", key=made[0], written=made[1])
        except ProductError as error:
            form.add(error)
    page = render_template("console/api_key_new.html", values=form.values, errors=form.errors, accesses=ACCESSES)
    return page, 400


@blueprint.post("/api-keys/<key_id>/revoke")
@administers
def revoke(key_id: str) -> ResponseReturnValue:
    key = service(ApiKeyService).revoke_key(current_operator(), key_id)
    flash(text(request_language(), "api.revoked", name=key.name), "success")
    return redirect(url_for("api_keys.show"))
