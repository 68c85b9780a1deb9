"""The page of calls (on top what asks for a person, below the log), and the page of one call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.calls.detail import CallDetails
from widget_server.calls.log import PERIODS, RESULTS, CallTasks, LogFilter
from widget_server.calls.service import CallService
from widget_server.edge.answers import error_message
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

blueprint = console_blueprint("calls", __name__)


@blueprint.get("/calls")
def show() -> str:
    operator, wanted = current_operator(), LogFilter.read(request.args)
    sites = _sites()
    log = service(CallService).read_log(operator, wanted, sites)
    tasks = _tasks(sites, operator.language)
    return render_template("console/calls.html", wanted=wanted, log=log, tasks=tasks, **_choices())


@blueprint.get("/calls/<call_id>")
def show_call(call_id: str) -> str:
    call = service(CallDetails).show(current_operator(), call_id, _sites())
    return render_template("console/call.html", call=call)


@blueprint.post("/calls/<call_id>/tags")
def add_tag(call_id: str) -> ResponseReturnValue:
    operator = current_operator()
    try:
        service(CallDetails).add_tag(operator, call_id, request.form.get("tag", ""))
    except BadInput as error:
        flash(error_message(error, operator.language), "danger")
    return redirect(url_for("calls.show_call", call_id=call_id, _anchor="tags"))


@blueprint.post("/calls/<call_id>/tags/remove")
def remove_tag(call_id: str) -> ResponseReturnValue:
    service(CallDetails).remove_tag(current_operator(), call_id, request.form.get("tag", ""))
    return redirect(url_for("calls.show_call", call_id=call_id, _anchor="tags"))


def _sites() -> dict[str, Site]:
    return {site.id: site for site in service(SiteService).sites_of(current_operator())}


def _tasks(sites: Mapping[str, Site], language: str) -> list[dict[str, Any]]:
    local = service(CallService).local_time
    return [
        {**task, "at": local(datetime.fromisoformat(task["requested_at"]), sites[task["site"]["id"]], language)}
        for task in service(CallTasks).list_tasks(frozenset(sites))
    ]


def _choices() -> dict[str, Any]:
    people = service(OperatorService).people_of(current_operator().site_ids)
    return {"people": people, "periods": PERIODS, "results": tuple(RESULTS)}
