"""The paths that every page view takes."""

import json

import pytest
from flask.testing import FlaskClient

from tests.cast import VISITOR_ID
from tests.seeding import Cast
from widget_server.kernel.ids import new_id
from widget_server.rooms import House


def document(client: FlaskClient) -> dict:  # type: ignore[type-arg]
    return json.loads(client.get("/w/v1/site/demo").data)


def beacon(*events: dict, site: str = "demo") -> str:  # type: ignore[type-arg]
    return json.dumps(
        {"site": site, "visitor": VISITOR_ID, "context": {"page": "https://shop.example/"}, "events": events}
    )


PAGE = {"Origin": "https://shop.example", "User-Agent": "Mozilla/5.0 (iPhone) Safari"}


def test_the_document_is_the_same_until_the_site_changes(client: FlaskClient, house: House, cast: Cast) -> None:
    first = client.get("/w/v1/site/demo")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers
    again = client.get("/w/v1/site/demo", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    house.sites.update_site(cast.site.id, {"name": "Двери Плюс"})
    changed = client.get("/w/v1/site/demo", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert json.loads(changed.data)["name"] == "Двери Плюс"


def test_the_document_says_who_is_there(client: FlaskClient, house: House, cast: Cast) -> None:
    assert document(client)["online"] == {"calls": False, "chat": False, "departments": []}
    house.operators.sign_of_life(cast.anna.id)
    assert document(client)["online"] == {"calls": True, "chat": True, "departments": []}


def test_a_warm_document_asks_no_database(
    client: FlaskClient, house: House, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    document(client)
    monkeypatch.setattr(house.storage, "engine", None)
    assert document(client)["key"] == "demo"


def test_an_unknown_site_is_told_so(client: FlaskClient, cast: Cast) -> None:
    answer = client.get("/w/v1/site/nobody")
    assert answer.status_code == 404
    assert json.loads(answer.data)["error"]["code"] == "no_site"


def test_a_beacon_is_counted_once_however_often_it_comes(client: FlaskClient, house: House, cast: Cast) -> None:
    body = beacon({"id": new_id(), "type": "view", "ago_ms": 10}, {"id": new_id(), "type": "tap"})
    for _ in range(3):
        assert client.post("/w/v1/beacon", data=body, headers=PAGE).status_code == 204
    assert len(house.beacon.history(cast.site.id, VISITOR_ID)) == 1


def test_bad_beacons_get_a_clear_answer(client: FlaskClient, cast: Cast) -> None:
    for data, status in ((b"", 400), (b"{", 400), (b"[]", 400), (beacon(site="no"), 404), (b"x" * 70_000, 413)):
        answer = client.post("/w/v1/beacon", data=data, headers=PAGE)
        assert answer.status_code == status
        assert json.loads(answer.data)["error"]["message"]


def test_a_beacon_of_a_foreign_page_counts_nothing_and_tells_the_owner(
    client: FlaskClient, house: House, cast: Cast
) -> None:
    house.sites.update_site(cast.site.id, {"origins": ("https://shop.example",)})
    body = beacon({"id": new_id(), "type": "view"})
    client.post("/w/v1/beacon", data=body, headers={**PAGE, "Origin": "https://evil.example"})
    assert house.beacon.history(cast.site.id, VISITOR_ID) == []
    assert house.sites.find_foreign(cast.site.id) == "https://evil.example"
    client.post("/w/v1/beacon", data=body, headers=PAGE)
    assert len(house.beacon.history(cast.site.id, VISITOR_ID)) == 1


def test_widget_files_are_evergreen_or_immutable(client: FlaskClient, cast: Cast) -> None:
    evergreen = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert evergreen.headers["Content-Encoding"] == "gzip"
    assert "immutable" not in evergreen.headers["Cache-Control"]
    name = evergreen.headers["ETag"].strip('"')[:12]
    assert "immutable" in client.get(f"/widget/{name}.js").headers["Cache-Control"]
    assert client.get("/widget/panel-000000000000.js").status_code == 200  # an old launcher still finds a panel
