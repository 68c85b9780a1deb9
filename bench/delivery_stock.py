"""What ours is measured against: the same events on Flask-SocketIO as its documentation says, nothing kept."""

import sys
from typing import Any

from gevent import monkey

monkey.patch_all()

from flask import Flask  # noqa: E402  # after the patching
from flask_socketio import SocketIO, emit, join_room  # noqa: E402  # after the patching

app = Flask("stock")
socketio = SocketIO(app, async_mode="gevent", cors_allowed_origins="*")


@socketio.on("join")
def join(data: dict[str, Any]) -> dict[str, Any]:
    join_room(data["site"])
    return {}


@socketio.on("echo")
def echo(data: dict[str, Any]) -> dict[str, Any]:
    return data


@socketio.on("post")
def post(data: dict[str, Any]) -> dict[str, Any]:
    emit("message", {"message": data}, to=data["site"])
    return {"message": data}


if __name__ == "__main__":
    print("ready", flush=True)
    socketio.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_output=False)
