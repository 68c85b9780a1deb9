"""My day for operators, the control for the head of sales, the report of a week."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request

from widget_server.calls.log import CallTasks
from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.funnel import desk_page, page
from widget_server.funnel.chosen import chosen_site, heads, may_edit, people_of
from widget_server.funnel.days import day_start, week_of
from widget_server.funnel.desk import SalesDesk
from widget_server.funnel.setup import SetupService
from widget_server.funnel.views import Card, FunnelViews
from widget_server.sites.model import Site
from widget_server.trials.words import zone_name

blueprint = console_blueprint("lead_desk", __name__)
SHOWN = 12


@blueprint.get("/leads/today")
def my_day() -> str:
    site, language, me = chosen_site(), request_language(), current_operator()
    if site is None:
        return render_template("console/leads_no_site.html", tab="today")
    views, desk = service(FunnelViews), service(SalesDesk)
    tomorrow = day_start(site, views.now()) + timedelta(days=1, hours=2)
    known, fresh = desk.plan_and_fact(site, [me.id]), views.unanswered(site, language)
    stuck = [card for card in views.stuck(site, language) if card.lead.owner_id == me.id]
    return render_template(
        "console/leads_today.html",
        tab="today",
        site=site,
        zone=zone_name(site.zone, language),
        mine=desk_page.person_view(known, me.id, language),
        due=_rows(views.due(site, me.id, day_start(site, tomorrow), language), site),
        fresh=_rows(fresh[:SHOWN], site),
        fresh_count=len(fresh),
        stuck=_rows(stuck[:SHOWN], site),
        may_edit=may_edit(),
        **_waiting(site),
    )


@blueprint.get("/leads/control")
@heads
def control() -> str:
    site, language = chosen_site(), request_language()
    if site is None:
        return render_template("console/leads_no_site.html", tab="control")
    views, desk, people = service(FunnelViews), service(SalesDesk), people_of(site)
    known = desk.plan_and_fact(site, [one["id"] for one in people])
    stuck, fresh = views.stuck(site, language), views.unanswered(site, language)
    return render_template(
        "console/leads_control.html",
        tab="control",
        site=site,
        zone=zone_name(site.zone, language),
        **desk_page.control_view(known, {one["id"]: one["name"] for one in people}, language),
        needs=[desk_page.need_row(need, language) for need in desk.needs(site)],
        orders_a_week=known.benchmarks.orders_a_week,
        stuck=_rows(stuck[:SHOWN], site),
        stuck_count=len(stuck),
        fresh=_rows(fresh[:SHOWN], site),
        fresh_count=len(fresh),
        **_waiting(site),
    )


@blueprint.get("/leads/week")
@heads
def week() -> str:
    site, language, desk = chosen_site(), request_language(), service(SalesDesk)
    if site is None:
        return render_template("console/leads_no_site.html", tab="week")
    this = week_of(site, desk.now())
    monday = _monday(request.args.get("week", ""), this)
    found, benchmarks = desk.week(site, monday), desk.benchmarks(site)
    return render_template(
        "console/leads_week.html",
        tab="week",
        site=site,
        zone=zone_name(site.zone, language),
        **desk_page.week_view(found, benchmarks, language),
        period=desk_page.period(monday, language),
        before=(monday - timedelta(days=7)).isoformat(),
        after=(monday + timedelta(days=7)).isoformat() if monday < this else None,
    )


def _monday(raw: str, this: date) -> date:
    """Return the Monday that an address names; anything else means this week."""
    try:
        day = date.fromisoformat(raw)
        return min(day - timedelta(days=day.weekday()), this) if day.year > 2000 else this
    except (ValueError, OverflowError):
        return this


def _rows(cards: list[Card], site: Site) -> list[dict[str, Any]]:
    stages, now = service(SetupService).stages_of(site.id), service(FunnelViews).now()
    return [page.card_row(card, site, stages, now, request_language()) for card in cards]


def _waiting(site: Site) -> dict[str, Any]:
    """Return who waits for a person: calls to return, chats without an answer."""
    desk, language = service(SalesDesk), request_language()
    tasks = service(CallTasks).list_tasks(frozenset({site.id}))
    chats = desk.waiting_chats(site)
    return {
        "tasks": [desk_page.task_row(task, site, desk.now(), language) for task in tasks[:SHOWN]],
        "task_count": len(tasks),
        "chats": [desk_page.chat_row(one, desk.now(), language) for one in chats[:SHOWN]],
        "chat_count": len(chats),
    }
