"""Our sockets without rooms and database behind them: what one packet costs at the edge."""

import sys
from types import SimpleNamespace
from typing import Any

from gevent import monkey

monkey.patch_all()

from flask import Flask  # noqa: E402  # after the patching

from widget_server.edge.sockets import Door, make_socketio  # noqa: E402  # after the patching
from widget_server.server import PatientHandler, PromptServer  # noqa: E402  # after the patching
from widget_server.settings import load_settings  # noqa: E402  # after the patching


def main(port: int) -> None:
    app = Flask("edge")
    socketio = make_socketio(app, load_settings({}), SimpleNamespace(is_known_origin=lambda _origin: True))  # type: ignore[arg-type]  # all that is asked of it
    door: Door[str] = Door(socketio, "/visitor", lambda _environ, _auth: ("somebody", "en", []))
    door.on("echo", _echo)
    print("ready", flush=True)
    PromptServer(("127.0.0.1", port), app, log=None, handler_class=PatientHandler).serve_forever()


def _echo(_who: str, data: dict[str, Any]) -> dict[str, Any]:
    return data


if __name__ == "__main__":
    main(int(sys.argv[1]))
