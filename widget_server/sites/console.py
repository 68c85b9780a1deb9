"""The owner's pages of sites: the list, the wizard's second and third step, settings, the tag."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock, iso_or_none
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.settings import Settings
from widget_server.sites.answering_form import SitePeople
from widget_server.sites.beauty import hidden_in
from widget_server.sites.calling_form import currency_of
from widget_server.sites.draft import SiteDraft
from widget_server.sites.formats import beauty_of, local_groups, number_kind, offered_forms
from widget_server.sites.model import Site, is_open, tag_of
from widget_server.sites.origins import show_domains
from widget_server.sites.phone import COUNTRIES, phone_format, read_phone
from widget_server.sites.places import countries, timezones
from widget_server.sites.service import SiteService
from widget_server.sites.site_form import fields_of, read_basics, read_widget
from widget_server.texts import text

blueprint = console_blueprint("sites", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/sites")
@administers
def show_sites() -> str:
    now = service(Clock).now()
    found = service(SiteService).sites_of(current_operator())
    cards = [(site, show_domains(site.origins), is_open(site, now)) for site in found]
    return render_template("console/sites.html", cards=cards)


@blueprint.route("/sites/new", methods=["GET", "POST"])
@administers
def new_site() -> ResponseReturnValue:
    return _create("console/site_new.html", "sites.show_tag")


@blueprint.route("/setup/site", methods=["GET", "POST"])
@administers
def setup_site() -> ResponseReturnValue:
    return _create("console/setup_site.html", "sites.setup_done")


@blueprint.get("/setup/<site_id>/done")
@administers
def setup_done(site_id: str) -> str:
    return _show_tag("console/setup_done.html", site_id)


@blueprint.get("/sites/<site_id>/tag")
@administers
def show_tag(site_id: str) -> str:
    return _show_tag("console/site_tag.html", site_id)


@blueprint.route("/sites/<site_id>", methods=["GET", "POST"])
@administers
def edit_site(site_id: str) -> ResponseReturnValue:
    site = service(SiteService).access_site(current_operator(), site_id)
    form = Form(request.form, request_language(), "sites")
    if request.method == "GET":
        return _page("console/site.html", Form(fields_of(site), request_language(), "sites"), site=site)
    changes = read_basics(form, site.key) | read_widget(form, site.key)
    if not form.errors:
        try:
            service(SiteService).update_site(site.id, changes, current_operator())
        except ProductError as error:
            form.add(error)
        else:
            flash(text(request_language(), "sites.saved"), "success")
            return redirect(url_for("sites.edit_site", site_id=site.id))
    return _page("console/site.html", form, site=site), 400


@blueprint.get("/api/sites/<site_id>/seen")
def seen(site_id: str) -> dict[str, Any]:
    site = service(SiteService).access_site(current_operator(), site_id)
    foreign = service(SiteService).find_foreign(site.id)
    return {"at": iso_or_none(site.seen_at), "url": site.seen_url, "foreign": foreign}


@blueprint.get("/api/numbers")
def forms_of_number() -> dict[str, Any]:
    """Return the forms in which a number that is being typed can be shown."""
    country = request.args.get("country", "")
    if country not in COUNTRIES:
        raise BadInput("bad_country", field="country")
    typed = request.args.get("number", "").strip()
    e164 = read_phone(typed, country).e164
    forms = offered_forms(e164, request.args.get("text", ""), typed)
    shown = [{"text": form, "kind": number_kind(e164, form), "why": _why_pretty(e164, form)} for form in forms]
    return {"e164": e164, "forms": shown}


def _why_pretty(e164: str, form: str) -> list[str]:
    """Say what is easy to remember in a form, and what it hides."""
    language, beauty = request_language(), beauty_of(e164, form)
    seen = [text(language, f"sites.beauty.{trait.kind}", shown=trait.shown) for trait in beauty.traits]
    hidden = [text(language, "sites.hidden", shown=trait.shown) for trait in hidden_in(local_groups(e164, form))]
    left = text(language, "sites.to_remember", n=beauty.digits - beauty.saves, all=beauty.digits)
    return [*([left] if seen else []), *seen, *hidden]


def _create(template: str, then: str) -> ResponseReturnValue:
    form = Form(request.form, request_language(), "sites")
    if request.method == "GET":
        languages = ("ru", "en") if request_language() == "ru" else ("en", "ru")
        return _page(template, Form(fields_of(SiteDraft("", languages)), request_language(), "sites"))
    changes = read_basics(form)
    if not form.errors:
        try:
            site = service(SiteService).create_site(
                current_operator().account_id, SiteDraft(**changes), current_operator()
            )
            return redirect(url_for(then, site_id=site.id))
        except ProductError as error:
            form.add(error)
    return _page(template, form), 400


def _page(template: str, form: Form, site: Site | None = None) -> str:
    language, country = request_language(), form.values.get("country", "")
    return render_template(
        template,
        site=site,
        values=form.values,
        errors=form.errors,
        countries=countries(language),
        timezones=timezones(language, country, form.values.get("timezone", ""), service(Clock).now()),
        example=phone_format(country if country in COUNTRIES else "RU")["example"],
        currency=currency_of(country, language),
        people=service(SitePeople).people_of([site.id]) if site else [],
    )


def _show_tag(template: str, site_id: str) -> str:
    site = service(SiteService).access_site(current_operator(), site_id)
    base = service(Settings).public_url.rstrip("/") or request.url_root.rstrip("/")
    domains = show_domains(site.origins)
    return render_template(template, site=site, domains=domains, snippet=tag_of(base, site.key))
