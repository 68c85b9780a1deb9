"""Says in words whether calls can be made through an Asterisk."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.calls.model import Device
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.events import PbxError
from widget_server.calls.providers.asterisk.lines import Lines
from widget_server.settings import Settings


@dataclass(frozen=True)
class Finding:
    good: bool
    says: str


def check_asterisk(settings: Settings, devices: Mapping[str, Device]) -> list[Finding]:
    """Look at all that a call needs. ``devices``: where people answer, by their names."""
    ari = Ari(settings.asterisk_url, settings.asterisk_user, settings.asterisk_password, settings.asterisk_app)
    try:
        version = ari.version()
        found = [Finding(True, f"Asterisk {version} answers at {ari.url}"), _listener(ari), _trunk(ari, settings)]
        return [*found, *_phones(ari, Lines(ari, settings), devices), _speech(settings)]
    except PbxError as error:
        return [Finding(False, str(error))]


def _listener(ari: Ari) -> Finding:
    if ari.has_app():
        return Finding(True, f"a server listens to it as {ari.app}")
    return Finding(False, f"no server listens to it as {ari.app}: start one with widget-server run")


def _trunk(ari: Ari, settings: Settings) -> Finding:
    technology, _, rest = settings.asterisk_trunk.partition("/")
    name = rest.rpartition("@")[2]
    state = ari.endpoint_state(technology, name)
    if state is None:
        return Finding(False, f"asterisk_trunk: there is no endpoint {technology}/{name} to dial numbers by")
    if state == "offline":
        return Finding(False, f"asterisk_trunk: the endpoint {technology}/{name} is offline")
    return Finding(True, f"numbers are dialled by {technology}/{name}")


def _phones(ari: Ari, lines: Lines, devices: Mapping[str, Device]) -> list[Finding]:
    silent = []
    for person, device in devices.items():
        endpoint = lines.endpoint(device)
        if device.kind != "phone" and ari.endpoint_state(*endpoint.split("/", 1)) != "online":
            silent.append(Finding(False, f"{person}: nothing is registered as {endpoint}"))
    reached = len(devices) - len(silent)
    return [Finding(reached > 0, f"{reached} of {len(devices)} people who take calls can be rung"), *silent]


def _speech(settings: Settings) -> Finding:
    if settings.speech_command:
        return Finding(True, f"operators hear who calls; Asterisk fetches the words from {settings.url}")
    return Finding(True, "operators hear a beep before the visitor; speech_command would tell them who calls")
