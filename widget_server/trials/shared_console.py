"""The report outside the console: behind a link, as a table, as data."""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.operator import current_operator
from widget_server.edge.services import service
from widget_server.sites.service import SiteService
from widget_server.trials.console import act, behind, marketers
from widget_server.trials.export import report_data, report_table
from widget_server.trials.report_page import report_page
from widget_server.trials.service import TrialService
from widget_server.trials.sharing import ReportSharing

console = Blueprint("trial_files", __name__, url_prefix="/console/experiments")
public = Blueprint("shared_reports", __name__, url_prefix="/r")
KEPT = timedelta(minutes=1)


@console.post("/<experiment_id>/share")
@marketers
def share(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(ReportSharing).open, "shared")


@console.post("/<experiment_id>/unshare")
@marketers
def unshare(experiment_id: str) -> ResponseReturnValue:
    return act(experiment_id, service(ReportSharing).close, "unshared")


@console.get("/<experiment_id>.csv")
@marketers
def as_table(experiment_id: str) -> Response:
    trials = service(TrialService)
    report = trials.report(trials.access_experiment(current_operator(), experiment_id))
    named = {"Content-Disposition": 'attachment; filename="experiment.csv"', "Cache-Control": "no-store"}
    return Response(report_table(report, request_language()), mimetype="text/csv", headers=named)


@console.get("/<experiment_id>.json")
@marketers
def as_data(experiment_id: str) -> Response:
    trials = service(TrialService)
    answer = jsonify(report_data(trials.report(trials.access_experiment(current_operator(), experiment_id))))
    answer.headers["Content-Disposition"] = 'attachment; filename="experiment.json"'
    return answer


@public.get("/<token>")
def show(token: str) -> Response:
    experiment = service(ReportSharing).get_shared(token)
    site, language = service(SiteService).get_site(experiment.site_id), request_language()
    data = report_page(service(TrialService).report(experiment), site, [], None, language)
    page = make_response(
        render_template("console/experiment_shared.html", **data, **behind(experiment, site, language))
    )
    page.headers |= {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
    return page
