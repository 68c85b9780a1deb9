"""The page Reports: calls and traffic of one site."""

from babel.dates import get_day_names
from flask import render_template, request

from widget_server.calls.log import RESULTS, clock_face
from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.operators.service import OperatorService
from widget_server.reports.drill import WISHES, CallFinder
from widget_server.reports.model import PERIODS, Dimension, Period, read_period
from widget_server.reports.page import Page
from widget_server.reports.service import ReportService
from widget_server.sites.model import Site
from widget_server.sites.moments import moment
from widget_server.sites.phone import phone_text
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("reports", __name__)
SHOWN: tuple[Dimension, ...] = ("all", "hour", "device", "source", "number", "operator", "page", "known")
LISTED = 200


@blueprint.get("/reports")
def show() -> str:
    site = _asked_site()
    if site is None:
        return render_template("console/reports_none.html")
    period = _asked_period(site)
    reports, language = service(ReportService), request_language()
    now, before = reports.count(site, period, SHOWN), reports.count(site, period.before(), ("all",))
    page = Page(now, before, _names(site, language), language)
    return render_template(
        "console/reports.html", page=page, site=site, period=period, periods=PERIODS, days=_asked("days")
    )


@blueprint.get("/reports/calls")
def list_calls() -> str:
    site = _asked_site()
    if site is None:
        return render_template("console/reports_none.html")
    language = request_language()
    wishes = {name: request.args[name] for name in WISHES if name in request.args}
    period = _asked_period(site)
    found = service(CallFinder).find(site, period, wishes, LISTED)
    count = service(ReportService).count_calls(site, period, wishes)
    names = _names(site, language)
    rows = [
        {
            "id": one.call.id,
            "at": moment(one.call.started_at, site.zone, language),
            "phone": phone_text(one.call.phone, site.country) if one.call.phone else "—",
            "outcome": text(language, f"calls.state.{one.call.outcome}") if one.call.outcome else "—",
            "operator": names["operator"].get(one.call.operator_id or "", "—"),
            "talk": clock_face(one.call.talk()) if one.call.outcome == "talked" else None,
        }
        for one in found
    ]
    return render_template(
        "console/reports_calls.html", rows=rows, count=count, most=LISTED, site=site, wishes=wishes, names=names
    )


def _asked(name: str) -> str:
    return request.args.get(name, "")


def _asked_site() -> Site | None:
    sites = service(SiteService).sites_of(current_operator())
    return next((site for site in sites if site.id == _asked("site")), sites[0] if sites else None)


def _asked_period(site: Site) -> Period:
    return read_period(_asked("first"), _asked("last"), _asked("days"), service(ReportService).today(site))


def _names(site: Site, language: str) -> dict[str, dict[str, str]]:
    people = service(OperatorService).people_of(frozenset({site.id}))
    days = get_day_names("wide", locale=language)
    return {
        "hour": {str(hour): f"{hour}:00–{hour}:59" for hour in range(24)},
        "weekday": {str(number): day for number, day in days.items()},
        "result": {name: text(language, f"calls.results.{name}") for name in RESULTS},
        "length": {name: text(language, f"reports.length.{name}") for name in ("short", "middle", "long")},
        "direction": {name: text(language, f"calls.direction.{name}") for name in ("callback", "inbound")},
        "device": {name: text(language, f"reports.device.{name}") for name in ("phone", "tablet", "desktop")},
        "known": {name: text(language, f"reports.known.{name}") for name in ("new", "known")},
        "number": {one.id: one.text for one in (*site.numbers, *site.variant_numbers)},
        "operator": {one["id"]: one["name"] for one in people},
    }
