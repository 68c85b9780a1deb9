"""The owner's pages of numbers: the list with what each brought, a form for one, the rules of the site."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.calls.port import Telephony
from widget_server.calls.providers.simulated.telephony import SimulatedTelephony
from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.errors import NotFound, ProductError
from widget_server.sites.model import Site
from widget_server.sites.phone import phone_format, phone_text, read_phone
from widget_server.sites.service import SiteService
from widget_server.texts import text
from widget_server.tracking import page
from widget_server.tracking.figures import InboundFigures
from widget_server.tracking.model import TRACKING, TrackedNumber
from widget_server.tracking.number_form import fields_of, read_number, read_rules
from widget_server.tracking.numbers import NumberService
from widget_server.tracking.pool import NumberPool

blueprint = console_blueprint("numbers", __name__)
marketers = needs_role("owner", "admin", "marketer")
administers = needs_role("owner", "admin")
SHOWN_CALLS = 12
SHOWN_DAYS = 30


@blueprint.get("/numbers")
@marketers
def show_list() -> ResponseReturnValue:
    site = _chosen_site(request.args.get("site"))
    if site is None:
        return render_template("console/numbers_empty.html")
    return _list(site, Form(_rule_fields(site), request_language(), "tracking"))


@blueprint.post("/numbers/rules")
@administers
def save_rules() -> ResponseReturnValue:
    site = _access_site(request.form.get("site", ""))
    form = Form(request.form, request_language(), "tracking")
    try:
        service(NumberService).set_rules(site.id, read_rules(form))
    except ProductError as error:
        form.add(error)
        return _list(site, form), 400
    flash(text(request_language(), "tracking.saved"), "success")
    return redirect(url_for("numbers.show_list", site=site.id))


@blueprint.route("/numbers/new", methods=["GET", "POST"])
@administers
def new_number() -> ResponseReturnValue:
    site = _access_site(request.values.get("site", ""))
    form = Form(request.form, request_language(), "tracking")
    if request.method == "GET":
        return _form(
            site, Form(MultiDict({"use": request.args.get("use", TRACKING[0])}), request_language(), "tracking")
        )
    draft = read_number(form, site)
    if draft is not None:
        try:
            service(NumberService).add(site.id, draft)
            return _saved(site, "added")
        except ProductError as error:
            form.add(error)
    return _form(site, form), 400


@blueprint.route("/numbers/<number_id>", methods=["GET", "POST"])
@administers
def edit_number(number_id: str) -> ResponseReturnValue:
    number = service(NumberService).access_number(current_operator(), number_id)
    site = _access_site(number.site_id)
    form = Form(request.form, request_language(), "tracking")
    if request.method == "GET":
        return _form(site, Form(fields_of(number, site), request_language(), "tracking"), number)
    draft = read_number(form, site, number)
    if draft is not None:
        try:
            service(NumberService).change(number, draft)
            return _saved(site, "saved")
        except ProductError as error:
            form.add(error)
    return _form(site, form, number), 400


@blueprint.post("/numbers/<number_id>/remove")
@administers
def remove_number(number_id: str) -> ResponseReturnValue:
    number = service(NumberService).access_number(current_operator(), number_id)
    try:
        service(NumberService).remove(number)
    except ProductError as error:
        flash(error_message(error, request_language(), "tracking"), "danger")
        return redirect(url_for("numbers.edit_number", number_id=number.id))
    return _saved(_access_site(number.site_id), "removed")


@blueprint.post("/numbers/<number_id>/play")
@marketers
def play_call(number_id: str) -> ResponseReturnValue:
    """Let a call come in, where the telephony is simulated."""
    number = service(NumberService).access_number(current_operator(), number_id)
    pbx, site = service(Telephony), _access_site(number.site_id)
    if not isinstance(pbx, SimulatedTelephony):
        raise NotFound("not_found")
    pbx.call_in(number.e164, read_phone(phone_format(site.country)["example"], site.country).e164)
    return _saved(site, "check.played")


def _list(site: Site, form: Form) -> str:
    numbers, figures, language = service(NumberService), service(InboundFigures), request_language()
    found, now = numbers.numbers_of([site.id]), figures.now()
    lines = service(page.NumberTests).lines_of(site.id)
    rules, pool = numbers.rules_of(site.id), service(NumberPool).figures(site.id)
    rows = page.number_rows(found, figures.of_numbers([one.id for one in found]), lines, site, now, language)
    calls = figures.list_calls([site.id], SHOWN_DAYS, SHOWN_CALLS)
    return render_template(
        "console/numbers.html",
        site=site,
        rows=rows,
        pool=page.pool_view(pool, rules, 0 if pool.size else figures.busiest_hour(site.id)),
        rules=rules,
        calls=page.call_rows(calls, lines, site, now, language),
        values=form.values,
        errors=form.errors,
        snippet=_snippet(site),
        is_simulated=isinstance(service(Telephony), SimulatedTelephony),
    )


def _form(site: Site, form: Form, number: TrackedNumber | None = None) -> str:
    language = request_language()
    departments = [("", text(language, "tracking.rings_all"))]
    departments += [(one.id, one.name_in(language)) for one in site.departments]
    return render_template(
        "console/number.html",
        site=site,
        number=number,
        shown=phone_text(number.e164, site.country) if number is not None else "",
        values=form.values,
        errors=form.errors,
        uses=[
            (use, text(language, f"tracking.use.{use}.name"), text(language, f"tracking.use.{use}.hint"))
            for use in TRACKING
        ],
        departments=departments,
        example=phone_format(site.country)["example"],
    )


def _saved(site: Site, done: str) -> ResponseReturnValue:
    flash(text(request_language(), f"tracking.{done}"), "success")
    return redirect(url_for("numbers.show_list", site=site.id))


def _rule_fields(site: Site) -> MultiDict[str, str]:
    rules = service(NumberService).rules_of(site.id)
    return MultiDict({name: str(value) for name, value in vars(rules).items()})


def _snippet(site: Site) -> str:
    """Return what an owner writes where a number stands on a page."""
    if not site.numbers:
        return ""
    number = site.numbers[0]
    return f'<a href="tel:{number.e164}" data-widget-number>{number.text}</a>'


def _access_site(site_id: str) -> Site:
    return service(SiteService).access_site(current_operator(), site_id)


def _chosen_site(site_id: str | None) -> Site | None:
    if site_id:
        return _access_site(site_id)
    return next(iter(service(SiteService).sites_of(current_operator())), None)
