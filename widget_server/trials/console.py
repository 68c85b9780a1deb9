"""The marketer's pages of experiments."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.settings import Settings
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService
from widget_server.texts import text
from widget_server.trials import advice_page, forms, page
from widget_server.trials.crossed import cross
from widget_server.trials.cta_words import Library, load_library
from widget_server.trials.detail_page import detail_page
from widget_server.trials.life import TrialLife
from widget_server.trials.model import Draft, Experiment
from widget_server.trials.report_page import report_page
from widget_server.trials.service import TrialService
from widget_server.trials.sharing import ReportSharing
from widget_server.trials.words import plan_words

blueprint = console_blueprint("trials", __name__)
marketers = needs_role("owner", "admin", "marketer")


@blueprint.get("/experiments")
@marketers
def show_list() -> str:
    operator, trials = current_operator(), service(TrialService)
    known = {site.id: site for site in service(SiteService).sites_of(operator)}
    own, in_archive = trials.experiments_of(operator), request.args.get("show") == "archived"
    kept = [one for one in own if (one.archived_at is not None) == in_archive]
    shown, pages = page.leaf(kept, request.args.get("page", ""))
    rows = page.list_rows([trials.report(experiment) for experiment in shown], known, request_language())
    found = {"rows": rows, "pages": pages, "several_sites": len(known) > 1, "has_site": bool(known)}
    found |= {"in_archive": in_archive, "has_archive": any(one.archived_at is not None for one in own)}
    return render_template("console/experiments.html", **found)


@blueprint.get("/experiments/new")
@marketers
def show_new() -> ResponseReturnValue:
    site = _chosen_site(request.args.get("site"))
    if site is None:
        return redirect(url_for("trials.show_list"))
    return _form(site, forms.blank_form(site, page.variant_names(request_language())), ["cta"])


@blueprint.post("/experiments/new")
@marketers
def create() -> ResponseReturnValue:
    site = service(SiteService).access_site(current_operator(), request.form.get("site", ""))
    try:
        experiment = service(TrialService).create_draft(current_operator(), site.id, _posted(site))
    except BadInput as error:
        return _refused(site, error)
    return _saved(experiment, site)


@blueprint.get("/experiments/preview")
@marketers
def show_preview() -> str:
    site = service(SiteService).access_site(current_operator(), request.args.get("site", ""))
    return render_template("console/experiment_preview.html", **page.preview_page(site, request.args.get("lang", "")))


@blueprint.get("/experiments/<experiment_id>")
@marketers
def show(experiment_id: str) -> str:
    experiment, site = _access(experiment_id)
    trials, language = service(TrialService), request_language()
    plan = None
    if experiment.state == "draft":
        plan = plan_words(trials.plan(current_operator(), site.id, experiment.draft), experiment.draft, language)
        plan = page.add_crossed(plan, experiment.draft, language)
        plan = page.add_number_test(plan, experiment.draft, site, language)
    data = report_page(trials.report(experiment), site, trials.log_of(experiment), plan, language)
    shared = service(ReportSharing).token_of(experiment)
    return render_template("console/experiment.html", **data, **behind(experiment, site, language), shared=shared)


@blueprint.get("/experiments/<experiment_id>/edit")
@marketers
def show_edit(experiment_id: str) -> ResponseReturnValue:
    experiment, site = _access(experiment_id)
    if experiment.state != "draft":
        return redirect(url_for("trials.show", experiment_id=experiment.id))
    return _form(site, forms.filled_form(experiment.draft), list(experiment.draft.levers), experiment)


@blueprint.post("/experiments/<experiment_id>/edit")
@marketers
def edit(experiment_id: str) -> ResponseReturnValue:
    experiment, site = _access(experiment_id)
    try:
        saved = service(TrialService).edit_draft(current_operator(), experiment.id, _posted(site))
    except BadInput as error:
        return _refused(site, error, experiment)
    return _saved(saved, site)


@blueprint.post("/experiments/<experiment_id>/start")
@marketers
def start(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialService).start, "started")


@blueprint.post("/experiments/<experiment_id>/stop")
@marketers
def stop(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialService).stop, "stopped")


@blueprint.post("/experiments/<experiment_id>/pause")
@marketers
def pause(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialLife).pause, "paused")


@blueprint.post("/experiments/<experiment_id>/resume")
@marketers
def resume(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialLife).resume, "resumed")


@blueprint.post("/experiments/<experiment_id>/archive")
@marketers
def archive(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialLife).archive, "archived")


@blueprint.post("/experiments/<experiment_id>/unarchive")
@marketers
def unarchive(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialLife).unarchive, "unarchived")


@blueprint.post("/experiments/<experiment_id>/widen")
@marketers
def widen(experiment_id: str) -> ResponseReturnValue:
    coverage = forms.read_coverage(request.form)
    return act(experiment_id, lambda by, known: service(TrialLife).widen(by, known, coverage), "widened")


@blueprint.post("/experiments/<experiment_id>/copy")
@marketers
def copy(experiment_id: str) -> ResponseReturnValue:
    experiment, _ = _access(experiment_id)
    name = text(request_language(), "experiments.copy_of", name=experiment.name)
    made = service(TrialLife).copy(current_operator(), experiment.id, name)
    return redirect(url_for("trials.show_edit", experiment_id=made.id))


@blueprint.post("/experiments/<experiment_id>/roll-out")
@marketers
def roll_out(experiment_id: str) -> ResponseReturnValue:
    variant = request.form.get("variant", "")
    return act(experiment_id, lambda by, known: service(TrialService).roll_out(by, known, variant), "rolled_out")


@blueprint.post("/experiments/<experiment_id>/roll-back")
@marketers
def roll_back(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(TrialService).roll_back, "rolled_back")


@blueprint.post("/experiments/<experiment_id>/delete")
@marketers
def delete(experiment_id: str) -> ResponseReturnValue:
    service(TrialService).delete_draft(current_operator(), experiment_id)
    flash(text(request_language(), "experiments.done.deleted"), "success")
    return redirect(url_for("trials.show_list"))


@blueprint.post("/api/experiments/plan")
@marketers
def plan() -> dict[str, Any]:
    body, operator = json_body(), current_operator()
    site = service(SiteService).access_site(operator, str(body.get("site", "")))
    levers = body.get("levers")
    draft = _crossed(forms.read_draft(body, levers if isinstance(levers, list) else [], site.languages), body)
    page.check_plannable(draft)
    words = plan_words(service(TrialService).plan(operator, site.id, draft), draft, request_language())
    words = page.add_crossed(words, draft, request_language())
    return page.add_number_test(words, draft, site, request_language())


@blueprint.post("/api/experiments/advice")
@marketers
def advice() -> dict[str, Any]:
    body = json_body()
    site = service(SiteService).access_site(current_operator(), str(body.get("site", "")))
    draft = forms.read_draft(body, ("cta", "number"), site.languages)
    return {"notes": advice_page.notes(draft, site, _library(), request_language())}


def _library() -> Library:
    return load_library(service(Settings).cta_file)


def _access(experiment_id: str) -> tuple[Experiment, Site]:
    experiment = service(TrialService).access_experiment(current_operator(), experiment_id)
    return experiment, service(SiteService).access_site(current_operator(), experiment.site_id)


def behind(experiment: Experiment, site: Site, language: str) -> dict[str, Any]:
    """Return what lies behind the verdict, nothing for a draft."""
    if experiment.state == "draft":
        return {"behind": False}
    detail = service(TrialService).detail(experiment, site.zone)
    return {"behind": True, **detail_page(detail, experiment, site, language)}


def _chosen_site(site_id: str | None) -> Site | None:
    if site_id:
        return service(SiteService).access_site(current_operator(), site_id)
    return next(iter(service(SiteService).sites_of(current_operator())), None)


def _posted(site: Site) -> Draft:
    return _crossed(forms.read_draft(request.form, request.form.getlist("levers"), site.languages), request.form)


def _crossed(draft: Draft, form: Mapping[str, Any]) -> Draft:
    return cross(draft, page.crossed_name(request_language())) if form.get("crossed") == "yes" else draft


def _saved(experiment: Experiment, site: Site) -> ResponseReturnValue:
    """After saving: start it if that was asked for; if it cannot start, show the form with what to mend."""
    if request.form.get("then") != "start":
        return redirect(url_for("trials.show", experiment_id=experiment.id))
    try:
        service(TrialService).start(current_operator(), experiment.id)
    except ProductError as error:
        return _refused(site, error, experiment)
    flash(text(request_language(), "experiments.done.started"), "success")
    return redirect(url_for("trials.show", experiment_id=experiment.id))


def _refused(site: Site, error: ProductError, experiment: Experiment | None = None) -> ResponseReturnValue:
    message = error_message(error, request_language(), "experiments")
    values, levers = request.form.to_dict(), request.form.getlist("levers")
    where = error.field or "name"
    if values.get("crossed"):  # the form holds the one variant that the four were made of
        where = where.replace("variants.c", "variants.b").replace("variants.d", "variants.b")
    return _form(site, values, levers, experiment, {where: message}), error.status


def _form(
    site: Site,
    values: dict[str, str],
    levers: list[str],
    experiment: Experiment | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    own_sites = service(SiteService).sites_of(current_operator())
    data = page.form_page(site, own_sites, values, levers, request_language())
    data["boot"]["patterns"] = advice_page.patterns(_library(), request_language())
    return render_template("console/experiment_form.html", experiment=experiment, errors=errors or {}, **data)


def act(experiment_id: str, run: Any, done: str) -> ResponseReturnValue:
    language = request_language()
    try:
        run(current_operator(), experiment_id)
        flash(text(language, f"experiments.done.{done}"), "success")
    except ProductError as error:
        if error.status == 404:
            raise
        flash(error_message(error, language, "experiments"), "danger")
    return redirect(url_for("trials.show", experiment_id=experiment_id))
