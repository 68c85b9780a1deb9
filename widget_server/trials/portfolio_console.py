"""The marketer's page of all experiments of all sites."""

from flask import render_template, request

from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.sites.service import SiteService
from widget_server.trials.portfolio import ENDS, make_portfolio
from widget_server.trials.portfolio_page import portfolio_page
from widget_server.trials.service import TrialService

blueprint = console_blueprint("portfolio", __name__)
marketers = needs_role("owner", "admin", "marketer")


@blueprint.get("/portfolio")
@marketers
def show() -> str:
    operator, trials = current_operator(), service(TrialService)
    known = {site.id: site for site in service(SiteService).sites_of(operator)}
    site_id, end = request.args.get("site", ""), request.args.get("end", "")
    site_id, end = (site_id if site_id in known else ""), (end if end in ENDS else "")
    own = [one for one in trials.experiments_of(operator) if not site_id or one.site_id == site_id]
    found = make_portfolio([trials.report(one) for one in own])
    shown = [entry for entry in found.entries if not end or entry.end == end]
    return render_template(
        "console/portfolio.html",
        **portfolio_page(found, shown, known, request_language()),
        site_id=site_id,
        end=end,
        own_sites=[(one.id, one.name) for one in known.values()],
        is_empty=not found.entries,
    )
