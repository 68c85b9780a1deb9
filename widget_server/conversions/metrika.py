"""Yandex.Metrica: offline conversions by its management API (yandex.com/dev/metrika).

Metrica does not know a conversion again. So every upload carries its own comment, and after an attempt whose answer was
lost the list of uploads is asked for that comment first.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from widget_server.conversions.model import Conversion, metrika_file
from widget_server.conversions.upload_model import Batch, Outcome
from widget_server.notify.outgoing import Answer, Outgoing
from widget_server.notify.port import Undelivered
from widget_server.settings import Settings

BUSY = timedelta(hours=1)
SHUT = {401: "token", 403: "rights", 404: "account"}
LOOKED_THROUGH = 500  # so many of the latest uploads are searched for ours
TOLD = ("status", "linked_quantity", "goal_not_found_quantity", "user_not_found_quantity")


class Metrika:
    def __init__(self, outgoing: Outgoing, settings: Settings) -> None:
        self._outgoing, self._url = outgoing, settings.metrika_url.rstrip("/")

    def wants(self, data: Mapping[str, str], one: Conversion) -> bool:
        return bool(one.client_id or one.yclid)

    def upload(
        self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch, of: Sequence[Conversion], agreed: bool
    ) -> Outcome:
        known = self._find(data, secrets, batch) if batch.attempts > 1 else None
        made = known or self._post(data, secrets, batch, metrika_file(of))
        return Outcome(str(made.get("id", "")), int(made.get("line_quantity") or len(of)))

    def look(self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch) -> Mapping[str, Any]:
        said = self._get(data, secrets, f"uploading/{batch.remote_id}")
        made = said.get("uploading")
        return {name: made[name] for name in TOLD if made.get(name) is not None} if isinstance(made, dict) else {}

    def _find(self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch) -> Mapping[str, Any] | None:
        known = self._get(data, secrets, f"uploadings?{urlencode({'limit': LOOKED_THROUGH})}").get("uploadings")
        return next((one for one in known or () if one.get("comment") == _comment(batch)), None)

    def _get(self, data: Mapping[str, str], secrets: Mapping[str, str], what: str) -> Mapping[str, Any]:
        return _read(self._outgoing.get_trusted(f"{self._place(data)}/{what}", _who(secrets)))

    def _post(self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch, table: str) -> Mapping[str, Any]:
        edge = f"widget-{batch.id}"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{batch.id}.csv"\r\n'
        body = f"{head}Content-Type: text/csv\r\n\r\n{table}\r\n--{edge}--\r\n".encode()
        url = f"{self._place(data)}/upload?{urlencode({'comment': _comment(batch)})}"
        headers = {**_who(secrets), "Content-Type": f"multipart/form-data; boundary={edge}"}
        made = _read(self._outgoing.post_trusted(url, body, headers)).get("uploading")
        if not isinstance(made, dict):
            raise Undelivered("strange")
        return made

    def _place(self, data: Mapping[str, str]) -> str:
        return f"{self._url}/management/v1/counter/{data['counter_id']}/offline_conversions"


def _comment(batch: Batch) -> str:
    return f"widget {batch.id}"


def _who(secrets: Mapping[str, str]) -> dict[str, str]:
    return {"Authorization": f"OAuth {secrets['token']}"}


def _read(answer: Answer) -> Mapping[str, Any]:
    if answer.status >= 500:
        raise Undelivered("down", answer.receipt, wait=answer.retry_after)
    if answer.status in (420, 429):
        raise Undelivered("busy", answer.receipt, wait=answer.retry_after or BUSY)
    if answer.status != 200:
        raise Undelivered(_shut(answer), answer.receipt, gone=True)
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Undelivered("strange", answer.receipt)
    return said


def _shut(answer: Answer) -> str:
    """Return what somebody must do: an invalid token is a 403 over there."""
    return "token" if b"invalid_token" in answer.body else SHUT.get(answer.status, "refused")
