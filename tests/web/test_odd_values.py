"""Every field that the product reads, at every door, with what no form would send: no 500."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import bearer
from tests.seeding import Cast
from tests.web.conftest import Ids, addresses, fields

ODD: dict[str, Any] = {
    "nul": "a\x00b",
    "surrogate": "\ud800",
    "huge": "ж" * 2_500,
    "number": 2**80,
    "nothing": None,
    "list": [[], {}],
    "object": {"a": {"b": []}},
    "digits": "٣٤",
}


@pytest.mark.parametrize("kind", sorted(ODD))
def test_no_door_of_the_console_breaks(
    app: Flask, everything: Ids, log_in: Callable[[str], FlaskClient], kind: str
) -> None:
    owner, body = log_in("olga@demo.example"), dict.fromkeys(fields(), ODD[kind])
    as_form = {name: str(value).encode("utf-8", "replace") for name, value in body.items()}
    for method, address in addresses(app, everything):
        if method == "POST" and "/operators/" not in address:
            as_json = {"data": json.dumps(body), "content_type": "application/json"}
            sent: dict[str, Any] = as_json if "/api/" in address else {"data": as_form}
            answer = owner.post(address, **sent)
            assert answer.status_code < 500, (address, answer.get_data(as_text=True)[:300])


@pytest.mark.parametrize("kind", sorted(ODD))
def test_no_door_of_the_widget_breaks(client: FlaskClient, cast: Cast, kind: str) -> None:
    client.post("/w/v1/hello?site=demo", json={}, headers=bearer())
    body = dict.fromkeys(fields(), ODD[kind])
    for path in ("hello", "here", "messages", "read", "callbacks", "number", "end", "beacon", "leads"):
        for sent in (body, {"context": body}, {**body, "context": body}):
            answer = client.post(f"/w/v1/{path}?site=demo", data=json.dumps(sent), headers=bearer())
            assert answer.status_code < 500, (path, answer.get_data(as_text=True)[:300])
