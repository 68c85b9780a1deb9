"""What Asterisk calls the telephones of operators and the way to numbers outside."""

from widget_server.calls.model import Device
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.model import PHONES
from widget_server.settings import Settings

CONSOLE = "web-{operator_id}"  # the phone in an operator's console


class Lines:
    """Endpoints, as the settings name them."""

    def __init__(self, ari: Ari, settings: Settings) -> None:
        self._ari = ari
        self._phones, self._trunk = settings.asterisk_phones, settings.asterisk_trunk

    def endpoint(self, device: Device) -> str:
        if device.kind == "phone":
            return self.outside(device.address)
        address = device.address or CONSOLE.format(operator_id=device.operator_id)
        return self._phones.format(address=address)

    def outside(self, phone: str) -> str:
        return self._trunk.format(number=phone, digits=phone.lstrip("+"))

    def further(self, device: Device, channel: str) -> list[str]:
        """Return the other phones that are registered under the same name: ``channel`` rings one only."""
        technology, _, name = self.endpoint(device).partition("/")
        if device.kind == "phone" or technology != "PJSIP" or "@" in name:
            return []
        contacts = self._ari.variable(channel, f"PJSIP_DIAL_CONTACTS({name})").split("&")
        if len(contacts) < 2:
            return []
        rung = self._ari.variable(channel, "CHANNEL(pjsip,target_uri)")
        return [one for one in contacts if not one.endswith(f"/{rung}")][: PHONES - 1]
