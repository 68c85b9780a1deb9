"""The stream of events of an Asterisk, over a WebSocket."""

import json
import time
from types import TracebackType
from typing import Any

import websocket

CONNECT_SECONDS = 5
PING_SECONDS, SILENT_SECONDS = 10.0, 25.0


class PbxError(Exception):
    """Asterisk does not answer, or refuses us. Never holds a telephone number."""


def connect(address: str, authorization: str) -> "Events":
    """Open the stream.

    Raises
    ------
    PbxError
        If Asterisk does not answer.
    """
    header = [f"authorization: {authorization}"]
    try:
        return Events(websocket.create_connection(address, CONNECT_SECONDS, header=header, suppress_origin=True))
    except (websocket.WebSocketException, OSError) as error:
        raise PbxError(f"no events from {address.partition('?')[0]}: {type(error).__name__}") from None


class Events:
    """The stream of what happens, until ``close``."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self._socket = socket
        self._heard_at = self._asked_at = time.monotonic()

    def __enter__(self) -> "Events":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close(timeout=1)

    def next(self, seconds: float) -> dict[str, Any] | None:
        """Return the next event; None if there is none for so long.

        Raises
        ------
        PbxError
            If the connection is lost.
        """
        try:
            self._socket.settimeout(seconds)
            kind, data = self._socket.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            self._look_after()
            return None
        except (websocket.WebSocketException, OSError) as error:
            raise PbxError(f"events stopped: {type(error).__name__}") from None
        self._heard_at = time.monotonic()
        if kind == websocket.ABNF.OPCODE_CLOSE:
            raise PbxError("events stopped: closed")
        event: dict[str, Any] | None = json.loads(data) if kind == websocket.ABNF.OPCODE_TEXT else None
        return event

    def _look_after(self) -> None:
        """Notice a connection that is dead without saying so."""
        now = time.monotonic()
        if now - self._heard_at > SILENT_SECONDS:
            raise PbxError("events stopped: silence")
        if now - max(self._heard_at, self._asked_at) > PING_SECONDS:
            self._asked_at = now
            self._socket.ping()
