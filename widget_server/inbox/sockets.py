"""Who may open a console socket, and the console's sign of life."""

from typing import Any

from flask import Flask

from widget_server.edge.identity import OperatorIdentity
from widget_server.edge.operator import current_operator
from widget_server.edge.push import site_room
from widget_server.edge.sockets import Door, is_own_origin
from widget_server.kernel.errors import Forbidden, Unauthorized
from widget_server.operators.service import OperatorService
from widget_server.settings import Settings


class ConsoleEntrance:
    """Lets a logged-in operator's page in, by the session cookie of the handshake."""

    def __init__(self, app: Flask, operators: OperatorService, settings: Settings) -> None:
        self._app = app
        self._operators = operators
        self._settings = settings

    def let_in(self, environ: dict[str, Any], _auth: dict[str, Any]) -> tuple[OperatorIdentity, str, list[str]]:
        origin = environ.get("HTTP_ORIGIN", "")
        if not is_own_origin(origin, environ.get("HTTP_HOST", ""), self._settings):
            raise Forbidden("foreign_origin", origin=origin or "-")
        with self._app.request_context(environ):
            operator = current_operator()
        self._operators.sign_of_life(operator.id)
        return operator, operator.language, [site_room(site_id) for site_id in operator.site_ids]

    def join(self, door: Door[OperatorIdentity]) -> None:
        door.on("alive", self.alive)

    def alive(self, operator: OperatorIdentity, data: dict[str, Any]) -> dict[str, Any]:
        """Keep the operator online, ``idle`` or not; a session that was ended elsewhere ends here too."""
        now = self._operators.find_operator(operator.id, operator.session_version)
        if now is None:
            raise Unauthorized("login_needed")
        self._operators.sign_of_life(operator.id, active=data.get("idle") is not True)
        return {"online": True, "takes_calls": now.takes_calls, "takes_chats": now.takes_chats}
