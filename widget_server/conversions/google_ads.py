"""Google Ads: ConversionUploadService.UploadClickConversions over REST (developers.google.com/google-ads/api).

Google knows a conversion by its click, action and moment: what is uploaded again is refused as known, and counts once.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from widget_server.conversions.model import Conversion
from widget_server.conversions.upload_model import Batch, Outcome
from widget_server.notify.outgoing import Answer, Outgoing
from widget_server.notify.port import Undelivered
from widget_server.settings import Settings

KNOWN = {"CLICK_CONVERSION_ALREADY_EXISTS", "ORDER_ID_ALREADY_IN_USE", "DUPLICATE_ORDER_ID"}
KNOWN |= {"DUPLICATE_CLICK_CONVERSION_IN_REQUEST"}
TOO_NEW = {"TOO_RECENT_EVENT", "TOO_RECENT_CONVERSION_ACTION", "TOO_RECENT_CALL"}
# The kind of an error that concerns the whole request → our word for what somebody must do.
SHUT = {
    "authenticationError": "token",
    "authorizationError": "rights",
    "headerError": "developer_token",
}
BUSY = timedelta(minutes=15)


class GoogleAds:
    def __init__(self, outgoing: Outgoing, settings: Settings) -> None:
        self._outgoing, self._settings = outgoing, settings

    def wants(self, data: Mapping[str, str], one: Conversion) -> bool:
        return bool(one.gclid and data.get(one.metric))

    def upload(
        self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch, of: Sequence[Conversion], agreed: bool
    ) -> Outcome:
        headers = {
            "Authorization": f"Bearer {self._access_token(secrets)}",
            "developer-token": secrets["developer_token"],
            "Content-Type": "application/json",
        }
        if data.get("login_customer_id"):
            headers["login-customer-id"] = data["login_customer_id"]
        rows = [_row(data, one, agreed) for one in of]
        body = json.dumps({"conversions": rows, "partialFailure": True}).encode()
        url = f"{self._settings.google_ads_url.rstrip('/')}/customers/{data['customer_id']}:uploadClickConversions"
        answer = self._outgoing.post_trusted(url, body, headers)
        said = _json(answer)
        if answer.status != 200:
            raise _problem(answer, said)
        return _outcome(said, of)

    def look(self, data: Mapping[str, str], secrets: Mapping[str, str], batch: Batch) -> Mapping[str, Any]:
        return {}

    def _access_token(self, secrets: Mapping[str, str]) -> str:
        """Change the refresh token for one that is good for an hour."""
        asked = {name: secrets[name] for name in ("client_id", "client_secret", "refresh_token")}
        body = urlencode({**asked, "grant_type": "refresh_token"}).encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._outgoing.post_trusted(self._settings.google_oauth_url, body, form)
        token = _json(answer).get("access_token")
        if answer.status == 200 and isinstance(token, str):
            return token
        if answer.status >= 500 or answer.status == 429:
            raise Undelivered("down", answer.receipt)
        raise Undelivered("token", answer.receipt, gone=True)


def _row(data: Mapping[str, str], one: Conversion, agreed: bool) -> dict[str, Any]:
    row: dict[str, Any] = {
        "gclid": one.gclid,
        "conversionAction": f"customers/{data['customer_id']}/conversionActions/{data[one.metric]}",
        "conversionDateTime": f"{one.at:%Y-%m-%d %H:%M:%S+00:00}",
    }
    if one.price:
        row |= {"conversionValue": float(one.price), "currencyCode": one.currency, "orderId": one.cause}
    if agreed:
        row["consent"] = {"adUserData": "GRANTED"}
    return row


def _outcome(said: Mapping[str, Any], of: Sequence[Conversion]) -> Outcome:
    """Sort the errors by the conversions that they are about; one error concerns one conversion."""
    refused: dict[str, tuple[str, str]] = {}
    later: set[str] = set()
    for error in _failures(said.get("partialFailureError")):
        place = _place(error)
        code = next(iter((error.get("errorCode") or {}).values()), "UNKNOWN")
        if place is None or place >= len(of):
            raise Undelivered("strange")
        if code in TOO_NEW:
            later.add(of[place].act_id)
        elif code not in KNOWN:
            refused.setdefault(of[place].act_id, (str(code), str(error.get("message", ""))[:300]))
    job = said.get("jobId")
    return Outcome(None if job is None else str(job), len(of) - len(refused) - len(later), refused, frozenset(later))


def _place(error: Mapping[str, Any]) -> int | None:
    """Return which conversion of the request an error is about; the first index may be left out for 0."""
    for part in (error.get("location") or {}).get("fieldPathElements", ()):
        if part.get("fieldName") == "conversions":
            return int(part.get("index", 0))
    return None


def _failures(status: Any) -> list[Mapping[str, Any]]:
    details = status.get("details", ()) if isinstance(status, dict) else ()
    return [error for one in details if isinstance(one, dict) for error in one.get("errors", ())]


def _problem(answer: Answer, said: Mapping[str, Any]) -> Undelivered:
    errors = _failures(said.get("error"))
    kinds = [(kind, code) for error in errors for kind, code in (error.get("errorCode") or {}).items()]
    if answer.status >= 500:
        return Undelivered("down", answer.receipt, wait=answer.retry_after)
    if answer.status == 429 or any(kind == "quotaError" for kind, _ in kinds):
        return Undelivered("busy", answer.receipt, wait=answer.retry_after or BUSY)
    for kind, code in kinds:
        if str(code).startswith("DEVELOPER_TOKEN"):
            return Undelivered("developer_token", answer.receipt, gone=True)
        if code in ("CUSTOMER_NOT_FOUND", "CUSTOMER_NOT_ENABLED"):
            return Undelivered("account", answer.receipt, gone=True)
        if kind in SHUT:
            return Undelivered(SHUT[kind], answer.receipt, gone=True)
    plain = {401: "token", 403: "rights", 404: "account"}.get(answer.status, "refused")
    return Undelivered(plain, answer.receipt, gone=True)


def _json(answer: Answer) -> dict[str, Any]:
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    return said if isinstance(said, dict) else {}
