"""One WebSocket as the sockets' server sees it, with the limits that the library leaves open.

simple-websocket sends with ``send``, which may write only a part under gevent, and accepts messages of any size.
"""

import threading
from typing import Any

import simple_websocket
from engineio.async_drivers import gevent as gevent_driver
from socketio.packet import Packet

MOST_BYTES = 65_536


class WholeSender:
    """A socket whose ``send`` writes everything, one message at a time."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._turn = threading.Lock()

    def send(self, data: bytes) -> int:
        with self._turn:
            self._sock.sendall(data)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


class BoundedServer(simple_websocket.Server):  # type: ignore[misc]  # the library ships no types
    def handshake(self) -> None:
        self.sock: Any = WholeSender(self.sock)
        self.max_message_size = MOST_BYTES
        super().handshake()


class BoundedWebSocket(gevent_driver.WebSocketWSGI):  # type: ignore[misc]  # the library ships no types
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # no deflate: a small frame must not become a large one
        self.ws = BoundedServer(environ, **self.server_args)
        return self.app(self)


class TextPacket(Packet):  # type: ignore[misc]  # the library ships no types
    """Socket.IO packets without binary attachments, which would be collected in memory without a bound."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> Any:
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in "01234":
            raise ValueError("only text packets are taken")
        return super().decode(encoded_packet)
