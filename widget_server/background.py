"""What goes on beside requests: jobs in two lanes, the chat's marks, the connection on which a PBX tells its news."""

import logging
import os
import socket
import threading
from collections.abc import Callable

from widget_server.calls.port import Listener
from widget_server.jobs.lease import Lease
from widget_server.letters import mailbox
from widget_server.rooms import House
from widget_server.telegram.reader import LEASE

log = logging.getLogger(__name__)
RENEW_SECONDS = 2.0
MARK_SECONDS = 1.0


def start_background(house: House, stop: threading.Event, name: str = "") -> list[threading.Thread]:
    """Start all of it until ``stop``; the threads end soon after (under gevent they are greenlets).

    ``name`` tells this process from all others; by default host and process id.
    """
    name = name or f"{socket.gethostname()}:{os.getpid()}"
    work: list[Callable[[], None]] = [lambda runner=runner: runner.run_forever(stop) for runner in house.runners]  # type: ignore[misc]  # bound now
    work.append(lambda: _write_marks(house, stop))
    listener = house.telephony.listen()
    if listener is not None:
        work.append(lambda: _listen(Lease(house.storage, house.clock, "telephony", name), listener, stop))
    if house.settings.telegram_bot_token:
        work.append(lambda: _listen(Lease(house.storage, house.clock, LEASE, name), house.telegram.reader, stop))
    if house.settings.imap_url:
        work.append(
            lambda: _listen(Lease(house.storage, house.clock, mailbox.LEASE, name), house.letters.mailbox, stop)
        )
    threads = [threading.Thread(target=one, daemon=True) for one in work]
    for thread in threads:
        thread.start()
    return threads


def _write_marks(house: House, stop: threading.Event) -> None:
    while not stop.wait(MARK_SECONDS):
        try:
            house.chat.marks.flush()
        except Exception:
            log.exception("marks cannot be written")


def _listen(lease: Lease, listener: Listener, stop: threading.Event) -> None:
    """Listen while this process holds the lease: two connections would take each other's events away."""
    while not stop.is_set():
        if _hold(lease):
            _listen_as_holder(lease, listener, stop)
        stop.wait(RENEW_SECONDS)


def _listen_as_holder(lease: Lease, listener: Listener, stop: threading.Event) -> None:
    lost = threading.Event()
    hearing = threading.Thread(target=listener.run, args=(lost,), daemon=True)
    hearing.start()
    while hearing.is_alive() and not stop.wait(RENEW_SECONDS) and _hold(lease):
        pass
    lost.set()
    hearing.join(RENEW_SECONDS)
    lease.let_go()


def _hold(lease: Lease) -> bool:
    try:
        return lease.hold()
    except Exception:
        log.exception("the lease cannot be renewed")
        return False
