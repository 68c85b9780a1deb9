"""Requests to a provider's HTTP interface, and what is known after one that went wrong."""

import logging
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

TIMEOUT = Timeout(connect=3, read=8)
LARGEST = 200 * 2**20  # a recording of some hours
ONCE = Retry(total=None, connect=0, read=0, status=0, other=0, redirect=3)
Fields = Sequence[tuple[str, str]]
logging.getLogger("urllib3").setLevel(logging.INFO)  # it notes whole addresses: telephone numbers stand in them


class Refused(Exception):
    """The provider did not carry it out and never will: it said so, or the request never left."""

    def __init__(self, status: int, code: object = None) -> None:
        super().__init__(f"status {status}, code {code}")
        self.status, self.code = status, code


class Unanswered(Exception):
    """Nobody knows whether the provider carried it out."""


class Web:
    """One provider's interface. Nothing is ever sent a second time.

    Parameters
    ----------
    base : str
        What paths begin with; a whole address stands for itself.
    header : callable
        Returns what proves who we are, for each request anew.
    """

    def __init__(self, base: str = "", header: Callable[[], dict[str, str]] = dict) -> None:
        self._base = base.rstrip("/")
        self._header = header
        self._pool = PoolManager(retries=False, timeout=TIMEOUT, maxsize=10)

    def post(self, path: str, fields: Fields) -> dict[str, Any]:
        headers = self._header() | {"Content-Type": "application/x-www-form-urlencoded"}
        return _json(self._ask("POST", path, body=urlencode(fields), headers=headers))

    def get(self, path: str, fields: Fields = ()) -> dict[str, Any]:
        query = f"?{urlencode(fields)}" if fields else ""
        return _json(self._ask("GET", path + query, headers=self._header()))

    def delete(self, path: str) -> None:
        self._ask("DELETE", path, headers=self._header())

    def touch(self, path: str) -> None:
        """Post nothing, and do not care for what comes back."""
        self._ask("POST", path, body="{}", headers={"Content-Type": "application/json"})

    def fetch(self, path: str) -> bytes:
        """Return a file; a redirection to another host is followed without the proof of who we are."""
        found = self._ask("GET", path, headers=self._header(), retries=ONCE, preload_content=False)
        try:
            data = found.read(LARGEST + 1)
        except HTTPError as error:
            raise Unanswered(type(error).__name__) from None
        finally:
            found.release_conn()
        if len(data) > LARGEST:
            raise Unanswered("more than a recording can be")
        return data

    def _ask(self, method: str, path: str, **more: Any) -> BaseHTTPResponse:
        url = path if path.startswith(("https://", "http://")) else self._base + path
        try:
            answer = self._pool.request(method, url, **more)
        except (NewConnectionError, ConnectTimeoutError):
            raise Refused(0, "no connection") from None
        except HTTPError as error:
            raise Unanswered(type(error).__name__) from None
        if answer.status >= 500:
            raise Unanswered(f"status {answer.status}")
        if answer.status >= 400:
            raise Refused(answer.status, _code(answer))
        return answer


def _json(answer: BaseHTTPResponse) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unanswered("what came back is no JSON object")
    return found


def _code(answer: BaseHTTPResponse) -> object:
    """Return the provider's own number of an error: its sentence may hold a telephone number."""
    try:
        said = answer.json()
    except ValueError:
        return None
    return said.get("code") if isinstance(said, dict) else None
