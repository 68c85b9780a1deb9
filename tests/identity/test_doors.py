"""Every door obeys: HTTP, the socket, what a page asks of a number; and no id opens another's conversation."""

import json
import shutil
import subprocess
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, OTHER_SECRET, SECRET, VISITOR_ID, bearer
from tests.identity.conftest import Shop, proof
from widget_server.edge.limits import Limits
from widget_server.embed.sockets import VisitorEntrance
from widget_server.identity.snippets import NODE, PYTHON
from widget_server.rooms import House

Log = Callable[[str], FlaskClient]


def identify(client: FlaskClient, claim: object, headers: dict[str, str] | None = None) -> dict[str, object]:
    answer = client.post("/w/v1/identify?site=demo", json={"identity": claim}, headers=headers or bearer())
    assert answer.status_code == 200
    return dict(answer.json)


@pytest.mark.parametrize("path", ["hello", "number", "identify"])
def test_a_browser_that_became_a_customers_opens_nothing(client: FlaskClient, shop: Shop, path: str) -> None:
    shop.write(shop.enter(shop.identify(shop.claim())))
    answer = client.post(f"/w/v1/{path}?site=demo", json={"identity": shop.claim("43")}, headers=bearer())
    assert answer.status_code == 401 or answer.json == {"state": "other_browser"}


def test_nor_does_it_by_a_socket(house: House, shop: Shop) -> None:
    shop.identify(shop.claim())
    entrance = VisitorEntrance(house.sites, house.visitors, Limits(""), house.settings)
    auth = {"site": "demo", "token": f"{VISITOR_ID}.{SECRET}"}
    with pytest.raises(Exception, match="wrong_token"):
        entrance.let_in({"HTTP_ORIGIN": "https://shop.example", "REMOTE_ADDR": "127.0.0.1"}, auth)


def test_a_key_opens_the_conversation_over_http(client: FlaskClient, shop: Shop) -> None:
    shop.write(shop.hello(), "mine")
    key = identify(client, shop.claim())
    headers = bearer(str(key["visitor"]), str(key["secret"]))
    page = client.get("/w/v1/messages?site=demo&after=0", headers=headers).json
    assert [one["body"] for one in page["messages"]] == ["mine"]


@pytest.mark.parametrize("secret", [SECRET, OTHER_SECRET])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "messages"), ("POST", "read"), ("POST", "end"), ("POST", "files"), ("POST", "transcript")],
)
def test_a_guessed_id_opens_nothing(client: FlaskClient, shop: Shop, secret: str, method: str, path: str) -> None:
    shop.write(shop.enter(shop.identify(shop.claim())), "mine")
    shop.hello(OTHER_ID, OTHER_SECRET)
    answer = client.open(f"/w/v1/{path}?site=demo", method=method, json={"seq": 1}, headers=bearer(VISITOR_ID, secret))
    assert answer.status_code == 401


def test_a_key_is_for_its_own_visitor_only(client: FlaskClient, shop: Shop) -> None:
    shop.write(shop.hello(OTHER_ID, OTHER_SECRET), "not yours")
    key = shop.identify(shop.claim())
    headers = bearer(OTHER_ID, key["secret"])
    assert client.get("/w/v1/messages?site=demo&after=0", headers=headers).status_code == 401


def test_a_wrong_hash_is_no_error_for_the_browsers_console(client: FlaskClient, shop: Shop) -> None:
    assert identify(client, {"id": "42", "hash": "0" * 64}) == {"state": "refused", "reason": "wrong_hash"}


def test_without_a_secret_nobody_is_verified(client: FlaskClient, house: House, cast: object) -> None:
    assert identify(client, {"id": "42", "hash": proof("", "42")}) == {"state": "refused", "reason": "off"}


def test_the_secret_is_shown_once_and_its_making_is_written_down(log_in: Log, shop: Shop) -> None:
    owner, path = log_in("olga@demo.example"), f"/console/sites/{shop.cast.site.id}/identity"
    made = owner.post(f"{path}/renew").text
    (fresh, _) = shop.house.identity.secrets.list_of(shop.house.sites.get_site(shop.cast.site.id))
    assert fresh.secret in made
    assert fresh.secret not in owner.get(path).text
    assert "Создан секрет проверки клиентов" in owner.get("/console/audit").text


def test_a_secret_can_be_revoked(log_in: Log, shop: Shop) -> None:
    owner, site = log_in("olga@demo.example"), shop.house.sites.get_site(shop.cast.site.id)
    (secret,) = shop.house.identity.secrets.list_of(site)
    path = f"/console/sites/{site.id}/identity"
    assert owner.post(f"{path}/{secret.id}/revoke").status_code == 302
    assert owner.post(f"{path}/{secret.id}/revoke").status_code == 404
    assert shop.house.identity.secrets.list_of(site) == []


def test_the_page_is_for_owners(log_in: Log, shop: Shop) -> None:
    assert log_in("anna@demo.example").get(f"/console/sites/{shop.cast.site.id}/identity").status_code == 403


class User:
    id, name, email, phone = 42, "Анна «Окна»", "anna@shop.example", None


def test_the_snippet_for_python_proves_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIDGET_IDENTITY_SECRET", shop.secret)
    names: dict[str, Callable[[User], str]] = {}
    exec(PYTHON, names)
    assert shop.identify(json.loads(names["chat_identity"](User())))["covers"] == "all"


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not here")
def test_the_snippet_for_node_proves_it(shop: Shop) -> None:
    call = f'{NODE}\nprocess.stdout.write(chatIdentity({{ id: 42, name: "Анна «Окна»" }}));'
    made = subprocess.run(
        ["node", "-e", call], env={"WIDGET_IDENTITY_SECRET": shop.secret}, capture_output=True, check=True
    )
    assert shop.identify(json.loads(made.stdout))["covers"] == "all"
