"""``check-telephony``: whether calls can be made, in words."""

import argparse

from widget_server.calls.model import Device
from widget_server.calls.providers.asterisk.check import check_asterisk
from widget_server.commands.opening import open_house
from widget_server.commands.running import CannotRun
from widget_server.operators.store import find_people
from widget_server.rooms import House


def check_telephony(_args: argparse.Namespace) -> None:
    with open_house() as house:
        if house.settings.telephony != "asterisk":
            print(f"telephony = {house.settings.telephony}: there is no PBX of yours to look at")
            return
        findings = check_asterisk(house.settings, _devices(house))
    for finding in findings:
        print(f"{'ok' if finding.good else 'NO':3} {finding.says}")
    if not all(finding.good for finding in findings):
        raise CannotRun("something is missing: see NO above and docs/telephony-asterisk.md")


def _devices(house: House) -> dict[str, Device]:
    """Return where everybody answers who takes calls, by name and e-mail."""
    with house.storage.read() as tx:
        people = [one for one in find_people(tx, house.clock.now()) if one.takes_calls and not one.disabled]
    return {f"{one.name} ({one.email})": Device(one.id, one.device, one.device_address) for one in people}
