"""The owner's page of the CRM."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.crm.page import link_row, stage_rows, tested_view
from widget_server.crm.service import CrmService
from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.funnel.chosen import access_site, administers, chosen_site
from widget_server.funnel.setup import SetupService
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, ProductError
from widget_server.sites.model import Site
from widget_server.texts import text

blueprint = console_blueprint("crm", __name__)


@blueprint.get("/leads/crm")
@administers
def show() -> ResponseReturnValue:
    site = chosen_site()
    if site is None:
        return render_template("console/leads_no_site.html", tab="crm")
    return _page(site, Form(MultiDict(), request_language(), "crm"))


@blueprint.post("/leads/crm/connect")
@administers
def connect() -> ResponseReturnValue:
    site, form = _posted_site(), Form(request.form, request_language(), "crm")
    try:
        service(CrmService).connect(current_operator(), site, form.text("address", most=500))
    except ProductError as error:
        form.add(error)
        return _page(site, form), 400
    return _back(site)


@blueprint.post("/leads/crm/check")
@administers
def check() -> ResponseReturnValue:
    site = _posted_site()
    service(CrmService).check(site)
    return _back(site)


@blueprint.post("/leads/crm/test")
@administers
def test() -> ResponseReturnValue:
    site = _posted_site()
    service(CrmService).test(site, request_language())
    return _back(site)


@blueprint.post("/leads/crm/stages")
@administers
def arrange() -> ResponseReturnValue:
    site, form = _posted_site(), Form(request.form, request_language(), "crm")
    keys = [key for key, _ in stage_rows(service(SetupService).stages_of(site.id), request_language())]
    stages = {key: form.values.get(f"stage.{key}", "")[:50] for key in keys}
    try:
        service(CrmService).arrange(site, stages, "makes_deals" in form.values)
    except ProductError as error:
        form.add(error)
        return _page(site, form), 400
    flash(text(request_language(), "crm.saved"), "success")
    return _back(site)


@blueprint.post("/leads/crm/disconnect")
@administers
def disconnect() -> ResponseReturnValue:
    site = _posted_site()
    service(CrmService).disconnect(current_operator(), site)
    flash(text(request_language(), "crm.disconnected"), "success")
    return _back(site)


@blueprint.post("/leads/crm/again/<lead_id>")
@administers
def tell_again(lead_id: str) -> ResponseReturnValue:
    site = _posted_site()
    try:
        service(CrmService).tell_again(site, lead_id)
        flash(text(request_language(), "crm.queued_again"), "success")
    except Conflict as error:
        flash(error_message(error, request_language()), "danger")
    return _back(site)


@blueprint.get("/api/crm/<site_id>")
@administers
def watch(site_id: str) -> dict[str, Any]:
    it = service(CrmService).find(access_site(site_id))
    return {"state": "none" if it is None else f"{it.state}-{it.tested.get('state', '')}"}


def _posted_site() -> Site:
    return access_site(request.form.get("site", ""))


def _back(site: Site) -> ResponseReturnValue:
    return redirect(url_for("crm.show", site=site.id))


def _page(site: Site, form: Form) -> str:
    crm, language, now = service(CrmService), request_language(), service(Clock).now()
    it = crm.find(site)
    return render_template(
        "console/crm.html",
        tab="crm",
        site=site,
        it=it,
        watched=it and f"{it.state}-{it.tested.get('state', '')}",
        stages=stage_rows(service(SetupService).stages_of(site.id), language),
        tested=it and tested_view(it, site, language),
        troubled=[link_row(one, it, site, now, language) for one in crm.list_troubled(site)] if it else [],
        told=[link_row(one, it, site, now, language) for one in crm.list_told(site)] if it else [],
        waiting=crm.count_waiting(site),
        values=form.values,
        errors=form.errors,
    )
