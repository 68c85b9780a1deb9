"""The owner's pages: the stages of a site, its plan and benchmarks."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server.edge.answers import request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint
from widget_server.edge.services import service
from widget_server.funnel.chosen import administers, chosen_site, people_of
from widget_server.funnel.forms import MOST_FIELDS, read_plan, read_stages
from widget_server.funnel.setup import SetupService
from widget_server.funnel.setup_store import EVERYBODY
from widget_server.funnel.stage_model import INDICATORS
from widget_server.funnel.words import stage_chain, stage_name
from widget_server.kernel.errors import ProductError
from widget_server.sites.model import Site
from widget_server.texts import text

blueprint = console_blueprint("lead_setup", __name__)


@blueprint.route("/leads/stages", methods=["GET", "POST"])
@administers
def stages() -> ResponseReturnValue:
    site, language = chosen_site(), request_language()
    if site is None:
        return render_template("console/leads_no_site.html", tab="stages")
    if request.method == "GET":
        return _stages(site, Form(_stage_fields(site, language), language, "funnel"))
    form = Form(request.form, language, "funnel")
    try:
        service(SetupService).set_stages(site.id, read_stages(form, language))
    except ProductError as error:
        form.add(error)
        return _stages(site, form), 400
    flash(text(language, "funnel.done.stages"), "success")
    return redirect(url_for("lead_setup.stages", site=site.id))


@blueprint.route("/leads/plan", methods=["GET", "POST"])
@administers
def plan() -> ResponseReturnValue:
    site, language = chosen_site(), request_language()
    if site is None:
        return render_template("console/leads_no_site.html", tab="plan")
    if request.method == "GET":
        return _plan(site, Form(_plan_fields(site), language, "funnel"))
    form = Form(request.form, language, "funnel")
    try:
        service(SetupService).set_plan(site.id, *read_plan(form, [one["id"] for one in people_of(site)]))
    except ProductError as error:
        form.add(error)
        return _plan(site, form), 400
    flash(text(language, "funnel.done.plan"), "success")
    return redirect(url_for("lead_setup.plan", site=site.id))


def _stages(site: Site, form: Form) -> str:
    filled = [place for place in range(MOST_FIELDS) if form.values.get(f"name.{place}")]
    fields = [*filled, (filled[-1] + 1) if filled else 0]
    return render_template(
        "console/lead_stages.html", tab="stages", site=site, fieldsets=fields, values=form.values, errors=form.errors
    )


def _stage_fields(site: Site, language: str) -> MultiDict[str, str]:
    fields: dict[str, Any] = {}
    for place, stage in enumerate(service(SetupService).stages_of(site.id)):
        chain = "\n".join(stage_chain(stage, language))
        own = {"key": stage.key, "name": stage_name(stage, language), "chain": chain}
        own |= {"norm": str(round(stage.norm * 100)), "age_days": str(stage.age_days)}
        fields |= {f"{name}.{place}": value for name, value in own.items()}
    return MultiDict(fields)


def _plan(site: Site, form: Form) -> str:
    everybody = {"id": EVERYBODY, "name": text(request_language(), "funnel.plan.everybody")}
    return render_template(
        "console/lead_plan.html",
        tab="plan",
        site=site,
        people=[everybody, *people_of(site)],
        indicators=INDICATORS,
        values=form.values,
        errors=form.errors,
    )


def _plan_fields(site: Site) -> MultiDict[str, str]:
    benchmarks, goals = service(SetupService).plan_of(site.id)
    fields = {name: str(value) for name, value in vars(benchmarks).items()}
    fields |= {f"goals.{who}.{indicator}": str(per_day) for (who, indicator), per_day in goals.items()}
    return MultiDict(fields)
