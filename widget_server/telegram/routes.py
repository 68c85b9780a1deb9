"""Where Telegram posts what people write, if the settings say so."""

from flask import Blueprint, request

from widget_server.edge.payload import json_body
from widget_server.edge.services import service
from widget_server.kernel.errors import BadInput, NotFound
from widget_server.telegram.reader import TelegramReader

blueprint = Blueprint("telegram_outside", __name__)


@blueprint.post("/telegram/updates")
def updates() -> dict[str, bool]:
    update = json_body()
    if not isinstance(update.get("update_id"), int):
        raise BadInput("bad_json")
    if not service(TelegramReader).take(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), update):
        raise NotFound("not_found")
    return {"ok": True}
