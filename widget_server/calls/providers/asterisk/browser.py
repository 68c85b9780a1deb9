"""Telephones in operators' consoles: SIP over a WebSocket. Asterisk is told of each when its console asks for it.

Nothing is written into its files: what it knows of them lies in its memory (``sorcery.conf``) and is told again after
a restart, when the console finds itself refused.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.events import PbxError
from widget_server.calls.providers.asterisk.lines import CONSOLE
from widget_server.edge.identity import OperatorIdentity
from widget_server.kernel.errors import NotFound, TryAgain
from widget_server.operators.devices import DeviceService
from widget_server.settings import Settings

# The tabs and machines of one operator that may ring together.
MOST_CONTACTS = 3
# Dials nothing (docs/telephony-asterisk.md, section 3): a stolen password cannot call abroad.
CONTEXT = "from-operator"
AOR = {"max_contacts": str(MOST_CONTACTS), "remove_existing": "yes", "qualify_frequency": "0"}
ENDPOINT = {
    "context": CONTEXT,
    "webrtc": "yes",
    "disallow": "all",
    "allow": "alaw,ulaw",
    "direct_media": "no",
    "send_connected_line": "no",
}
Place = Literal["console", "nowhere", "elsewhere"]


@dataclass(frozen=True)
class BrowserPhone:
    """What a console needs to be a telephone."""

    address: str
    name: str
    password: str


class BrowserPhones:
    """Every operator whose calls ring in the console has one, where an Asterisk speaks to browsers."""

    def __init__(self, settings: Settings, devices: DeviceService) -> None:
        self._settings, self._devices = settings, devices
        self._ari = Ari(
            settings.asterisk_url, settings.asterisk_user, settings.asterisk_password, settings.asterisk_app
        )

    def place_of(self, operator: OperatorIdentity) -> Place:
        """Return where their calls ring: in a telephone of the console, nowhere yet, or not of our making."""
        if not self._settings.rings_phones or self._devices.own(operator)[0] != "console":
            return "elsewhere"
        return "console" if self._settings.browser_phones else "nowhere"

    def connect(self, operator: OperatorIdentity) -> BrowserPhone:
        """Tell Asterisk of the operator's telephone and return it; safe to repeat.

        Raises
        ------
        NotFound
            If their calls do not ring in the console.
        TryAgain
            ``pbx_unreachable``.
        """
        if self.place_of(operator) != "console":
            raise NotFound("not_found")
        name, password = CONSOLE.format(operator_id=operator.id), self._password(operator)
        try:
            for kind, fields in _objects(name, password):
                self._ari.configure(kind, name, fields)
        except PbxError:
            raise TryAgain("pbx_unreachable") from None
        return BrowserPhone(self._settings.browser_phones, name, password)

    def _password(self, operator: OperatorIdentity) -> str:
        """Return a password that everyone of us can work out, and that changes when the operator is logged out."""
        said = f"browser-phone:{operator.id}:{operator.session_version}"
        return hmac.new(self._settings.signing_key().encode(), said.encode(), hashlib.sha256).hexdigest()


def _objects(name: str, password: str) -> Iterator[tuple[str, dict[str, str]]]:
    yield "auth", {"auth_type": "userpass", "username": name, "password": password}
    yield "aor", AOR
    yield "endpoint", {**ENDPOINT, "auth": name, "aors": name}
