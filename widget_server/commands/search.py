"""``search rebuild``."""

import argparse
import time

from widget_server.commands.opening import open_house


def rebuild(_args: argparse.Namespace) -> None:
    with open_house() as house:
        began = time.monotonic()
        entries = house.search.rebuild()
        print(f"{entries:,} entries in {time.monotonic() - began:.1f} s")
