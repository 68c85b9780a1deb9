"""The page on which an operator says who they are in Telegram."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from widget_server.edge.answers import request_language
from widget_server.edge.operator import console_blueprint, current_operator
from widget_server.edge.services import service
from widget_server.kernel.clock import Clock
from widget_server.notify.targets import TargetService
from widget_server.telegram.people import TelegramPeople
from widget_server.texts import text

blueprint = console_blueprint("telegram", __name__)


@blueprint.get("/me/telegram")
def show() -> str:
    link, now = service(TelegramPeople).find(current_operator()), service(Clock).now()
    code = link.code if link is not None and link.until is not None and link.until > now else None
    missing = service(TargetService).missing("telegram")
    name = link.name if link is not None and link.user_id is not None else None
    return render_template("console/telegram_me.html", code=code, name=name, missing=missing)


@blueprint.post("/me/telegram")
def offer_code() -> ResponseReturnValue:
    service(TelegramPeople).offer_code(current_operator())
    return redirect(url_for("telegram.show"))


@blueprint.post("/me/telegram/forget")
def forget() -> ResponseReturnValue:
    service(TelegramPeople).forget(current_operator())
    flash(text(request_language(), "telegram.forgotten"), "success")
    return redirect(url_for("telegram.show"))
