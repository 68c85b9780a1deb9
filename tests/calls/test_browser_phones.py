"""Telephones in consoles: whose, with which password, and what Asterisk is told of them."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from tests.calls.providers.served import served
from tests.seeding import Cast
from widget_server.app import create_app
from widget_server.calls.providers.asterisk.browser import BrowserPhones
from widget_server.house import build
from widget_server.kernel.errors import NotFound, TryAgain
from widget_server.rooms import House

NOBODY = "http://127.0.0.1:9/ari"


def phones(house: House, url: str = NOBODY, address: str = "wss://pbx.example/ws") -> BrowserPhones:
    pbx = {"asterisk_url": url, "asterisk_user": "u", "asterisk_password": "p", "asterisk_webrtc": address}
    return BrowserPhones(replace(house.settings, telephony="asterisk", **pbx), house.devices)


def test_asterisk_is_told_of_the_operators_own_phone(house: House, cast: Cast) -> None:
    seen: list[str] = []
    with served(lambda method, path, *_: (200, seen.append(f"{method} {path}") or b"{}")) as url:
        phone = phones(house, url).connect(cast.anna)
    name = f"web-{cast.anna.id}"
    kinds = ("auth", "aor", "endpoint")
    assert seen == [f"PUT /asterisk/config/dynamic/res_pjsip/{kind}/{name}" for kind in kinds]
    assert (phone.address, phone.name) == ("wss://pbx.example/ws", name)


def test_a_password_is_of_one_operator_and_ends_with_the_session(house: House, cast: Cast) -> None:
    later = replace(cast.anna, session_version=cast.anna.session_version + 1)
    with served(lambda *_: (200, b"{}")) as url:
        made = phones(house, url)
        first, again, other, after = (made.connect(one).password for one in (cast.anna, cast.anna, cast.boris, later))
    assert first == again
    assert len({first, other, after}) == 3


def test_a_pbx_that_does_not_answer_is_tried_again(house: House, cast: Cast) -> None:
    with pytest.raises(TryAgain, match="pbx_unreachable"):
        phones(house).connect(cast.anna)


def test_who_answers_elsewhere_has_no_phone_in_the_console(house: House, cast: Cast) -> None:
    house.devices.set_own(cast.anna, "sip", "anna")
    made = phones(house)
    assert (made.place_of(cast.anna), made.place_of(cast.boris)) == ("elsewhere", "console")
    assert phones(house, address="").place_of(cast.boris) == "nowhere"
    assert BrowserPhones(house.settings, house.devices).place_of(cast.boris) == "elsewhere"
    with pytest.raises(NotFound):
        made.connect(cast.anna)


def test_the_policy_names_the_pbx_and_nothing_else(house: House, client: FlaskClient) -> None:
    assert "connect-src" not in client.get("/console/login").headers["Content-Security-Policy"]
    pbx = {"asterisk_url": NOBODY, "asterisk_user": "u", "asterisk_password": "p"}
    settings = replace(house.settings, telephony="asterisk", asterisk_webrtc="wss://pbx.example:8089/ws", **pbx)
    other = build(settings)
    answer = create_app(other).test_client().get("/console/login")
    other.storage.close()
    assert "connect-src 'self' wss://pbx.example:8089" in answer.headers["Content-Security-Policy"].split("; ")
