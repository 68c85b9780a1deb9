"""``simulate-call``: somebody dials a number of yours, without a telephone."""

import argparse
import time

from widget_server.calls.providers.simulated.telephony import IMPATIENCE, SimulatedTelephony
from widget_server.commands.opening import open_house
from widget_server.commands.running import CannotRun
from widget_server.sites.phone import read_phone

LOOK_SECONDS = 0.1


def simulate_call(args: argparse.Namespace) -> None:
    dialled = read_phone(args.to, args.country).e164
    caller = read_phone(args.caller, args.country).e164 if args.caller else ""
    with open_house() as house:
        pbx = house.telephony
        if not isinstance(pbx, SimulatedTelephony):
            raise CannotRun(f"telephony={house.settings.telephony}: dial the number with a telephone instead")
        taken = _wait(pbx, pbx.call_in(dialled, caller))
    if taken is None:
        raise CannotRun("no server took the call. Start one in another window: widget-server run")
    if not taken:
        raise CannotRun(f"no site has the number {dialled} as a tracking number. See: widget-server numbers list")
    print(f"{dialled} rings; answer in the console")


def _wait(pbx: SimulatedTelephony, reference: str) -> bool | None:
    """Wait until the server has looked at the call; None if it does not."""
    until = time.monotonic() + IMPATIENCE.total_seconds()
    while time.monotonic() < until:
        taken = pbx.was_taken(reference)
        if taken is not None:
            return taken
        time.sleep(LOOK_SECONDS)
    return None
