"""Voice of a telephone: a tone that tells who speaks, an ear that counts what it heard, pressed keys (RFC 4733)."""

import asyncio
import itertools
import struct
from collections import Counter

from tests.pbx.wire import Address, Port

FRAME = 160  # samples of 20 ms
FRAME_SECONDS = 0.02
NO_TONE = 0  # what is no steady tone: that it rings elsewhere, a beep, words
KEYS = "0123456789*#ABCD"
_ssrc = itertools.count(0x10000000)


class Voice:
    """One side of a talk. Every A-law sample it sends is its ``tone``, so that who hears whom can be read off.

    ``heard`` counts packets by their tone.
    """

    def __init__(self, host: str, tone: int) -> None:
        self.tone = tone
        self.heard: Counter[int] = Counter()
        self._port = Port((host, 0), self._on_packet)
        self._peer: Address | None = None
        self._events_type = 101
        self._ssrc = next(_ssrc)
        self._sequence = self._stamp = 0
        self._talk: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        return self._port.address[1]

    def talk_to(self, peer: Address, events_type: int) -> None:
        self._peer, self._events_type = peer, events_type
        if self._talk is None:
            self._talk = asyncio.get_running_loop().create_task(self._keep_talking())

    async def press(self, key: str) -> None:
        """Press a key for 100 ms."""
        stamp, code = self._stamp, KEYS.index(key)
        for step in range(1, 6):
            self._send(self._events_type, struct.pack("!BBH", code, 10, step * FRAME), stamp, marked=step == 1)
            await asyncio.sleep(FRAME_SECONDS)
        for _ in range(3):
            self._send(self._events_type, struct.pack("!BBH", code, 0x80 | 10, 5 * FRAME), stamp)

    def close(self) -> None:
        if self._talk is not None:
            self._talk.cancel()
        self._port.close()

    async def _keep_talking(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._send(8, bytes([self.tone]) * FRAME, self._stamp)
            self._stamp += FRAME
            due += FRAME_SECONDS
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _send(self, kind: int, payload: bytes, stamp: int, marked: bool = False) -> None:
        if self._peer is None:
            return
        head = struct.pack("!BBHII", 0x80, kind | (0x80 if marked else 0), self._sequence & 0xFFFF, stamp, self._ssrc)
        self._sequence += 1
        self._port.send(head + payload, self._peer)

    def _on_packet(self, data: bytes, sender: Address, at: float) -> None:
        if len(data) > 12 and data[1] & 0x7F == 8:
            voice = data[12:]
            self.heard[voice[0] if voice.count(voice[:1]) == len(voice) else NO_TONE] += 1
