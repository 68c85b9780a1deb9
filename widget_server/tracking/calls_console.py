"""What operators do about calls that came in, over HTTP (docs/protocol.md, section 7)."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import error_message
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput, Conflict
from widget_server.tracking.handling import InboundDesk
from widget_server.tracking.model import Inbound
from widget_server.tracking.views import InboundViews

blueprint = console_blueprint("inbound", __name__)
Act = Callable[[OperatorIdentity, str], Inbound]


@blueprint.post("/api/calls/<call_id>/answer")
def answer(call_id: str) -> dict[str, Any]:
    return _do(service(InboundDesk).answer, call_id)


@blueprint.post("/api/calls/<call_id>/hangup")
def hang_up(call_id: str) -> dict[str, Any]:
    return _do(service(InboundDesk).hang_up, call_id)


@blueprint.post("/api/calls/<call_id>/call-now")
def call_back(call_id: str) -> dict[str, Any]:
    return _do(service(InboundDesk).call_back, call_id)


@blueprint.post("/api/calls/<call_id>/done")
def done(call_id: str) -> dict[str, Any]:
    return _do(service(InboundDesk).done, call_id)


@blueprint.post("/api/calls/<call_id>/reopen")
def reopen(call_id: str) -> dict[str, Any]:
    return _do(service(InboundDesk).reopen, call_id)


@blueprint.post("/calls/<call_id>/call-now")
def call_back_from_page(call_id: str) -> ResponseReturnValue:
    return _do_on_page(service(InboundDesk).call_back, call_id)


@blueprint.post("/calls/<call_id>/done")
def done_from_page(call_id: str) -> ResponseReturnValue:
    return _do_on_page(service(InboundDesk).done, call_id)


def _do(act: Act, call_id: str) -> dict[str, Any]:
    return {"call": service(InboundViews).console_view(act(current_operator(), call_id))}


def _do_on_page(act: Act, call_id: str) -> ResponseReturnValue:
    """Do it and go back to the page of calls, which says what stood in the way."""
    operator = current_operator()
    try:
        act(operator, call_id)
    except (BadInput, Conflict) as error:
        flash(error_message(error, operator.language), "danger")
    return redirect(url_for("calls.show"))
