"""Webhooks, received and checked by a library that is not ours."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.notify.conftest import ALL, PHONE, Desk
from tests.notify.receivers import Received, WebServer
from widget_server.kernel.clock import SystemClock
from widget_server.kernel.errors import BadInput, Conflict, NotFound
from widget_server.notify.model import KINDS, Target, Wishes


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.clock.at = SystemClock().now()  # the library refuses what was signed long ago
    return desk


def hooked(desk: Desk, web: WebServer, wishes: Wishes = ALL) -> Target:
    return desk.room.targets.add(desk.owner, "webhook", web.url, wishes)


def told(desk: Desk, web: WebServer, subject: str = "cb1") -> Received:
    desk.alert(subject=subject, params={"phone": PHONE})
    desk.work()
    return web.received[-1]


def test_the_receiver_can_tell_that_it_is_us(desk: Desk, web: WebServer) -> None:
    target = hooked(desk, web)
    got = told(desk, web)
    said = Webhook(desk.room.targets.secret_of(desk.owner, target.id)).verify(got.body, got.headers)
    (one,) = desk.deliveries()
    assert got.headers["webhook-id"] == one.id
    assert (said["type"], said["data"]["site"]["name"], said["data"]["phone"]) == (
        "callback.missed",
        "Окна Плюс",
        "+7 912 ***-**-89",
    )


def test_who_may_see_numbers_gets_them_as_machines_write_them(desk: Desk, web: WebServer) -> None:
    hooked(desk, web, Wishes(frozenset(KINDS), details=True))
    assert told(desk, web).json["data"]["phone"] == PHONE


def test_a_changed_body_is_noticed(desk: Desk, web: WebServer) -> None:
    target = hooked(desk, web)
    got = told(desk, web)
    with pytest.raises(WebhookVerificationError):
        Webhook(desk.room.targets.secret_of(desk.owner, target.id)).verify(got.body + b" ", got.headers)


def test_for_a_day_the_old_secret_signs_too(desk: Desk, web: WebServer) -> None:
    target = hooked(desk, web)
    old = desk.room.targets.secret_of(desk.owner, target.id)
    desk.room.targets.rotate(desk.owner, target.id)
    new = desk.room.targets.secret_of(desk.owner, target.id)
    got = told(desk, web)
    assert Webhook(old).verify(got.body, got.headers) == Webhook(new).verify(got.body, got.headers)
    desk.clock.forward(hours=25)
    assert len(told(desk, web, "cb2").headers["webhook-signature"].split()) == 1


def test_every_target_has_a_secret_of_its_own(desk: Desk, web: WebServer) -> None:
    one = hooked(desk, web)
    other = desk.room.targets.add(desk.owner, "webhook", web.url + "/other", ALL)
    secrets = {desk.room.targets.secret_of(desk.owner, target.id) for target in (one, other)}
    assert len(secrets) == 2


def test_no_secret_lies_in_the_database(desk: Desk, web: WebServer) -> None:
    target = hooked(desk, web)
    secret = desk.room.targets.secret_of(desk.owner, target.id).removeprefix("whsec_")
    with desk.storage.read() as tx:
        rows = str(tx.execute(text("SELECT * FROM alert_targets")).all())
    assert secret not in rows
    assert desk.settings.signing_key() not in rows


def test_redirects_are_not_followed(desk: Desk, web: WebServer) -> None:
    web.will_say(302, Location=f"{web.url}/inside")
    hooked(desk, web)
    assert told(desk, web).path == "/"
    assert (len(web.received), desk.deliveries()[0].error) == (1, "redirect")


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "bad_webhook"),
        ("one.example/hook", "bad_webhook"),
        ("ftp://one.example/", "webhook_https"),
        ("https://user:secret@one.example/", "bad_webhook"),
        ("https://one.example:22/", "webhook_port"),
        ("https://one.example:99999/", "bad_webhook"),
        ("https://one.example/\r\nX-Evil: 1", "bad_webhook"),
        ("https://one.example/путь", "bad_webhook"),
        ("https://one.example/" + "x" * 500, "bad_webhook"),
        ("https://[::1/", "bad_webhook"),
        ("https://" + "x" * 70 + ".example/", "bad_webhook"),
    ],
)
def test_what_is_no_url_is_refused(desk: Desk, typed: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        desk.room.targets.add(desk.owner, "webhook", typed, ALL)


def test_plain_http_is_for_private_networks(desk: Desk) -> None:
    strict = desk.with_settings(webhooks_private_networks=False)
    with pytest.raises(BadInput, match="webhook_https"):
        strict.room.targets.add(desk.owner, "webhook", "http://one.example/", ALL)


def test_one_address_is_told_once(desk: Desk, web: WebServer) -> None:
    hooked(desk, web)
    with pytest.raises(Conflict, match="target_taken"):
        hooked(desk, web)


def test_nobody_sees_the_secret_of_others(desk: Desk, web: WebServer) -> None:
    target = hooked(desk, web)
    anna = desk.add_operator("anna")
    for act in (desk.room.targets.secret_of, desk.room.targets.rotate, desk.room.targets.test):
        with pytest.raises(NotFound):
            act(anna, target.id)


def test_the_signature_is_made_anew_for_every_attempt(desk: Desk, web: WebServer) -> None:
    web.will_say(500)
    hooked(desk, web)
    told(desk, web)
    desk.clock.forward(seconds=5)
    desk.work()
    first, second = (int(one.headers["webhook-timestamp"]) for one in web.received)
    assert timedelta(seconds=second - first) == timedelta(seconds=5)
