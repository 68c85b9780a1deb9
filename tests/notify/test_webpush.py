"""Web push, read with the keys of the browser that was subscribed."""

import base64
import json
import re

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.notify.conftest import Desk
from tests.notify.receivers import Received, WebServer
from widget_server.kernel.errors import BadInput
from widget_server.notify.model import Target
from widget_server.notify.providers.webpush.address import from_base64, name_of, to_base64
from widget_server.notify.providers.webpush.payload import encrypt

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


class Subscribed:
    """A browser with its keys and the push service that it named."""

    def __init__(self, web: WebServer, path: str = "/push/1") -> None:
        self.key: EllipticCurvePrivateKey = generate_private_key(SECP256R1())
        self.auth = b"0123456789abcdef"
        self.endpoint = web.url + path

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def json(self) -> dict[str, object]:
        return {"endpoint": self.endpoint, "keys": {"p256dh": to_base64(self.point), "auth": to_base64(self.auth)}}

    def read(self, body: bytes) -> bytes:
        """Decrypt as RFC 8291 tells the browser to."""
        salt, length = body[:16], body[20]
        theirs, box = body[21 : 21 + length], body[21 + length :]
        shared = self.key.exchange(ECDH(), EllipticCurvePublicKey.from_encoded_point(SECP256R1(), theirs))
        secret = HKDF(SHA256(), 32, self.auth, b"WebPush: info\0" + self.point + theirs).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        return AESGCM(key).decrypt(nonce, box, None).rstrip(b"\x02")


@pytest.fixture
def browser(web: WebServer) -> Subscribed:
    return Subscribed(web)


def subscribe(desk: Desk, browser: Subscribed) -> Target:
    return desk.room.targets.subscribe_browser(desk.owner, browser.json(), CHROME)


def told(desk: Desk, web: WebServer, subject: str = "cb1") -> Received:
    desk.alert(subject=subject)
    desk.work()
    return web.received[-1]


def test_the_body_of_the_standard_comes_out_byte_by_byte() -> None:
    """The example of RFC 8291, appendix A."""
    receiver = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    ours = derive_private_key(int.from_bytes(from_base64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), SECP256R1())
    made = encrypt(
        b"When I grow up, I want to be a watermelon",
        from_base64(receiver),
        from_base64("BTBZMqHH6r4Tts7J_aSIgg"),
        from_base64("DGv6ra1nlYgDCS1FRnbzlw"),
        ours,
    )
    assert to_base64(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7"
        "A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_only_the_browser_reads_it(desk: Desk, web: WebServer, browser: Subscribed) -> None:
    subscribe(desk, browser)
    got = told(desk, web)
    assert b"console" not in got.body
    said = json.loads(browser.read(got.body))
    (one,) = desk.deliveries()
    assert (said["id"], said["title"], said["path"]) == (one.id, "Пропущен обратный звонок", "/console/calls")
    assert "+7 912 ***-**-89" in said["body"]


def test_the_headers_are_those_of_the_standard(desk: Desk, web: WebServer, browser: Subscribed) -> None:
    subscribe(desk, browser)
    headers = told(desk, web).headers
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "14400", "high")
    assert re.fullmatch(r"[\w-]{1,32}", headers["topic"])


def test_the_push_service_can_tell_that_it_is_us(desk: Desk, web: WebServer, browser: Subscribed) -> None:
    subscribe(desk, browser)
    found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", told(desk, web).headers["authorization"])
    assert found
    head, claims, signature, key = found.groups()
    assert key == desk.room.targets.push_key
    raw = from_base64(signature)
    signed = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), from_base64(key))
    public.verify(signed, f"{head}.{claims}".encode(), ECDSA(SHA256()))
    said = json.loads(from_base64(claims))
    assert said["aud"] == web.url
    assert 0 < said["exp"] - desk.clock.now().timestamp() <= 24 * 3600


def test_the_key_stays_the_same(desk: Desk) -> None:
    assert desk.with_settings().room.targets.push_key == desk.room.targets.push_key


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_subscription_is_removed(desk: Desk, web: WebServer, browser: Subscribed, status: int) -> None:
    subscribe(desk, browser)
    web.will_say(status)
    told(desk, web)
    assert (desk.room.targets.list_targets(desk.owner), desk.alert(subject="cb2")) == ([], 0)


def test_a_busy_push_service_is_asked_again(desk: Desk, web: WebServer, browser: Subscribed) -> None:
    subscribe(desk, browser)
    web.will_say(503)
    told(desk, web)
    desk.clock.forward(seconds=5)
    desk.work()
    first, second = web.received
    assert (first.headers["topic"], desk.deliveries()[0].state) == (second.headers["topic"], "sent")


def test_subscribing_again_is_no_second_target(desk: Desk, browser: Subscribed) -> None:
    first, second = subscribe(desk, browser), subscribe(desk, browser)
    assert (first.id, first.name) == (second.id, "Chrome, Windows")


def test_a_renewed_subscription_takes_the_place_of_the_old(desk: Desk, web: WebServer, browser: Subscribed) -> None:
    first = subscribe(desk, browser)
    renewed = Subscribed(web, "/push/2")
    body = renewed.json() | {"replaces": browser.endpoint}
    desk.room.targets.subscribe_browser(desk.owner, body, CHROME)
    assert desk.find(first).address == renewed.endpoint


def test_a_browser_belongs_to_who_uses_it_now(desk: Desk, browser: Subscribed) -> None:
    first = subscribe(desk, browser)
    anna = desk.add_operator("anna")
    desk.room.targets.subscribe_browser(anna, browser.json(), CHROME)
    assert desk.find(first).removed_at is not None
    assert [one.operator_id for one in desk.room.targets.list_targets(anna)] == [anna.id]


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": None},
        {"endpoint": "ftp://push.example"},
        {"endpoint": "http://push.example:22/"},
        {"keys": None},
        {"keys": {}},
        {"keys": {"p256dh": "AAAA", "auth": base64.urlsafe_b64encode(b"0" * 16).decode()}},
        {"keys": {"p256dh": ["x"], "auth": 7}},
        {"keys": {"p256dh": "ж", "auth": "ж"}},
    ],
)
def test_half_a_subscription_is_refused(desk: Desk, browser: Subscribed, changes: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="bad_subscription"):
        desk.room.targets.subscribe_browser(desk.owner, browser.json() | changes, CHROME)


def test_an_auth_of_another_length_is_refused(desk: Desk, browser: Subscribed) -> None:
    browser.auth = b"short"
    with pytest.raises(BadInput, match="bad_subscription"):
        subscribe(desk, browser)


def test_strange_browsers_have_a_name_too() -> None:
    assert (name_of(""), name_of("x" * 9999)) == ("Browser", "Browser")
