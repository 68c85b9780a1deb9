"""The two that ``bench.search`` compares: the database alone, and the product in a process of its own."""

import http.client
import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

from sqlalchemy import Engine

from tests.running import RunningServer
from tests.seeding import PASSWORD
from widget_server.search.model import Term, read_terms
from widget_server.settings import Settings


class Bare:
    """One connection that asks for the number of messages that match and for the newest 20 of them."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection().driver_connection
        self._is_sqlite = engine.dialect.name == "sqlite"

    def ask(self, question: str) -> int:
        return self._ask_sqlite(question) if self._is_sqlite else self._ask_postgres(question)

    def _ask_sqlite(self, question: str) -> int:
        match = "words : (" + " AND ".join(_fts(term) for term in read_terms(question)) + ")"
        cursor: Any = self._connection
        (count,) = cursor.execute("SELECT count(*) FROM search_words WHERE search_words MATCH ?", (match,)).fetchone()
        newest = "SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT 20"
        cursor.execute(newest, (match,)).fetchall()
        return int(count)

    def _ask_postgres(self, question: str) -> int:
        match = " & ".join(_ts(term) for term in read_terms(question))
        found = "FROM search_entries WHERE words @@ %s::tsquery AND kind = 'message'"
        # Without MATERIALIZED the planner goes back in time through the whole table for what is rare.
        all_of_it = f"WITH found AS MATERIALIZED (SELECT id {found})"
        newest = f"{all_of_it} SELECT id, count(*) OVER () FROM found ORDER BY id DESC LIMIT 20"
        cursor: Any = self._connection
        cursor.prepare_threshold = None  # planned for the very words, as the product has it
        rows = cursor.execute(newest, (match,)).fetchall()
        return int(rows[0][1]) if rows else 0


def _fts(term: Term) -> str:
    return '"' + " ".join(term.words) + '"' + (" *" if term.is_prefix else "")


def _ts(term: Term) -> str:
    return " <-> ".join(f"'{word}'{':*' if term.is_prefix else ''}" for word in term.words)


class Served:
    """``widget-server run`` on a free port, and an operator who is logged in."""

    def __init__(self, settings: Settings, email: str) -> None:
        options = {"DATABASE_URL": settings.database_url} if settings.database_url else {}
        self._server = RunningServer(Path(settings.data_dir), options=options)
        self._email = email

    def __enter__(self) -> Self:
        self._server.start()
        self._line = http.client.HTTPConnection("127.0.0.1", self._server.port)
        self._cookie = ""
        page = self._send("GET", "/console/login")
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        self._send("POST", "/console/login", {"csrf_token": token, "email": self._email, "password": PASSWORD})
        return self

    def __exit__(self, _kind: type[BaseException] | None, _it: BaseException | None, _at: TracebackType | None) -> None:
        self._line.close()
        self._server.stop()

    def ask(self, question: str) -> int:
        groups = json.loads(self._send("GET", f"/console/api/search?q={quote(question)}"))["groups"]
        return sum(group["count"] for group in groups if group["kind"] == "message")

    def _send(self, method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Cookie": self._cookie, "Origin": self._server.url}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._line.request(method, path, urlencode(form) if form else None, headers)
        answer = self._line.getresponse()
        for value in answer.headers.get_all("Set-Cookie", []):
            self._cookie = value.split(";")[0]
        if answer.status >= 400:
            raise SystemExit(f"{path}: {answer.status}")
        return answer.read().decode()
