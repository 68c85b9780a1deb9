"""What operators do with a lead: contacts, moves, ends, orders, merges."""

from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message, request_language
from widget_server.edge.form import Form
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.funnel.chosen import access_site, editors
from widget_server.funnel.console import lead_page
from widget_server.funnel.forms import read_contact, read_draft, read_order
from widget_server.funnel.model import ORDER_STATES, Lead
from widget_server.funnel.order_service import OrderService
from widget_server.funnel.service import LeadService
from widget_server.kernel.errors import BadInput, ProductError
from widget_server.kernel.ids import is_id
from widget_server.texts import text

blueprint = console_blueprint("lead_work", __name__)


@blueprint.post("/leads/<lead_id>/contact")
@editors
def add_contact(lead_id: str) -> ResponseReturnValue:
    def act(by: OperatorIdentity, lead: Lead) -> object:
        draft = read_contact(request.form, access_site(lead.site_id))
        return service(LeadService).add_contact(by, lead.id, draft)

    return _on_lead(lead_id, act, "contact")


@blueprint.post("/leads/<lead_id>/move")
@editors
def move(lead_id: str) -> ResponseReturnValue:
    stage, language = request.form.get("stage", ""), request_language()
    try:
        lead = service(LeadService).move(current_operator(), lead_id, stage)
    except BadInput as error:
        flash(error_message(error, language, "funnel"), "danger")
        return redirect(url_for("leads.show_lead", lead_id=lead_id))
    if request.form.get("from") == "board":
        owner = request.form.get("owner") or None
        return redirect(url_for("leads.show_board", site=lead.site_id, owner=owner, _anchor=f"lead-{lead.id}"))
    flash(text(language, "funnel.done.moved"), "success")
    return redirect(url_for("leads.show_lead", lead_id=lead.id))


@blueprint.post("/leads/<lead_id>/close")
@editors
def close(lead_id: str) -> ResponseReturnValue:
    end, reason = request.form.get("end"), request.form.get("reason", "")

    def act(by: OperatorIdentity, lead: Lead) -> object:
        return service(LeadService).close(by, lead.id, "won" if end == "won" else "lost", reason)

    return _on_lead(lead_id, act, "closed")


@blueprint.post("/leads/<lead_id>/owner")
@editors
def give(lead_id: str) -> ResponseReturnValue:
    owner_id = request.form.get("owner") or None
    return _on_lead(lead_id, lambda by, lead: service(LeadService).give(by, lead.id, owner_id), "saved")


@blueprint.post("/leads/<lead_id>/edit")
@editors
def edit(lead_id: str) -> ResponseReturnValue:
    draft = read_draft(request.form)
    return _on_lead(lead_id, lambda by, lead: service(LeadService).edit(by, lead.id, draft), "saved")


@blueprint.post("/leads/<lead_id>/orders")
@editors
def add_order(lead_id: str) -> ResponseReturnValue:
    return _on_lead(
        lead_id, lambda by, lead: service(OrderService).add(by, lead.id, read_order(request.form)), "ordered"
    )


@blueprint.post("/leads/<lead_id>/orders/<order_id>")
@editors
def change_order(lead_id: str, order_id: str) -> ResponseReturnValue:
    state = next((one for one in ORDER_STATES if one == request.form.get("state")), None)

    def act(by: OperatorIdentity, lead: Lead) -> object:
        if state is None:
            raise BadInput("bad_choice", field="state")
        return service(OrderService).change(by, order_id, state)

    return _on_lead(lead_id, act, "saved")


@blueprint.post("/leads/<lead_id>/merge")
@editors
def merge(lead_id: str) -> ResponseReturnValue:
    other_id = request.form.get("second", "").strip().rstrip("/").rpartition("/")[2]

    def act(by: OperatorIdentity, lead: Lead) -> object:
        if not is_id(other_id):
            raise BadInput("no_such_lead", field="second")
        return service(LeadService).merge(by, lead.id, other_id)

    return _on_lead(lead_id, act, "merged")


@blueprint.post("/leads/<lead_id>/merges/<merge_id>/undo")
@editors
def undo_merge(lead_id: str, merge_id: str) -> ResponseReturnValue:
    return _on_lead(lead_id, lambda by, lead: service(LeadService).undo_merge(by, merge_id), "unmerged")


def _on_lead(lead_id: str, act: Callable[[OperatorIdentity, Lead], object], done: str) -> ResponseReturnValue:
    """Do it and go back to the lead's page, which says what stood in the way."""
    operator, language = current_operator(), request_language()
    lead = service(LeadService).access_lead(operator, lead_id)
    form = Form(request.form, language, "funnel")
    try:
        act(operator, lead)
    except ProductError as error:
        if error.status == 404:
            raise
        form.add(error)
        return lead_page(lead.id, form), error.status
    flash(text(language, f"funnel.done.{done}"), "success")
    return redirect(url_for("leads.show_lead", lead_id=lead.id))
