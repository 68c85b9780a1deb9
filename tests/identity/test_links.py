"""A link of a letter opens one talk, for a while, and tells nobody where it came from."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import OTHER_ID, OTHER_SECRET, bearer
from tests.identity.conftest import Shop
from widget_server.edge.identity import VisitorIdentity
from widget_server.identity.links import is_confirmed, make_link
from widget_server.kernel.errors import NotFound
from widget_server.visitors.model import read_context

Log = Callable[[str], FlaskClient]
TO = "olga@shop.example"


def link(shop: Shop, talk: str) -> str:
    with shop.house.storage.begin() as tx:
        return make_link(tx, shop.cast.site.id, talk, TO, shop.clock.now())


def follow(shop: Shop, token: object) -> dict[str, object]:
    return shop.house.identity.identities.follow(shop.site, token)


def enter(shop: Shop, token: str) -> VisitorIdentity:
    return shop.enter(dict(follow(shop, token)))


def test_it_opens_the_talk_and_no_other(shop: Shop) -> None:
    shop.write(shop.hello(OTHER_ID, OTHER_SECRET), "not yours")
    assert shop.read(enter(shop, link(shop, shop.write(shop.hello(), "mine")))) == ["mine"]


@pytest.mark.parametrize("token", ["x", "", None, {}, "a" * 26])
def test_a_guess_opens_nothing(shop: Shop, token: object) -> None:
    link(shop, shop.write(shop.hello()))
    assert follow(shop, token) == {"state": "refused", "reason": "expired"}


def test_it_ends_after_a_month(shop: Shop, client: FlaskClient) -> None:
    token = link(shop, shop.write(shop.hello()))
    shop.clock.forward(days=30)
    assert follow(shop, token)["state"] == "refused"
    assert client.get(f"/c/{token}").status_code == 404


def test_whoever_came_by_a_revoked_link_is_out(shop: Shop, log_in: Log) -> None:
    talk = shop.write(shop.hello())
    token = link(shop, talk)
    key = dict(follow(shop, token))
    log_in("anna@demo.example").post(f"/console/api/conversations/{talk}/links/revoke")
    assert follow(shop, token)["state"] == "refused"
    assert shop.house.visitors.find_visitor(shop.site, str(key["visitor"]), str(key["secret"])) is None


def test_only_people_of_the_site_revoke(shop: Shop) -> None:
    talk = shop.write(shop.hello())
    stranger = shop.cast.anna.__class__(**{**vars(shop.cast.anna), "site_ids": frozenset()})
    with pytest.raises(NotFound):
        shop.house.identity.identities.revoke_links(stranger, talk)


def test_links_of_an_anonymous_talk_end_when_it_becomes_a_customers(shop: Shop) -> None:
    token = link(shop, shop.write(shop.hello()))
    shop.identify(shop.claim())
    assert follow(shop, token)["state"] == "refused"


def test_a_mail_scanner_that_looks_confirms_nothing(shop: Shop, client: FlaskClient) -> None:
    talk = shop.write(shop.hello())
    answer = client.get(f"/c/{link(shop, talk)}")
    with shop.house.storage.read() as tx:
        assert not is_confirmed(tx, talk, TO)
    assert (answer.headers["Referrer-Policy"], answer.headers["Cache-Control"]) == ("no-referrer", "no-store")
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_widgets_door_takes_links(shop: Shop, client: FlaskClient) -> None:
    body = {"identity": {"link": link(shop, shop.write(shop.hello()))}}
    answer = client.post("/w/v1/identify?site=demo", json=body, headers=bearer(OTHER_ID, OTHER_SECRET))
    assert answer.json["conversation"]["last_seq"] == 1


def test_the_page_that_operators_see_opens_nothing() -> None:
    assert read_context({"page": f"https://chat.example/c/{'a' * 26}"}).page == "https://chat.example/c/"
