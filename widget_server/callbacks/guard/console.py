"""The page of a site's spending and protection, and the buttons against pests."""

from typing import Any

from babel.numbers import format_decimal
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.callbacks.guard.desk import GuardDesk
from widget_server.callbacks.guard.model import BlockWhy
from widget_server.callbacks.service import CallbackService
from widget_server.edge.answers import error_message
from widget_server.edge.operator import console_blueprint, current_operator, needs_role
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.sites.calling_form import currency_of
from widget_server.sites.model import Site
from widget_server.sites.moments import short_moment
from widget_server.sites.phone import phone_text, read_phone
from widget_server.sites.service import SiteService
from widget_server.texts import text

blueprint = console_blueprint("guard", __name__)
administers = needs_role("owner", "admin")


@blueprint.get("/sites/<site_id>/guard")
@administers
def show(site_id: str) -> str:
    site, language = _site(site_id), current_operator().language
    seen, now = service(GuardDesk).overview(site), service(Clock).now()
    return render_template(
        "console/guard.html",
        site=site,
        seen=seen,
        money=lambda amount: f"{format_decimal(amount / 100, locale=language)} {currency_of(site.country, language)}",
        moment=lambda at: short_moment(at, site.zone, now, language),
        phone_text=lambda e164: phone_text(e164, site.country),
    )


@blueprint.post("/sites/<site_id>/guard/pause")
@administers
def pause(site_id: str) -> ResponseReturnValue:
    service(GuardDesk).pause(_site(site_id))
    return _back(site_id)


@blueprint.post("/sites/<site_id>/guard/resume")
@administers
def resume(site_id: str) -> ResponseReturnValue:
    service(GuardDesk).resume(_site(site_id))
    return _back(site_id)


@blueprint.post("/sites/<site_id>/guard/block")
@administers
def block(site_id: str) -> ResponseReturnValue:
    site = _site(site_id)
    try:
        phone = read_phone(request.form.get("phone"), site.country)
    except BadInput as error:
        flash(error_message(error, current_operator().language), "danger")
    else:
        service(GuardDesk).block(site.id, phone.e164, "asked")
    return _back(site_id)


@blueprint.post("/sites/<site_id>/guard/lift")
@administers
def lift(site_id: str) -> ResponseReturnValue:
    service(GuardDesk).lift(_site(site_id), request.form.get("phone", "")[:20])
    return _back(site_id)


@blueprint.post("/callbacks/<callback_id>/spam")
def spam_from_page(callback_id: str) -> ResponseReturnValue:
    return _block_from_page(callback_id, "spam")


@blueprint.post("/callbacks/<callback_id>/do-not-call")
def do_not_call_from_page(callback_id: str) -> ResponseReturnValue:
    return _block_from_page(callback_id, "asked")


@blueprint.post("/api/callbacks/<callback_id>/spam")
def spam(callback_id: str) -> dict[str, Any]:
    return _block_number_of(callback_id, "spam")


@blueprint.post("/api/callbacks/<callback_id>/do-not-call")
def do_not_call(callback_id: str) -> dict[str, Any]:
    return _block_number_of(callback_id, "asked")


def _block_from_page(callback_id: str, why: BlockWhy) -> ResponseReturnValue:
    language = current_operator().language
    try:
        _block_number_of(callback_id, why)
    except ProductError as error:
        if error.status == 404:
            raise
        flash(error_message(error, language), "danger")
    else:
        flash(text(language, "calls.guard.blocked"), "success")
    return redirect(url_for("calls.show"))


def _block_number_of(callback_id: str, why: BlockWhy) -> dict[str, Any]:
    """Block the number of a callback and close its task; whoever sees the callback may."""
    operator = current_operator()
    callback = service(CallbackService).access_callback(operator, callback_id)
    service(GuardDesk).block(callback.site_id, callback.phone, why)
    if callback.needs_person:
        service(CallbackService).done(operator, callback_id)
    return {"blocked": True}


def _site(site_id: str) -> Site:
    return service(SiteService).access_site(current_operator(), site_id)


def _back(site_id: str) -> ResponseReturnValue:
    return redirect(url_for("guard.show", site_id=site_id))
