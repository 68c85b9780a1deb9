"""Bitrix24's REST by an incoming webhook: apidocs.bitrix24.ru. Facts and codes are those of its documents."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from widget_server.crm.model import AFTER_SILENCE
from widget_server.kernel.errors import BadInput
from widget_server.notify.addresses import BadAddress
from widget_server.notify.outgoing import Answer, Outgoing
from widget_server.notify.port import Undelivered

# https://portal.bitrix24.ru/rest/1/secret/ ; whatever follows (a method that was copied along) is dropped.
_ADDRESS = re.compile(r"(?P<base>https?://[^/?#]+(?:/[^/?#]+)*?/rest/\d{1,10}/[A-Za-z0-9]{8,64})(?:/.*)?")
BUSY, HEAVY = timedelta(seconds=5), timedelta(minutes=10)
# The CRM's code → ours (a key of ``crm.problem``). These do not pass by themselves: somebody must do something first.
SHUT = {
    "NO_AUTH_FOUND": "key",
    "INVALID_CREDENTIALS": "key",
    "expired_token": "key",
    "user_access_error": "key",
    "insufficient_scope": "scope",
    "ERROR_METHOD_NOT_FOUND": "scope",
    "OVERLOAD_LIMIT": "blocked",
    "INVALID_REQUEST": "https",
}
PASSING = {"QUERY_LIMIT_EXCEEDED": BUSY, "OPERATION_TIME_LIMIT": HEAVY}
Call = tuple[str, Mapping[str, Any]]


class Bitrix:
    """Makes calls, each once; what is made of the answers is ``telling``'s business."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._outgoing = outgoing

    def read_address(self, typed: str) -> tuple[str, str]:
        """Return the webhook's address as we keep it, and the portal's.

        Raises
        ------
        BadInput
            ``bad_crm_address``.
        """
        found = _ADDRESS.fullmatch(typed.strip())
        try:
            place = self._outgoing.read(found["base"] if found else "")
        except BadAddress:
            raise BadInput("bad_crm_address", field="address") from None
        return place.url + "/", place.url[: place.url.index("/rest/")]

    def call(self, address: str, method: str, params: Mapping[str, Any]) -> Any:
        """Return the ``result`` of one method.

        Raises
        ------
        Undelivered
            With a key of ``crm.problem``.
        """
        body = json.dumps(params, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        try:
            answer = self._outgoing.post(address + method, body, headers)
        except Undelivered as problem:
            wait = AFTER_SILENCE if problem.code == "no_answer" else None
            raise Undelivered(problem.code, problem.receipt, gone=problem.permanent, wait=wait) from None
        return _read(answer)["result"]

    def batch(self, address: str, calls: Mapping[str, Call]) -> Mapping[str, Any]:
        """Return the results of several methods, asked in one request: the limit counts requests.

        Raises
        ------
        Undelivered
            If any of them failed.
        """
        cmd = {key: f"{method}?{urlencode(_flat(params))}" for key, (method, params) in calls.items()}
        told = self.call(address, "batch", {"halt": 0, "cmd": cmd})
        for error in (told.get("result_error") or {}).values() if isinstance(told, dict) else ():
            raise _problem(error, 400, None)
        results = told.get("result") if isinstance(told, dict) else None
        if not isinstance(results, dict) or not calls.keys() <= results.keys():
            raise Undelivered("strange")
        return results


def _flat(params: Mapping[str, Any], name: str = "") -> list[tuple[str, str]]:
    """Write nested parameters as PHP reads them.

    >>> _flat({"filter": {"ORIGIN_ID": "x"}, "select": ["ID"]})
    [('filter[ORIGIN_ID]', 'x'), ('select[0]', 'ID')]
    """
    pairs: list[tuple[str, str]] = []
    for key, value in params.items():
        whole = f"{name}[{key}]" if name else key
        if isinstance(value, list | tuple):
            value = dict(enumerate(map(str, value)))  # a list is a mapping by place
        pairs += (
            _flat({str(k): v for k, v in value.items()}, whole) if isinstance(value, dict) else [(whole, str(value))]
        )
    return pairs


def _read(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if isinstance(said, dict) and "error" in said:
        raise _problem(said, answer.status, answer)
    if answer.status >= 500:
        raise Undelivered("down", answer.receipt, wait=answer.retry_after)
    if answer.status == 429:
        raise Undelivered("busy", answer.receipt, wait=answer.retry_after or BUSY)
    if not isinstance(said, dict) or "result" not in said or answer.status >= 300:
        raise Undelivered("not_crm", answer.receipt, gone=True)
    return said


def _problem(said: Any, status: int, answer: Answer | None) -> Undelivered:
    """Return what an error of theirs means to us; a code may be empty, then the words tell."""
    code, words = (
        (str(said.get(key) or "") for key in ("error", "error_description")) if isinstance(said, dict) else ("", "")
    )
    receipt = answer.receipt if answer is not None else None
    if code in PASSING:
        return Undelivered("busy", receipt, wait=PASSING[code])
    if code in SHUT:
        return Undelivered(SHUT[code], receipt, gone=True)
    if code == "ACCESS_DENIED" and status in (401, 403):
        return Undelivered("plan", receipt, gone=True)
    if status >= 500:
        return Undelivered("down", receipt)
    if "access denied" in f"{code} {words}".lower():
        return Undelivered("rights", receipt, gone=True)
    return Undelivered(
        "missing" if words.strip().lower().startswith("not found") else "refused", receipt, permanent=True
    )
