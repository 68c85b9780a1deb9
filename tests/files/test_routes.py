"""Uploading and fetching over HTTP: whatever is sent, no answer is a 500, and no stranger's bytes run anywhere."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, OTHER_SECRET, FakeClock, bearer
from tests.files.conftest import Draw
from tests.files.test_files import PDF
from tests.seeding import Cast

URL = "/w/v1/files"


@pytest.fixture
def visitor(client: FlaskClient, cast: Cast) -> FlaskClient:
    for one in (bearer(), bearer(OTHER_ID, OTHER_SECRET)):
        client.post("/w/v1/hello?site=demo", json={"context": {}}, headers=one)
    return client


def upload(browser: FlaskClient, raw: bytes, name: str = "a.png", length: str | None = None, **headers: str) -> Any:
    asked = {"site": "demo", "lang": "en", "name": name}
    said = {} if length is None else {"CONTENT_LENGTH": length}
    sent = {"Content-Type": "image/png", **bearer(), **headers}
    return browser.post(URL, query_string=asked, data=raw, headers=sent, environ_overrides=said)


def links(browser: FlaskClient, raw: bytes, **who: str) -> dict[str, Any]:
    file = upload(browser, raw).json["file"]
    answer = browser.post(f"/w/v1/files/{file['id']}/link?site=demo", json={}, headers=who or bearer())
    return dict(answer.json)


def test_a_picture_is_shown_in_a_cage(visitor: FlaskClient, draw: Draw) -> None:
    answer = visitor.get(links(visitor, draw("PNG"))["whole"])
    assert answer.mimetype == "image/png"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Content-Disposition"].startswith("inline;")


def test_a_document_is_only_ever_saved(visitor: FlaskClient) -> None:
    answer = visitor.get(links(visitor, PDF)["whole"])
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_link_lives_minutes(visitor: FlaskClient, draw: Draw, clock: FakeClock) -> None:
    link = links(visitor, draw("PNG"))["whole"]
    clock.forward(minutes=11)
    assert visitor.get(link).status_code == 404


def test_a_link_opens_what_it_names_and_nothing_else(visitor: FlaskClient, draw: Draw) -> None:
    one, other = links(visitor, draw("PNG")), links(visitor, draw("JPEG"))
    ask = one["whole"].partition("?")[2]
    wrong = [
        other["whole"].partition("?")[0] + "?" + ask,
        one["thumb"].partition("?")[0] + "?" + ask,
        one["whole"].replace("until=1", "until=9"),
        one["whole"].partition("?")[0],
        one["whole"] + "0",
        "/files/..%2f..%2fsecret/whole?" + ask,
        "/files/" + "a" * 26 + "/../../secret?" + ask,
        one["whole"].replace("sign=", "sign=é"),
    ]
    assert [visitor.get(url).status_code for url in wrong] == [404] * len(wrong)


def test_another_visitor_gets_no_link(visitor: FlaskClient, draw: Draw) -> None:
    file = upload(visitor, draw("PNG")).json["file"]
    url = f"/w/v1/files/{file['id']}/link?site=demo"
    assert visitor.post(url, json={}, headers=bearer(OTHER_ID, OTHER_SECRET)).status_code == 404
    assert visitor.post(url, json={}, headers={"Origin": "https://shop.example"}).status_code == 401


def test_an_operator_sees_it_by_their_session(
    visitor: FlaskClient, draw: Draw, log_in: Callable[[str], FlaskClient]
) -> None:
    file = upload(visitor, draw("PNG")).json["file"]
    url = f"/console/files/{file['id']}/whole"
    assert log_in("anna@demo.example").get(url).mimetype == "image/png"
    assert visitor.get(url).status_code == 302


POLYGLOTS = {
    "svg": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "html behind a signature": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "script behind a gif": b"GIF89a=1;alert(1)//",
    "half a pdf": b"%PDF-1.4\n<script>",
    "webp of nothing": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    "jpeg of nothing": b"\xff\xd8\xff\xe0" + b"\0" * 64,
    "zip": b"PK\x03\x04" + b"\0" * 64,
    "zeros": b"\0" * 1000,
}


@pytest.mark.parametrize("raw", POLYGLOTS.values(), ids=POLYGLOTS)
def test_what_only_looks_right_is_refused(visitor: FlaskClient, raw: bytes) -> None:
    assert upload(visitor, raw).status_code == 400


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x", "a\0b.png", "x" * 5000, "\u202egnp.exe", "", "C:\\a\\b.svg", "a\r\nX: y"]
)
def test_a_name_leads_nowhere(visitor: FlaskClient, draw: Draw, name: str) -> None:
    file = upload(visitor, draw("PNG"), name).json["file"]
    assert file["name"].endswith(".png")
    assert not set(file["name"]) & set("/\\\r\n\0\u202e:")
    link = visitor.post(f"/w/v1/files/{file['id']}/link?site=demo", json={}, headers=bearer()).json["whole"]
    assert visitor.get(link).status_code == 200


def test_a_wrong_length_is_no_accident_of_ours(visitor: FlaskClient, draw: Draw) -> None:
    raw = draw("PNG")
    said = [str(len(raw) + 50), str(len(raw) - 60), "0", "99999999999", "-5", "many"]
    statuses = {upload(visitor, raw, length=one).status_code for one in said}
    assert statuses <= {400, 413}


def test_a_form_of_many_parts_is_no_file(visitor: FlaskClient) -> None:
    parts = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n" * 20_000 + b"--x--"
    answer = upload(visitor, parts, **{"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "file_type")


def test_too_much_is_refused_before_it_is_read(visitor: FlaskClient) -> None:
    answer = upload(visitor, b"\0" * 11_000_000)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "file_too_large")


def test_a_person_is_not_a_flood(visitor: FlaskClient, draw: Draw) -> None:
    raw = draw("PNG")
    statuses = [upload(visitor, raw).status_code for _ in range(31)]
    assert (statuses[0], statuses[-1]) == (200, 429)


@pytest.mark.parametrize("data", [None, 1, [], "x", {"file": 1}, {"file": {"id": []}}, {"file": {"id": "a" * 26}}])
def test_nonsense_is_no_file_of_a_message(visitor: FlaskClient, data: object) -> None:
    body = {"client_id": "m" * 26, "kind": "file", "data": data}
    assert visitor.post("/w/v1/messages?site=demo", json=body, headers=bearer()).status_code in (400, 409)
