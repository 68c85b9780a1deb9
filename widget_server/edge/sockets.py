"""Sockets: one Socket.IO server, who is behind each socket, handlers that answer like HTTP does."""

import logging
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from flask import Flask
from flask_socketio import SocketIO
from socketio.exceptions import ConnectionRefusedError as Refused

from widget_server.edge.answers import DATABASE_ERRORS, error_body, from_database
from widget_server.edge.hints import Hints
from widget_server.edge.identity import SiteGate
from widget_server.edge.limits import Limits
from widget_server.edge.payload import json_object
from widget_server.edge.websocket import MOST_BYTES, BoundedWebSocket, TextPacket
from widget_server.kernel.errors import ProductError, TryAgain
from widget_server.settings import Settings

log = logging.getLogger(__name__)
WHO = TypeVar("WHO")
PACKETS_PER_SOCKET = "600/minute"


def make_socketio(app: Flask, settings: Settings, sites: SiteGate) -> SocketIO:
    """Return the Socket.IO server: WebSocket only, text only, pages of known sites and the console only."""
    quiet = logging.getLogger("widget_server.sockets.protocol")
    quiet.setLevel(logging.CRITICAL)  # a broken packet closes its socket; it must not write a page of log
    socketio = SocketIO(
        app,
        async_mode="gevent",
        async_handlers=False,  # the packets of one socket are taken in their order
        manage_session=False,
        transports=["websocket"],
        cors_allowed_origins=lambda origin, environ: _may_connect(origin, environ, settings, sites),
        max_http_buffer_size=MOST_BYTES,
        ping_interval=25,
        ping_timeout=20,
        serializer=TextPacket,
        logger=quiet,
        engineio_logger=quiet,
        client_manager=Hints(settings.redis_url) if settings.redis_url else None,
    )
    engine = socketio.server.eio
    engine._async = {**engine._async, "websocket": BoundedWebSocket}
    return socketio


class RemoteDoor:
    """A namespace of another process, reached through Redis: what a worker has to say to open pages."""

    def __init__(self, redis_url: str, namespace: str) -> None:
        self._manager = Hints(redis_url, write_only=True)
        self._namespace = namespace

    def emit(self, event: str, data: dict[str, Any], room: str) -> None:
        self._manager.emit(event, data, namespace=self._namespace, room=room)

    def is_in(self, room: str) -> bool:
        """Return False: a worker does not know who is there."""
        return False

    def drop(self, is_meant: Callable[[Any], bool]) -> None:
        """Do nothing: every web process looks after its own sockets."""


def _may_connect(origin: str, environ: dict[str, Any], settings: Settings, sites: SiteGate) -> bool:
    return is_own_origin(origin, environ.get("HTTP_HOST", ""), settings) or sites.is_known_origin(origin)


def is_own_origin(origin: str, host: str, settings: Settings) -> bool:
    """Tell whether a page of ours (the console) asks."""
    return origin in (settings.url, f"https://{host}", *(() if settings.https else (f"http://{host}",)))


class Door(Generic[WHO]):
    """One namespace: ``let_in`` turns a connection into an identity, handlers get that identity and an object.

    Parameters
    ----------
    let_in : callable
        ``(environ, auth) -> (identity, language, rooms)``; raises ProductError to refuse.
    """

    def __init__(
        self,
        socketio: SocketIO,
        namespace: str,
        let_in: Callable[[dict[str, Any], dict[str, Any]], tuple[WHO, str, list[str]]],
    ) -> None:
        self._server = socketio.server
        self._namespace = namespace
        self._let_in = let_in
        self._behind: dict[str, tuple[WHO, str]] = {}
        self._limits = Limits()
        self._server.on("connect", self._connect, namespace=namespace)
        self._server.on("disconnect", self._disconnect, namespace=namespace)

    def on(self, event: str, handler: Callable[[WHO, dict[str, Any]], dict[str, Any] | None]) -> None:
        """Register ``handler(identity, data)``; its return is the ack, its error the protocol's error."""

        def answer(sid: str, data: object = None) -> dict[str, Any] | None:
            who, language = self._behind[sid]
            try:
                self._limits.check(PACKETS_PER_SOCKET, sid)
                return handler(who, json_object(data))
            except ProductError as error:
                return error_body(error, language)
            except DATABASE_ERRORS as error:
                return error_body(from_database(error), language)
            except Exception:
                log.exception("%s %s failed", self._namespace, event)
                return error_body(TryAgain("server"), language)

        self._server.on(event, answer, namespace=self._namespace)

    def emit(self, event: str, data: dict[str, Any], room: str) -> None:
        self._server.emit(event, data, room=room, namespace=self._namespace)

    def is_in(self, room: str) -> bool:
        """Tell whether anybody is in ``room`` through this process."""
        return room in self._server.manager.rooms.get(self._namespace, {})

    def drop(self, is_meant: Callable[[WHO], bool]) -> None:
        """Close the sockets of everybody who is meant: what they may hear has changed."""
        for sid in [sid for sid, (who, _) in self._behind.items() if is_meant(who)]:
            self._server.disconnect(sid, namespace=self._namespace)

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        try:
            who, language, rooms = self._let_in(environ, json_object(auth or {}))
        except ProductError as error:
            raise Refused(error.code, error_body(error, "en")["error"]) from error
        except DATABASE_ERRORS as error:
            raise Refused(from_database(error).code) from error
        except Exception:
            log.exception("%s connect failed", self._namespace)
            raise Refused("server") from None
        self._behind[sid] = who, language
        for room in rooms:
            self._server.enter_room(sid, room, namespace=self._namespace)

    def _disconnect(self, sid: str, _reason: str | None = None) -> None:
        self._behind.pop(sid, None)
