"""The pages of leads: the board, the list, a new lead, one lead."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.funnel import page
from widget_server.funnel.chosen import access_site, chosen_site, editors, may_edit, people_of
from widget_server.funnel.forms import read_draft
from widget_server.funnel.money import OFFERED, own_currency
from widget_server.funnel.service import LeadService
from widget_server.funnel.setup import SetupService
from widget_server.funnel.views import A_PAGE, FunnelViews, Wanted
from widget_server.funnel.words import local_field, stage_name
from widget_server.kernel.errors import ProductError
from widget_server.kernel.untrusted import clean_text
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format
from widget_server.texts import text

blueprint = console_blueprint("leads", __name__)
WISHES = ("state", "stage", "owner", "warmth", "origin", "find")


@blueprint.get("/leads")
def show_board() -> str:
    site, language, views = chosen_site(), request_language(), service(FunnelViews)
    if site is None:
        return render_template("console/leads_no_site.html", tab="board")
    owner = request.args.get("owner", "")
    stages, now = service(SetupService).stages_of(site.id), views.now()
    least = service(SetupService).plan_of(site.id)[0].stage_least
    columns = [page.column_view(one, site, stages, least, now, language) for one in views.board(site, language, owner)]
    return render_template(
        "console/leads_board.html",
        tab="board",
        site=site,
        columns=columns,
        owner=owner,
        owners=page.owners(people_of(site)),
        is_empty=not any(column["cards"] for column in columns),
        may_edit=may_edit(),
    )


@blueprint.get("/leads/list")
def show_list() -> str:
    site, language, views = chosen_site(), request_language(), service(FunnelViews)
    if site is None:
        return render_template("console/leads_no_site.html", tab="list")
    wanted = read_wanted()
    cards, total = views.page(site, wanted, language)
    stages, now = service(SetupService).stages_of(site.id), views.now()
    return render_template(
        "console/leads_list.html",
        tab="list",
        site=site,
        rows=[page.card_row(card, site, stages, now, language) for card in cards],
        total=total,
        wanted=wanted,
        as_args=page.as_args(wanted, page=0),
        filtered=any(getattr(wanted, name) for name in WISHES[1:]),
        older=page.as_args(wanted, page=wanted.page + 1, site=site.id) if (wanted.page + 1) * A_PAGE < total else None,
        choices=page.filter_choices(stages, people_of(site), language),
        may_edit=may_edit(),
    )


@blueprint.route("/leads/new", methods=["GET", "POST"])
@editors
def new_lead() -> ResponseReturnValue:
    site, language = chosen_site(), request_language()
    if site is None:
        return redirect(url_for("leads.show_board"))
    form = Form(request.form, language, "funnel")
    if request.method == "GET":
        return _new_form(site, form)
    try:
        lead = service(LeadService).take_lead(site.id, read_draft(request.form, current_operator().id), "person")
    except ProductError as error:
        form.add(error)
        return _new_form(site, form), 400
    flash(text(language, "funnel.done.added"), "success")
    return redirect(url_for("leads.show_lead", lead_id=lead.id))


@blueprint.get("/leads/<lead_id>")
def show_lead(lead_id: str) -> ResponseReturnValue:
    lead = service(LeadService).access_lead(current_operator(), lead_id)
    if lead.id != lead_id:
        return redirect(url_for("leads.show_lead", lead_id=lead.id))
    return lead_page(lead_id, Form(MultiDict(), request_language(), "funnel"))


def read_wanted() -> Wanted:
    """Return what the address of a list asks for."""
    raw = request.args.get("page", "")
    at = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 6 else 0
    wishes = {name: clean_text(request.args[name])[:120] for name in WISHES if name in request.args}
    return replace(Wanted(page=at), **wishes)  # type: ignore[arg-type]  # words, all of them


def lead_page(lead_id: str, form: Form) -> str:
    """Return the page of a lead; after a slip, with what was typed and what is wrong with it."""
    lead = service(LeadService).access_lead(current_operator(), lead_id)
    site, language, views = access_site(lead.site_id), request_language(), service(FunnelViews)
    stages, people = service(SetupService).stages_of(site.id), people_of(site)
    found, own = views.dossier(lead, site, language), own_currency(site.country)
    return render_template(
        "console/lead.html",
        tab="list",
        site=site,
        **page.dossier_view(found, site, stages, views.now(), language),
        stages=[(one.key, stage_name(one, language)) for one in stages],
        kinds=page.kinds(language),
        owners=[("", text(language, "funnel.nobody")), *page.owners(people)],
        currencies=[(code, code) for code in dict.fromkeys((own, *OFFERED))],
        next_at=local_field(lead.next_at, site),
        may_edit=may_edit(),
        values=form.values,
        errors=form.errors,
    )


def _new_form(site: Site, form: Form) -> str:
    example = phone_format(site.country)["example"]
    return render_template(
        "console/lead_new.html", tab="list", site=site, values=form.values, errors=form.errors, example=example
    )
