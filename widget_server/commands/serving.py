"""The server behind its socket, ``worker``, ``upgrade``: the long-running ones and what they need."""

import argparse
import signal
import socket
import threading

from widget_server.background import start_background
from widget_server.commands.demo import ensure_demo
from widget_server.commands.opening import open_house
from widget_server.edge.sockets import RemoteDoor
from widget_server.house import build
from widget_server.operators.setup_token import setup_token
from widget_server.rooms import House
from widget_server.schema import upgrade as upgrade_schema
from widget_server.settings import Settings, load_settings
from widget_server.sites.model import tag_of

STOP_SECONDS = 3


def run(settings: Settings, listener: socket.socket, *, with_demo: bool) -> None:
    """Print the links, then serve what comes to the socket."""
    from widget_server.server import serve  # only a patched process may import it

    with open_house(settings) as house:
        lines = _links(house, ensure_demo(house) if with_demo else [])
        print("\n".join(lines), flush=True)
        serve(house, listener)


def worker(_args: argparse.Namespace) -> None:
    settings = load_settings()
    upgrade_schema(settings)
    house = build(settings)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print("worker ready", flush=True)
    background = start_background(house, stop)
    if settings.redis_url:
        from widget_server.jobs.rq_bridge import work

        house.push.open(RemoteDoor(settings.redis_url, "/visitor"), RemoteDoor(settings.redis_url, "/console"))
        work(house.runners[0], settings.redis_url, stop)
    stop.wait()
    for thread in background:
        thread.join(STOP_SECONDS)
    house.storage.close()


def upgrade(_args: argparse.Namespace) -> None:
    settings = load_settings()
    upgrade_schema(settings)
    print("The database has the newest schema.")


def _links(house: House, demo: list[str]) -> list[str]:
    settings = house.settings
    lines = [f"  Console    {settings.url}/console/", *demo]
    if house.operators.is_empty():
        lines.append(f"  Set up     {settings.url}/console/setup?token={setup_token(settings)}")
    elif not demo and (site := next(iter(house.sites.all_sites()), None)) is not None:
        lines.append(f"  Preview    {settings.url}/demo/{site.key}")
        lines.append(f"  Tag        {tag_of(settings.url, site.key)}")
    return ["", *lines, ""]
