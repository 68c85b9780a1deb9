"""Those who are told, as real servers of our own on this machine: a web server, a mail server, Telegram's Bot API."""

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler
from typing import Any


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebServer:
    """Writes down what is posted to it. ``answers`` are given in their order, then 204 for ever."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if self.answers else (204, {}, b"")

    def will_say(self, status: int, body: str = "", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, body.encode()))


class Quiet(socketserver.ThreadingTCPServer):
    """Says nothing of clients that hang up: some tests want them to."""

    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(web: WebServer) -> Iterator[WebServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            web.received.append(Received(self.path, headers, body))
            status, more, said = web.answer(web.received[-1])
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with running(Quiet(("127.0.0.1", 0), Handler)) as web.port:
        yield web


@dataclass
class Telegram(WebServer):
    """The Bot API: core.telegram.org/bots/api. ``updates`` are what people wrote to the bot."""

    token: str = "77:token"
    updates: list[dict[str, Any]] = field(default_factory=list)
    forums: set[int] = field(default_factory=set)
    made: int = 0

    def answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        if not request.path.startswith(f"/bot{self.token}/"):
            return _said(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        if self.answers:
            return self.answers.pop(0)
        result: Any = {"getMe": {"id": 77, "is_bot": True, "username": "shop_bot"}}.get(request.path.split("/")[-1], {})
        if request.path.endswith("/getUpdates"):
            offset = request.json.get("offset", 0)
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            result = self.updates
        if request.path.endswith("/getChat"):
            chat_id = int(request.json["chat_id"])
            result = {"id": chat_id, "type": "supergroup", **({"is_forum": True} if chat_id in self.forums else {})}
        if request.path.endswith(("/sendMessage", "/createForumTopic")):
            self.made += 1
            result = {"message_id": self.made, "message_thread_id": self.made, "name": request.json.get("name")}
        return _said(200, {"ok": True, "result": result})

    def calls(self, method: str) -> list[dict[str, Any]]:
        return [one.json for one in self.received if one.path.endswith(f"/{method}")]

    def hears(self, words: str, chat_id: int = 5, **chat: Any) -> None:
        number = 100 + len(self.updates)
        message = {"text": words, "chat": {"id": chat_id, **(chat or {"type": "private", "first_name": "Ольга"})}}
        self.updates.append({"update_id": number, "message": message})

    @property
    def sent(self) -> list[dict[str, Any]]:
        return [one.json for one in self.received if one.path.endswith("/sendMessage")]


def _said(status: int, words: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(words).encode()


@dataclass
class MailServer:
    """Takes letters. ``replies``: what it says instead of yes, by command."""

    letters: list[EmailMessage] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    logins: list[str] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    port: int = 0


@contextmanager
def mail_served(mail: MailServer) -> Iterator[MailServer]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 mail.example")
            while line := self.rfile.readline():  # another file after STARTTLS
                words = line.decode().strip()
                command = words.split()[0].upper()
                if command in mail.replies:
                    self.say(mail.replies[command])
                else:
                    getattr(self, f"do_{command.lower()}", self.yes)(words)

        def say(self, words: str) -> None:
            self.wfile.write(words.encode() + b"\r\n")

        def yes(self, words: str) -> None:
            self.say("250 ok")

        def do_quit(self, words: str) -> None:
            self.say("221 bye")

        def do_ehlo(self, words: str) -> None:
            self.say("250-mail.example\r\n" + ("250-STARTTLS\r\n" if mail.tls else "") + "250 AUTH PLAIN")

        def do_starttls(self, words: str) -> None:
            self.say("220 go on")
            assert mail.tls is not None
            self.request = mail.tls.wrap_socket(self.request, server_side=True)
            self.rfile, self.wfile = self.request.makefile("rb"), socketserver._SocketWriter(self.request)  # type: ignore[attr-defined]

        def do_auth(self, words: str) -> None:
            mail.logins.append(words.split()[-1])
            self.say("235 welcome")

        def do_data(self, words: str) -> None:
            self.say("354 go on")
            lines = iter(self.rfile.readline, b".\r\n")
            mail.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]
            self.say("250 taken")

        def finish(self) -> None:
            super().finish()
            self.request.close()

    with running(Quiet(("127.0.0.1", 0), Handler)) as mail.port:
        yield mail


@contextmanager
def running(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield int(server.server_address[1])
    server.shutdown()
    server.server_close()
    thread.join()


@contextmanager
def silent() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])
