"""Runs the product in one process: HTTP, sockets and jobs on gevent (docs/decisions/0002-one-process.md).

The caller has patched the standard library (``gevent.monkey.patch_all``) before importing this.
"""

import logging
import signal
import socket
import threading
from datetime import timedelta
from typing import Any

import gevent
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.signal import signal as on_signal

from widget_server.app import create_app
from widget_server.background import start_background
from widget_server.chat.model import ConversationChanged
from widget_server.rooms import House

log = logging.getLogger(__name__)
SWEEP_SECONDS = 5
STOP_SECONDS = 3
BACKLOG = 1024
IDLE_SECONDS = 75
HEAD_SECONDS = 15
CATCH_UP_SECONDS = 1
LOOK_BACK = timedelta(seconds=5)


class PatientHandler(WSGIHandler):  # type: ignore[misc]  # gevent ships no types
    """Waits for a request, but not for ever; does not fill the log with what strangers send."""

    def read_requestline(self) -> str:
        line = None
        with gevent.Timeout(IDLE_SECONDS, False):
            line = super().read_requestline()
        return line or ""

    def read_request(self, raw_requestline: str) -> bool:
        with gevent.Timeout(HEAD_SECONDS, False):
            return bool(super().read_request(raw_requestline))
        return False

    def handle_one_response(self) -> None:
        super().handle_one_response()
        if "HTTP_UPGRADE" in self.environ:
            self.close_connection = True  # what may follow on a WebSocket's connection is no request

    def log_error(self, msg: str, *args: object) -> None:
        log.debug("%s: %.200r", self.client_address, msg % args if args else msg)

    def _handle_client_error(self, ex: Exception) -> Any:
        if isinstance(ex, OSError):
            return None
        return super()._handle_client_error(ex if isinstance(ex, ValueError) else ValueError(str(ex)))


class PromptServer(WSGIServer):  # type: ignore[misc]  # gevent ships no types
    """gevent writes head and body apart; without NODELAY the second waits 40 ms for an acknowledgement."""

    def do_read(self) -> Any:
        accepted = super().do_read()
        if accepted is not None:
            accepted[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return accepted


def serve(house: House, listener: socket.socket) -> None:
    """Serve what comes to the bound socket until SIGINT or SIGTERM; then finish what is under way."""
    settings = house.settings
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(house)
    listener.listen(BACKLOG)
    server = PromptServer(listener, app, log=None, error_log=log, handler_class=PatientHandler)
    server.start()
    stop = threading.Event()
    work = start_background(house, stop)
    sweeping = gevent.spawn(_sweep, house)
    gevent.spawn(_catch_up, house)
    gevent.spawn(house.push.digest.run_forever, stop, lambda: log.exception("summaries failed"))
    for number in (signal.SIGINT, signal.SIGTERM):
        on_signal(number, lambda *_: stop.set())
    print(f"ready {settings.url}", flush=True)
    stop.wait()
    server.stop(timeout=STOP_SECONDS)
    sweeping.kill()
    for thread in work:
        thread.join(STOP_SECONDS)


def _catch_up(house: House) -> None:
    """While Redis may have lost what other processes told, look for it in the table."""
    since = house.clock.now()
    while True:
        gevent.sleep(CATCH_UP_SECONDS)
        now = house.clock.now()
        try:
            if house.push.is_unsure():
                house.bus.publish(map(ConversationChanged, house.chat.changed_since(since - LOOK_BACK)))
            since = now
        except Exception:
            log.exception("catching up failed")


def _sweep(house: House) -> None:
    """Notice what nobody tells this process: operators shut out or logged out by another process, consoles that
    went silent, conversations that wait for somebody who is not there, experiments that have reached their end,
    sites changed elsewhere."""
    since = house.clock.now()
    while True:
        gevent.sleep(SWEEP_SECONDS)
        try:
            house.push.drop_operators(lambda operator: not house.operators.is_current(operator))
            house.operators.sweep_presence()
            house.chat_room.assignment.sweep()
            house.trials.finish_due()
            house.reports.jobs.schedule()
            house.conversions.uploading.schedule()
            house.digest.schedule()
            now = house.clock.now()
            for key in house.sites.all_changed_since(since):
                house.sites.forget(key)
                house.documents.forget(key)
            since = now
        except Exception:
            log.exception("sweep failed")
