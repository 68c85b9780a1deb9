"""Google Ads and Yandex.Metrica as their documents describe them, on this machine."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.notify.receivers import Received, WebServer

SECRETS = {
    "developer_token": "developer-token",
    "client_id": "client-id",
    "client_secret": "client-secret",
    "refresh_token": "refresh-token",
}
TOKEN = "y0_metrika-token"
FAILURE = "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"


def failure(*errors: dict[str, Any], message: str = "Failed") -> dict[str, Any]:
    return {"code": 3, "message": message, "details": [{"@type": FAILURE, "errors": list(errors)}]}


@dataclass
class Google(WebServer):
    """``known``: what counts, once per click, action and moment. ``errors``: gclid → code of ConversionUploadError."""

    known: set[tuple[str, str, str]] = field(default_factory=set)
    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    is_token_good: bool = True

    def answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        if request.path == "/token":
            asked = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            good = self.is_token_good and asked["refresh_token"] == SECRETS["refresh_token"]
            said = {"access_token": "ya29", "expires_in": 3599} if good else {"error": "invalid_grant"}
            return 200 if good else 400, {}, json.dumps(said).encode()
        if self.answers:
            return self.answers.pop(0)
        assert request.headers["authorization"] == "Bearer ya29"
        assert request.headers["developer-token"] == SECRETS["developer_token"]
        return 200, {}, json.dumps(self._take(request.json)).encode()

    def _take(self, asked: dict[str, Any]) -> dict[str, Any]:
        assert asked["partialFailure"] is True
        results, errors = [], []
        for place, row in enumerate(asked["conversions"]):
            self.rows.append(row)
            key = (row["gclid"], row["conversionAction"], row["conversionDateTime"])
            code = self.errors.get(row["gclid"]) or ("CLICK_CONVERSION_ALREADY_EXISTS" if key in self.known else None)
            if code is None:
                self.known.add(key)
            else:
                index = {"index": place} if place else {}  # zero is left out of JSON
                where = {"fieldPathElements": [{"fieldName": "conversions", **index}, {"fieldName": "gclid"}]}
                said = {"errorCode": {"conversionUploadError": code}, "message": f"It is {code}.", "location": where}
                errors.append(said)
            results.append(row if code is None else {})
        return {"results": results, "jobId": "77", **({"partialFailureError": failure(*errors)} if errors else {})}

    def will_fail(self, status: int, kind: str, code: str) -> None:
        self.will_say(status, json.dumps({"error": failure({"errorCode": {kind: code}, "message": code})}))


@dataclass
class Counter(WebServer):
    """A counter of Yandex.Metrica: ``uploadings`` as it lists them, with the files."""

    uploadings: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        if self.answers:
            return self.answers.pop(0)
        status, said = self._take(request)
        return status, {}, json.dumps(said).encode()

    def _take(self, request: Received) -> tuple[int, dict[str, Any]]:
        if request.headers.get("authorization") != f"OAuth {TOKEN}":
            said = {"error_type": "invalid_token", "message": "Invalid oauth_token"}
            return 403, {"errors": [said], "code": 403, "message": "Invalid oauth_token"}
        parts = urlsplit(request.path)
        place = parts.path.removeprefix("/management/v1/counter/44147844/offline_conversions/")
        if place == "upload":
            return 200, {"uploading": self.take(parse_qs(parts.query)["comment"][0], request.body.decode())}
        if place == "uploadings":
            return 200, {"uploadings": [{**one, "table": None} for one in self.uploadings]}
        told = {"status": "PROCESSED", "linked_quantity": 1}
        return 200, {"uploading": {**self.uploadings[0], "table": None, **told}}

    def take(self, comment: str, body: str) -> dict[str, Any]:
        found = re.search(r"Content-Type: text/csv\r\n\r\n(.*)\r\n--", body, re.DOTALL)
        assert found is not None
        table = found[1].split()
        quantity = {"source_quantity": len(table) - 1, "line_quantity": len(table) - 1}
        made = {"id": 700 + len(self.uploadings), "comment": comment, "status": "UPLOADED", **quantity}
        self.uploadings.append({**made, "table": table})
        return made
