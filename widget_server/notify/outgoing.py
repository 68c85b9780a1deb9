"""Posting to a server that somebody else named: to the address that was checked, once, within seconds, no redirects."""

import http.client
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from widget_server.notify.addresses import BadAddress, Place, is_allowed, read_place, resolve
from widget_server.notify.port import EXCERPT, Receipt, Undelivered

SECONDS = 15.0
CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 3
LARGEST_ANSWER = 65_536
LARGEST_TRUSTED = 1_048_576
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\uffff]+")
_SECONDS_ONLY = re.compile(r"\d{1,6}")


@dataclass(frozen=True)
class Answer:
    """What came back; ``body`` is cut."""

    status: int
    body: bytes
    retry_after: timedelta | None

    @property
    def receipt(self) -> Receipt:
        words = _UNPRINTABLE.sub(" ", self.body.decode("utf-8", "replace")).strip()
        return Receipt(self.status, words[:EXCERPT] or None)


class Outgoing:
    """An HTTP client for addresses that we do not trust.

    Parameters
    ----------
    private_too : bool
        Whether our own machine and networks may be posted to, and by plain http.
    seconds : float
        The longest that one exchange takes, all in all.
    find : callable
        Returns the IP addresses of a place.
    """

    def __init__(
        self, private_too: bool, seconds: float = SECONDS, find: Callable[[Place], list[str]] = resolve
    ) -> None:
        self._private_too, self._seconds, self._find = private_too, seconds, find
        self._tls = ssl.create_default_context()

    def read(self, url: str) -> Place:
        """Return the place of a URL.

        Raises
        ------
        BadAddress
        """
        return read_place(url, plain_too=self._private_too)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post to an address that a person typed.

        Raises
        ------
        Undelivered
            ``bad_url``, ``no_address``, ``private_address``, ``no_answer``, ``bad_tls``.
        """
        try:
            place = self.read(url)
        except BadAddress:
            raise Undelivered("bad_url", permanent=True) from None
        addresses = self._addresses(place)
        if not all(is_allowed(address, self._private_too) for address in addresses):
            raise Undelivered("private_address", permanent=True)
        return self._exchange(place, addresses, body, headers, LARGEST_ANSWER)

    def post_trusted(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post to an address that stands in the settings, wherever that is."""
        place = read_place(url, plain_too=True)
        return self._exchange(place, self._addresses(place), body, headers, LARGEST_TRUSTED)

    def get_trusted(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask an address that stands in the settings."""
        place = read_place(url, plain_too=True)
        return self._exchange(place, self._addresses(place), None, headers, LARGEST_TRUSTED)

    def _addresses(self, place: Place) -> list[str]:
        try:
            return self._find(place)[:MOST_ADDRESSES]
        except (OSError, UnicodeError):
            raise Undelivered("no_address") from None

    def _exchange(
        self, place: Place, addresses: list[str], body: bytes | None, headers: Mapping[str, str], most: int
    ) -> Answer:
        until = time.monotonic() + self._seconds
        try:
            with _connected(addresses, place.port) as plain, ended_at(plain, until):
                speaking = self._tls.wrap_socket(plain, server_hostname=place.host) if place.is_tls else plain
                return _speak(speaking, place, body, headers, most)
        except ssl.SSLError:
            raise Undelivered("bad_tls") from None
        except (OSError, http.client.HTTPException, ValueError):
            raise Undelivered("no_answer") from None


def _connected(addresses: list[str], port: int) -> socket.socket:
    trouble: OSError = TimeoutError()
    for address in addresses:
        try:
            return socket.create_connection((address, port), CONNECT_SECONDS)
        except OSError as error:
            trouble = error
    raise trouble


@contextmanager
def ended_at(plain: socket.socket, until: float) -> Iterator[None]:
    """End the connection at that moment, however slowly the other side feeds it. TLS may be spoken on it."""
    twin = socket.socket(fileno=os.dup(plain.fileno()))
    plain.settimeout(SECONDS)
    timer = threading.Timer(max(0.0, until - time.monotonic()), _shut, (twin,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        twin.close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def _speak(speaking: socket.socket, place: Place, body: bytes | None, headers: Mapping[str, str], most: int) -> Answer:
    """Post ``body``; ask where there is none."""
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.sock = speaking
    try:
        connection.request(
            "GET" if body is None else "POST",
            place.target,
            body,
            {"Host": place.netloc, "Connection": "close", **headers},
        )
        response = connection.getresponse()
        wait = response.headers.get("Retry-After", "")
        return Answer(
            response.status,
            response.read(most),
            timedelta(seconds=int(wait)) if _SECONDS_ONLY.fullmatch(wait) else None,
        )
    finally:
        connection.close()
