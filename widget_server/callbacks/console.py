"""What operators do about callbacks, over HTTP (docs/protocol.md, section 7)."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from widget_server.callbacks.model import Callback
from widget_server.callbacks.service import CallbackService
from widget_server.callbacks.views import CallbackViews
from widget_server.edge.answers import error_message
from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.kernel.errors import ProductError

blueprint = console_blueprint("callbacks_console", __name__)


@blueprint.post("/api/callbacks/<callback_id>/answer")
def answer(callback_id: str) -> dict[str, Any]:
    return _do(service(CallbackService).answer, callback_id)


@blueprint.post("/api/callbacks/<callback_id>/hangup")
def hang_up(callback_id: str) -> dict[str, Any]:
    return _do(service(CallbackService).hang_up, callback_id)


@blueprint.post("/api/callbacks/<callback_id>/call-now")
def call_now(callback_id: str) -> dict[str, Any]:
    return _do(service(CallbackService).call_now, callback_id)


@blueprint.post("/api/callbacks/<callback_id>/done")
def done(callback_id: str) -> dict[str, Any]:
    return _do(service(CallbackService).done, callback_id)


@blueprint.post("/api/callbacks/<callback_id>/reopen")
def reopen(callback_id: str) -> dict[str, Any]:
    return _do(service(CallbackService).reopen, callback_id)


@blueprint.post("/callbacks/<callback_id>/call-now")
def call_now_from_page(callback_id: str) -> ResponseReturnValue:
    return _do_on_page(service(CallbackService).call_now, callback_id)


@blueprint.post("/callbacks/<callback_id>/done")
def done_from_page(callback_id: str) -> ResponseReturnValue:
    return _do_on_page(service(CallbackService).done, callback_id)


def _do_on_page(act: Callable[[OperatorIdentity, str], Callback], callback_id: str) -> ResponseReturnValue:
    """Do it and go back to the page of calls, which says what stood in the way."""
    operator = current_operator()
    try:
        act(operator, callback_id)
    except ProductError as error:
        if error.status == 404:
            raise
        flash(error_message(error, operator.language), "danger")
    return redirect(url_for("calls.show"))


def _do(act: Callable[[OperatorIdentity, str], Callback], callback_id: str) -> dict[str, Any]:
    return {"callback": service(CallbackViews).console_view(act(current_operator(), callback_id))}
