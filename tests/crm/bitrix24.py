"""Bitrix24 as its documents describe it (apidocs.bitrix24.ru), on this machine: leads, contacts, deals, errors."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from tests.notify.receivers import Received, WebServer

KEY = "a1b2c3d4e5f6"
STATUSES = {
    "NEW": ("Не обработан", "P"),
    "IN_PROCESS": ("В работе", "P"),
    "PROCESSED": ("Обработан", "P"),
    "JUNK": ("Некачественный лид", "F"),
    "CONVERTED": ("Качественный лид", "S"),
}
Rows = dict[str, dict[str, Any]]


class Refused(Exception):
    def __init__(self, status: int, code: str, words: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.words = status, code, words


@dataclass
class Bitrix24(WebServer):
    """``rows``: what it holds, by kind. ``calls``: methods in their order, those of a batch too. ``requests``: HTTP."""

    rows: dict[str, Rows] = field(default_factory=lambda: {"lead": {}, "contact": {}, "deal": {}})
    calls: list[str] = field(default_factory=list)
    last: int = 3464

    @property
    def address(self) -> str:
        return f"{self.url}/rest/1/{KEY}/"

    def answer(self, request: Received) -> tuple[int, dict[str, str], bytes]:
        if self.answers:
            return self.answers.pop(0)
        try:
            return 200, {}, json.dumps({"result": self._take(request), "time": {"operating": 0}}).encode()
        except Refused as error:
            return error.status, {}, json.dumps({"error": error.code, "error_description": error.words}).encode()

    def will_refuse(self, status: int, code: str, words: str = "") -> None:
        self.will_say(status, json.dumps({"error": code, "error_description": words}))

    def add(self, kind: str, **fields: Any) -> str:
        self.last += 1
        status = {"STATUS_ID": "NEW"} if kind == "lead" else {}
        self.rows[kind][str(self.last)] = {**status, **fields, "ID": str(self.last)}
        return str(self.last)

    def _take(self, request: Received) -> Any:
        *_, user, key, method = request.path.split("/")
        if (user, key) != ("1", KEY):
            raise Refused(401, "INVALID_CREDENTIALS", "Invalid request credentials")
        return self._batch(request.json["cmd"]) if method == "batch" else self._call(method, request.json)

    def _batch(self, cmd: dict[str, str]) -> dict[str, Any]:
        results: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, line in cmd.items():
            method, _, query = line.partition("?")
            try:
                results[name] = self._call(method, unflatten(query))
            except Refused as error:
                errors[name] = {"error": error.code, "error_description": error.words}
        return {"result": results or [], "result_error": errors or [], "result_total": []}

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append(method)
        if method == "crm.status.list":
            return [{"STATUS_ID": key, "NAME": name} for key, (name, _) in STATUSES.items()]
        if method == "crm.duplicate.findbycomm":
            return self._duplicates(params["type"], params["values"])
        _, kind, act = method.split(".")
        return {"list": self._list, "add": self._add, "update": self._update}[act](self.rows[kind], kind, params)

    def _duplicates(self, kind: str, values: Any) -> Any:
        wanted = set(values.values() if isinstance(values, dict) else values)
        found = {
            name.upper(): [int(key) for key, row in self.rows[name].items() if wanted & reach(row, kind)]
            for name in ("lead", "contact")
        }
        return {name: ids for name, ids in found.items() if ids} or []

    def _list(self, rows: Rows, kind: str, params: dict[str, Any]) -> list[dict[str, Any]]:
        found = [row for row in rows.values() if all(_fits(row, *one) for one in params.get("filter", {}).items())]
        semantic = {"STATUS_SEMANTIC_ID": STATUSES} if kind == "lead" else {}
        return [{**row, **{name: of[row["STATUS_ID"]][1] for name, of in semantic.items()}} for row in found]

    def _add(self, rows: Rows, kind: str, params: dict[str, Any]) -> int:
        if params["fields"].get("STATUS_ID", "NEW") not in STATUSES:
            raise Refused(400, "", "Access denied.")
        return int(self.add(kind, **params["fields"]))

    def _update(self, rows: Rows, kind: str, params: dict[str, Any]) -> bool:
        if str(params["id"]) not in rows:
            raise Refused(400, "", "Not found")
        row = rows[str(params["id"])]
        for name, value in params["fields"].items():
            row[name] = [*row.get(name, []), *value] if isinstance(value, list) else value
        return True


def reach(row: dict[str, Any], kind: str) -> set[str]:
    return {one["VALUE"] for one in row.get(kind, [])}


def _fits(row: dict[str, Any], name: str, value: Any) -> bool:
    if name.startswith("@"):
        return row.get(name[1:]) in {str(one) for one in (value.values() if isinstance(value, dict) else value)}
    return row.get(name) == value


def unflatten(query: str) -> dict[str, Any]:
    """Read parameters as PHP does: ``filter[ORIGIN_ID]=x``."""
    made: dict[str, Any] = {}
    for name, value in parse_qsl(query):
        *path, last = name.replace("]", "").split("[")
        inner = made
        for part in path:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return made
