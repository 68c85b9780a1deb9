"""The page of calls: on top what asks for a person, below the log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template, request

from widget_server.calls.log import PERIODS, RESULTS, CallTasks, LogFilter
from widget_server.calls.service import CallService
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.operators.service import OperatorService
from widget_server.sites.model import Site
from widget_server.sites.service import SiteService

blueprint = console_blueprint("calls", __name__)


@blueprint.get("/calls")
def show() -> str:
    operator, wanted = current_operator(), LogFilter.read(request.args)
    sites = {site.id: site for site in service(SiteService).sites_of(operator)}
    log = service(CallService).read_log(operator, wanted, sites)
    tasks = _tasks(sites, operator.language)
    return render_template("console/calls.html", wanted=wanted, log=log, tasks=tasks, **_choices())


def _tasks(sites: Mapping[str, Site], language: str) -> list[dict[str, Any]]:
    local = service(CallService).local_time
    return [
        {**task, "at": local(datetime.fromisoformat(task["requested_at"]), sites[task["site"]["id"]], language)}
        for task in service(CallTasks).list_tasks(frozenset(sites))
    ]


def _choices() -> dict[str, Any]:
    people = service(OperatorService).people_of(current_operator().site_ids)
    return {"people": people, "periods": PERIODS, "results": tuple(RESULTS)}
