"""A UDP port that knows when each packet really came: the kernel's time, not that of a busy program."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress

SO_TIMESTAMPNS = 35  # Linux; Python has no name for it
BUFFER = 4 << 20
Address = tuple[str, int]


class Port:
    """``on_packet(data, sender, at)``; times are seconds of the wall clock, received and sent ones alike."""

    def __init__(self, address: Address, on_packet: Callable[[bytes, Address, float], None]) -> None:
        self._on_packet = on_packet
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind(address)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._read)
        self.address: Address = self._socket.getsockname()

    def send(self, data: bytes, to: Address) -> float:
        at = time.time()
        with suppress(OSError):  # nobody listens there any more: on loopback the kernel says so
            self._socket.sendto(data, to)
        return at

    def close(self) -> None:
        self._loop.remove_reader(self._socket)
        self._socket.close()

    def _read(self) -> None:
        for _ in range(64):
            try:
                data, stamps, _, sender = self._socket.recvmsg(65536, 64)
            except BlockingIOError:
                return
            except OSError:  # as above
                continue
            at = next((_seconds(value) for _, kind, value in stamps if kind == SO_TIMESTAMPNS), time.time())
            self._on_packet(data, sender, at)


def _seconds(stamp: bytes) -> float:
    seconds, nanoseconds = struct.unpack("@ll", stamp[:16])
    return float(seconds) + float(nanoseconds) / 1e9
