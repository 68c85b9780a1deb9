"""``run``, as far as the address: it is taken first, and what takes long is loaded after."""

import argparse
import errno
import socket

from widget_server.commands.running import CannotRun
from widget_server.settings import Settings, load_settings


def run(args: argparse.Namespace) -> None:
    settings = load_settings(host=args.host, port=args.port)
    if args.demo:
        check_may_demo(settings)
    listener = _listen(settings)
    from widget_server.commands.serving import run as run_behind

    run_behind(settings, listener, with_demo=args.demo)


def check_may_demo(settings: Settings) -> None:
    """Refuse on a server that seems to be public: the demo's people are known by name."""
    if settings.https or settings.public_url:
        raise CannotRun(
            "https or public_url is set, so this seems to be a public server, and the demo's people are known by name. "
            "If you mean it: widget-server demo --yes"
        )


def _listen(settings: Settings) -> socket.socket:
    """Take the address before anything is printed or opened; who comes meanwhile is served as soon as all is there.

    A process that shares its port takes it only: what comes before it is ready is for the others.

    Raises
    ------
    CannotRun
        With the reason in words.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if settings.share_port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((settings.host, settings.port))
        if not settings.share_port:
            listener.listen()
    except OSError as error:
        listener.close()
        raise CannotRun(_address_problem(settings, error)) from None
    return listener


def _address_problem(settings: Settings, error: OSError) -> str:
    place = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{place} is in use. Stop what listens there, or take another port: widget-server run --port 8123"
    if error.errno == errno.EACCES:
        return f"{place} needs rights that this user does not have. Take a port above 1023"
    return f"{place} cannot be listened on: {error.strerror or error}"
