"""The owner's forms of advertising accounts, and uploading by hand."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.conversions.model import NAMES
from widget_server.conversions.upload_model import FIELDS, SECRETS, SYSTEMS, System
from widget_server.conversions.upload_service import UploadService
from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.errors import Conflict, NotFound, ProductError
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("uploads", __name__)
administers = needs_role("owner", "admin")
marketers = needs_role("owner", "admin", "marketer")


@blueprint.get("/conversions/accounts/<system>")
@administers
def edit(system: str) -> str:
    site, chosen = _site(), _system(system)
    known = service(UploadService).look_at(site, 1).accounts.get(chosen)
    fields = MultiDict(dict(known.data) if known else _guessed(site, chosen))
    return _page(site, chosen, Form(fields, request_language(), "conversions"))


@blueprint.post("/conversions/accounts/<system>")
@administers
def connect(system: str) -> ResponseReturnValue:
    site, chosen = _site(), _system(system)
    form = Form(request.form, request_language(), "conversions")
    typed = {name: form.values.get(name, "")[:500] for name in (*FIELDS[chosen], *SECRETS[chosen])}
    try:
        service(UploadService).connect(current_operator(), site, chosen, typed)
    except ProductError as error:
        form.add(error)
        return _page(site, chosen, form), 400
    flash(text(request_language(), "conversions.connected"), "success")
    return _back(site)


@blueprint.post("/conversions/accounts/<system>/disconnect")
@administers
def disconnect(system: str) -> ResponseReturnValue:
    site = _site()
    service(UploadService).disconnect(current_operator(), site, _system(system))
    flash(text(request_language(), "conversions.disconnected"), "success")
    return _back(site)


@blueprint.post("/conversions/accounts/<system>/upload")
@marketers
def upload(system: str) -> ResponseReturnValue:
    site = _site()
    try:
        service(UploadService).upload_now(site, _system(system))
        flash(text(request_language(), "conversions.uploading"), "success")
    except Conflict as error:
        flash(error_message(error, request_language()), "danger")
    return _back(site)


def _site() -> Site:
    return service(SiteService).access_site(current_operator(), request.values.get("site", ""))


def _system(name: str) -> System:
    if name not in SYSTEMS:
        raise NotFound("not_found")
    return name


def _guessed(site: Site, system: System) -> dict[str, str]:
    known = site.analytics.metrika
    return {"counter_id": str(known)} if system == "metrika" and known else {}


def _back(site: Site) -> ResponseReturnValue:
    return redirect(url_for("conversions.show", site=site.id))


def _page(site: Site, system: System, form: Form) -> str:
    # what was typed as a secret never goes back into a page
    plain = {name: form.values.get(name, "") for name in FIELDS[system]}
    return render_template(
        "console/conversions_account.html",
        site=site,
        system=system,
        known=service(UploadService).look_at(site, 1).accounts.get(system),
        secrets=SECRETS[system],
        ids=[name for name in FIELDS[system] if name not in NAMES],
        metrics=[name for name in FIELDS[system] if name in NAMES],
        values=plain,
        errors=form.errors,
    )
