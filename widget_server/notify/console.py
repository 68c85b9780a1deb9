"""The page "Alerts": who is told, and what was told."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import Conflict, NotFound, ProductError
from widget_server.notify.model import EVENTS, KINDS_OF, Target, Wishes
from widget_server.notify.page import Page, connection, watched
from widget_server.notify.targets import PAGE, TargetService
from widget_server.notify.wishes_form import fields_of, read_wishes
from widget_server.operators.service import OperatorService
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("alerts", __name__)
administers = needs_role("owner", "admin")
TYPED = ("email", "telegram", "webhook")


@blueprint.get("/alerts")
def show() -> str:
    by, alerts, page = current_operator(), service(TargetService), _page()
    found = alerts.list_targets(by)
    latest = alerts.latest(found)
    log = alerts.list_deliveries(found, request.args.get("before", ""))
    names = {target.id: target for target in found}
    return render_template(
        "console/alerts.html",
        rows=[page.target(target, latest.get(target.id), alerts.missing(target.channel)) for target in found],
        log=[page.delivery(one, names[one.target_id]) for one in log[:PAGE]],
        before=log[PAGE - 1].id if len(log) > PAGE else None,
        missing=[channel for channel in ("email", "telegram") if alerts.missing(channel) is not None],
        result=_result(page),
        removed=_removed(),
        own=[{"id": one.id, "endpoint": one.address} for one in found if one.operator_id == by.id],
        push_key=alerts.push_key,
    )


@blueprint.route("/alerts/new/<channel>", methods=["GET", "POST"])
@administers
def new(channel: str) -> ResponseReturnValue:
    if channel not in TYPED:
        raise NotFound("not_found")
    by = current_operator()
    if request.method == "GET":
        first = Wishes(frozenset(KINDS_OF[by.role]), language=by.language)
        return _form_page(Form(fields_of(first), request_language(), "notify"), channel)
    form = Form(request.form, request_language(), "notify")
    wishes = read_wishes(form)
    typed = form.text("address", most=500) if channel != "telegram" else ""
    if not form.errors:
        try:
            made = service(TargetService).add(by, channel, typed, wishes)  # type: ignore[arg-type]  # one of TYPED
            if channel != "email":  # there is more to do: a chat to connect, a secret to copy
                return redirect(url_for("alerts.edit", target_id=made.id))
            flash(text(request_language(), "notify.saved"), "success")
            return redirect(url_for("alerts.show"))
        except ProductError as error:
            form.add(error)
    return _form_page(form, channel), 400


@blueprint.route("/alerts/<target_id>", methods=["GET", "POST"])
def edit(target_id: str) -> ResponseReturnValue:
    target = service(TargetService).access_target(current_operator(), target_id)
    if request.method == "GET":
        form = Form(fields_of(target.wishes), request_language(), "notify")
        return _form_page(form, target.channel, target)
    form = Form(request.form, request_language(), "notify")
    wishes = read_wishes(form)
    if not form.errors:
        try:
            service(TargetService).change(current_operator(), target.id, wishes)
            flash(text(request_language(), "notify.saved"), "success")
            return redirect(url_for("alerts.show"))
        except ProductError as error:
            form.add(error)
    return _form_page(form, target.channel, target), 400


@blueprint.post("/alerts/<target_id>/test")
def test(target_id: str) -> ResponseReturnValue:
    sent = service(TargetService).test(current_operator(), target_id)
    return redirect(url_for("alerts.show", sent=sent.id))


@blueprint.post("/alerts/<target_id>/remove")
def remove(target_id: str) -> ResponseReturnValue:
    service(TargetService).remove(current_operator(), target_id)
    return redirect(url_for("alerts.show", removed=target_id))


@blueprint.post("/alerts/<target_id>/restore")
def restore(target_id: str) -> ResponseReturnValue:
    service(TargetService).restore(current_operator(), target_id)
    target = service(TargetService).access_target(current_operator(), target_id)
    flash(text(request_language(), "notify.restored", name=target.name), "success")
    return redirect(url_for("alerts.show"))


@blueprint.post("/alerts/<target_id>/open")
def open_again(target_id: str) -> ResponseReturnValue:
    service(TargetService).open(current_operator(), target_id)
    flash(text(request_language(), "notify.opened"), "success")
    return redirect(url_for("alerts.show"))


@blueprint.post("/alerts/<target_id>/secret")
@administers
def rotate(target_id: str) -> ResponseReturnValue:
    service(TargetService).rotate(current_operator(), target_id)
    flash(text(request_language(), "notify.secret_changed"), "success")
    return redirect(url_for("alerts.edit", target_id=target_id))


@blueprint.post("/alerts/<target_id>/code")
@administers
def reconnect(target_id: str) -> ResponseReturnValue:
    service(TargetService).reconnect(current_operator(), target_id)
    return redirect(url_for("alerts.edit", target_id=target_id))


@blueprint.post("/alerts/deliveries/<delivery_id>/replay")
def replay(delivery_id: str) -> ResponseReturnValue:
    try:
        service(TargetService).replay(current_operator(), delivery_id)
        flash(text(request_language(), "notify.log.resent"), "success")
    except Conflict as error:
        flash(error_message(error, request_language()), "danger")
    return redirect(url_for("alerts.show", _anchor="log"))


@blueprint.get("/api/alerts/push-key")
def push_key() -> dict[str, Any]:
    return {"key": service(TargetService).push_key, "csrf": generate_csrf()}


@blueprint.post("/api/alerts/browser")
def subscribe() -> dict[str, Any]:
    agent = request.headers.get("User-Agent", "")
    return {"target": service(TargetService).subscribe_browser(current_operator(), json_body(), agent).id}


@blueprint.get("/api/alerts/targets/<target_id>")
def watch_target(target_id: str) -> dict[str, Any]:
    return {"state": watched(service(TargetService).access_target(current_operator(), target_id))}


@blueprint.get("/api/alerts/deliveries/<delivery_id>")
def watch_delivery(delivery_id: str) -> dict[str, Any]:
    state = service(TargetService).access_delivery(current_operator(), delivery_id).state
    return {"state": state if state in ("sent", "failed") else "pending"}


def _page() -> Page:
    by = current_operator()
    people = {one.id: one.name for one in service(OperatorService).list_people(by)} if by.administers else {}
    return Page(request_language(), service(SiteService).sites_of(by), people, service(Clock).now())


def _form_page(form: Form, channel: str, target: Target | None = None) -> str:
    by = current_operator()
    is_webhook = target is not None and channel == "webhook"
    return render_template(
        "console/alerts_target.html",
        channel=channel,
        target=target,
        values=form.values,
        errors=form.errors,
        kinds=KINDS_OF[by.role],
        events=EVENTS if channel == "webhook" else (),
        secret=service(TargetService).secret_of(by, target.id) if target is not None and is_webhook else None,
        connection=connection(target, service(Clock).now()) if target is not None else None,
        watched=watched(target) if target is not None else None,
        missing=service(TargetService).missing(channel),  # type: ignore[arg-type]  # one of CHANNELS
    )


def _result(page: Page) -> dict[str, Any] | None:
    """Return what became of the test in the address, None where there is none of the operator's."""
    try:
        delivery = service(TargetService).access_delivery(current_operator(), request.args.get("sent", ""))
        target = service(TargetService).access_target(current_operator(), delivery.target_id)
    except NotFound:
        return None
    return {"id": delivery.id, **page.outcome(delivery, target)}


def _removed() -> Target | None:
    try:
        target = service(TargetService).access_target(current_operator(), request.args.get("removed", ""))
    except NotFound:
        return None
    return target if target.removed_at is not None and target.channel != "webpush" else None
