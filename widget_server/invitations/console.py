"""The marketer's pages of invitations: the list with what came of each, and a form for one."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.invitations import page
from widget_server.invitations.form import blank_rule, fields_of, read_rule
from widget_server.invitations.service import InvitationService
from widget_server.kernel.errors import ProductError
from widget_server.kernel.ids import new_id
from widget_server.sites.invitations import Rule
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("invitations", __name__)
marketers = needs_role("owner", "admin", "marketer")


@blueprint.get("/invitations")
@marketers
def show_list() -> ResponseReturnValue:
    own = service(SiteService).sites_of(current_operator())
    if not own:
        return redirect(url_for("trials.show_list"))
    site = _access(request.args.get("site") or own[0].id)
    caps = {name: str(getattr(site.invitations, name)) for name in ("per_day", "per_week")}
    return _list(site, Form(MultiDict(caps), request_language(), "invitations"))


@blueprint.post("/invitations/caps")
@marketers
def save_caps() -> ResponseReturnValue:
    site = _access(request.form.get("site", ""))
    form = _posted()
    try:
        service(InvitationService).set_caps(site, form.number("per_day"), form.number("per_week"))
    except ProductError as error:
        form.add(error)
        return _list(site, form), 400
    return _saved(site, "saved")


@blueprint.route("/invitations/new", methods=["GET", "POST"])
@marketers
def new_rule() -> ResponseReturnValue:
    site = _access(request.values.get("site", ""))
    blank = blank_rule(site)
    if request.method == "GET":
        return _form(site, blank, Form(fields_of(blank, site), request_language(), "invitations"))
    return _save(site, replace(blank, id=new_id()))


@blueprint.route("/invitations/<rule_id>", methods=["GET", "POST"])
@marketers
def edit_rule(rule_id: str) -> ResponseReturnValue:
    site = _access(request.values.get("site", ""))
    rule = service(InvitationService).get_rule(site, rule_id)
    if request.method == "GET":
        return _form(site, rule, Form(fields_of(rule, site), request_language(), "invitations"))
    return _save(site, rule)


@blueprint.post("/invitations/<rule_id>/remove")
@marketers
def remove_rule(rule_id: str) -> ResponseReturnValue:
    site = _access(request.form.get("site", ""))
    service(InvitationService).remove_rule(site, rule_id)
    return _saved(site, "removed")


def _save(site: Site, known: Rule) -> ResponseReturnValue:
    form = _posted()
    rule = read_rule(form, site, known.id)
    if not form.errors:
        try:
            service(InvitationService).save_rule(site, rule)
            return _saved(site, "saved")
        except ProductError as error:
            form.add(error)
    return _form(site, known, form), 400


def _access(site_id: str) -> Site:
    return service(SiteService).access_site(current_operator(), site_id)


def _posted() -> Form:
    return Form(request.form, request_language(), "invitations")


def _saved(site: Site, done: str) -> ResponseReturnValue:
    flash(text(request_language(), f"invitations.done.{done}"), "success")
    return redirect(url_for("invitations.show_list", site=site.id))


def _list(site: Site, form: Form) -> str:
    rows = page.list_rows(site, service(InvitationService).outcomes(site), request_language())
    own_sites = [(one.id, one.name) for one in service(SiteService).sites_of(current_operator())]
    return render_template(
        "console/invitations.html", site=site, own_sites=own_sites, rows=rows, values=form.values, errors=form.errors
    )


def _form(site: Site, rule: Rule, form: Form) -> str:
    data = page.form_page(site, rule, request_language())
    look = f"{site.seen_url or f'/demo/{site.key}'}?widget-invite={rule.id}" if rule.id and rule.is_on else None
    return render_template("console/invitation.html", values=form.values, errors=form.errors, look=look, **data)
