"""One WebSocket as the sockets' server sees it, with the limits that the library leaves open.

simple-websocket sends with ``send``, which may write only a part under gevent, accepts messages of any size, reads on
while nobody takes what it read, and lets what a stranger sends end in a traceback.
"""

import contextlib
import re
import socket
import threading
import time
from typing import Any

import simple_websocket
from engineio.async_drivers import gevent as gevent_driver
from socketio.packet import Packet
from wsproto.utilities import ProtocolError

MOST_BYTES = 65_536
MOST_WAITING = 32
BURST, PER_SECOND = 100, 20
PROBE, LIFE = "2", "3"
# Engine.IO close, ping, pong, upgrade, or a message that holds one of Socket.IO's text packets. The library reads the
# rest of all others as JSON before anything can refuse it.
_PACKET = re.compile(r"[1235](probe)?|4[0-4]")


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
        self._taken = threading.Event()
        self._credit, self._credit_at = float(BURST), time.monotonic()
        super().handshake()

    def receive(self, timeout: float | None = None) -> Any:
        """Return the next packet; None, which ends the socket, for what is none. A sign of life is given here."""
        while (packet := super().receive(timeout)) == PROBE:
            self._taken.set()
            self._pace()
            self.send(LIFE)
        self._taken.set()
        self._pace()
        return packet if isinstance(packet, str) and is_packet(packet) else None

    def close(self, reason: int | None = None, message: str | None = None) -> None:
        with contextlib.suppress(OSError):  # the other side has gone already
            super().close(reason, message)
        self.connected = False

    def hang_up(self) -> None:
        """Let go of a connection whose handler has ended, whatever the other side does."""
        with contextlib.suppress(simple_websocket.ConnectionClosed):
            self.close()
        self._taken.set()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def _pace(self) -> None:
        """Make who sends faster than any page does wait for its turn, and the others go first."""
        now = time.monotonic()
        self._credit = min(BURST, self._credit + (now - self._credit_at) * PER_SECOND) - 1
        self._credit_at = now
        if self._credit < 0:
            time.sleep(-self._credit / PER_SECOND)

    def _thread(self) -> None:
        try:
            super()._thread()
        except (ProtocolError, ValueError):  # no WebSocket frames, or no UTF-8
            self.connected = False
            self.event.set()
            self.sock.close()

    def _handle_events(self) -> bool:
        """Read no further than the handler keeps up: the rest waits at the sender."""
        goes_on = bool(super()._handle_events())
        while goes_on and self.connected and len(self.input_buffer) > MOST_WAITING:
            self._taken.clear()
            self._taken.wait()
        return goes_on


class BoundedWebSocket(gevent_driver.WebSocketWSGI):  # type: ignore[misc]  # the library ships no types
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)  # no deflate: a small frame must not become a large one
        try:
            self.ws = BoundedServer(environ, **self.server_args)
        except ProtocolError:
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"no WebSocket"]
        try:
            return self.app(self)
        finally:
            self.ws.hang_up()


def is_packet(text: str) -> bool:
    """Tell whether ``text`` is a packet that may be read.

    >>> is_packet("2"), is_packet('42/visitor,["read",{}]'), is_packet("451-[]"), is_packet("3[[")
    (True, True, False, False)
    """
    return _PACKET.fullmatch(text[:6]) is not None if text[:1] != "4" else _PACKET.match(text) is not None


class TextPacket(Packet):  # type: ignore[misc]  # the library ships no types
    """Socket.IO packets without binary attachments, which would be collected in memory without a bound."""

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> Any:
        if not isinstance(encoded_packet, str) or encoded_packet[:1] not in "01234":
            raise ValueError("only text packets are taken")
        return super().decode(encoded_packet)
