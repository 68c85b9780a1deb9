"""Sounds for an Asterisk: it fetches what it is told to play."""

from flask import Blueprint, Response

from widget_server.calls.speech import Speech
from widget_server.edge.services import service

blueprint = Blueprint("asterisk", __name__, url_prefix="/telephony")


@blueprint.get("/sound/<token>.wav")
def read_sound(token: str) -> Response:
    answer = Response(service(Speech).read(token), mimetype="audio/wav")
    answer.cache_control.max_age = 7 * 24 * 3600
    return answer
