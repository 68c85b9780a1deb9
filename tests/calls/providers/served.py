"""A provider's HTTP interface on this machine, answered by a function of the test."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Fields = list[tuple[str, str]]
Answer = Callable[[str, str, Fields, dict[str, str]], tuple[int, bytes]]


class NoAnswer(Exception):
    """The connection ends without a word."""


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Serve until the end of the block; gives the address. What ``answer`` complains about is raised at the end."""
    complaints: list[Exception] = []

    class Handler(BaseHTTPRequestHandler):
        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            place = urlsplit(self.path)
            fields = parse_qsl(body if self.command == "POST" else place.query, keep_blank_values=True)
            try:
                status, said = answer(
                    self.command, place.path, fields, {key.lower(): value for key, value in self.headers.items()}
                )
            except NoAnswer:
                self.close_connection = True
                return
            except Exception as complaint:
                complaints.append(complaint)
                status, said = 500, b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_DELETE = do  # noqa: N815  # names that the base class looks for

        def log_message(self, *_args: Any) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    for complaint in complaints:
        raise complaint
