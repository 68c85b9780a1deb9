"""The part of Voximplant's Management API that we use, in the name of a service account."""

import base64
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from widget_server.calls.providers.web import Refused, Web
from widget_server.settings import BadSettings

TOKEN_SECONDS = 60
SKEW_SECONDS = 5


class ServiceAccount:
    """A key file as the control panel gives it: ``account_id``, ``key_id``, ``private_key``.

    Raises
    ------
    BadSettings
        If the file is not one.
    """

    def __init__(self, path: str) -> None:
        try:
            said = json.loads(Path(path).read_text())
            self._account, self._key_id = str(said["account_id"]), str(said["key_id"])
            key = load_pem_private_key(said["private_key"].encode(), password=None)
        except (ValueError, KeyError, TypeError, AttributeError):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise BadSettings([f"voximplant_key={path}: this is not the key file of a Voximplant service account"])
        self._key = key

    def header(self) -> dict[str, str]:
        """Return the header of one request: a token (JWT, RS256) for the next minute."""
        now = int(time.time())
        head = {"typ": "JWT", "alg": "RS256", "kid": self._key_id}
        claims = {"iss": self._account, "iat": now - SKEW_SECONDS, "exp": now + TOKEN_SECONDS}
        said = f"{_base64url(json.dumps(head).encode())}.{_base64url(json.dumps(claims).encode())}"
        return {"Authorization": f"Bearer {said}.{_base64url(self._key.sign(said.encode(), PKCS1v15(), SHA256()))}"}


class VoximplantApi:
    """One account.

    Parameters
    ----------
    url : str
        Where the interface is; another one in tests.
    key : str
        The file of a service account.
    rule : str
        Id of the routing rule that starts our scenario.
    """

    def __init__(self, url: str, key: str, rule: str) -> None:
        self._account = ServiceAccount(key)
        self._web, self._plain = Web(url, header=self._account.header), Web()
        self._rule = rule
        self._place = urlsplit(url)
        self._own_numbers: dict[str, bool] = {}

    def start_scenario(self, custom_data: str) -> str:
        """Start our scenario; return the address by which its session can be poked."""
        said = self._call("StartScenarios", rule_id=self._rule, script_custom_data=custom_data)
        return str(said["media_session_access_secure_url"])

    def poke(self, address: str) -> None:
        """Tell a running session to look for orders. Raises ``Refused`` if it is gone."""
        self._plain.touch(address)

    def owns_number(self, number: str) -> bool:
        """Tell whether the account may show this number; asked once in a process's life."""
        if number not in self._own_numbers:
            digits = number.removeprefix("+")
            rented = self._call("GetPhoneNumbers", phone_number=digits)["result"]
            verified = rented or self._call("GetCallerIDs", callerid_number=digits, active="true")["result"]
            self._own_numbers[number] = bool(verified)
        return self._own_numbers[number]

    def recording(self, url: str) -> bytes:
        try:
            return self._web.fetch(self._known(url))
        except Refused as refused:
            if refused.status == 404:
                raise LookupError(url) from None
            raise

    def delete_recording(self, url: str) -> None:
        """Delete it; what is gone already cannot be told from what cannot be deleted, so both pass."""
        self._web.post("/DeleteRecord", [("record_url", self._known(url))])

    def _call(self, command: str, **fields: str) -> dict[str, Any]:
        said = self._web.post(f"/{command}", list(fields.items()))
        if "error" in said:
            raise Refused(200, said["error"].get("code"))
        return said

    def _known(self, url: str) -> str:
        """Return the address of a recording; the token goes to the provider's own hosts only."""
        place = urlsplit(url)
        family = "." + (self._place.hostname or "").partition(".")[2]  # api.voximplant.com → .voximplant.com
        related = family.count(".") > 1 and (place.hostname or "").endswith(family)
        if place.scheme != self._place.scheme or not (related or place.hostname == self._place.hostname):
            raise LookupError(url)
        return url


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
