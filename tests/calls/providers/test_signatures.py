"""What comes in unsigned, wrongly signed, late or a second time is refused and changes nothing."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.calls.providers.bench import OWN_NUMBER, PUBLIC, VISITOR
from tests.calls.providers.served import Fields
from tests.calls.providers.twilio_bench import TwilioBench
from tests.calls.providers.twilio_fake import TOKEN
from tests.calls.providers.voximplant_bench import EVENTS, VoximplantBench
from tests.calls.providers.voximplant_fake import SECRET
from widget_server.calls.providers.twilio import signature as twilio_signature
from widget_server.calls.providers.voximplant import signature as voximplant_signature

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
SIGNED = "RSOYDt4T1cUTdK1PDd93/VVr8B8="  # Twilio's own example: twilio.com/docs, Webhooks security


@pytest.mark.parametrize("url", [URL, URL.replace(".com/", ".com:443/")])
def test_twilios_own_example_is_right_with_and_without_the_port(url: str) -> None:
    assert twilio_signature.is_signed("12345", url, list(FORM.items()), SIGNED)


@pytest.mark.parametrize(
    ("token", "url", "form", "signature"),
    [
        ("12345", URL, FORM, ""),
        ("12345", URL, FORM, "\ud800ß"),
        ("12345", URL, FORM, SIGNED[:-2] + "9="),
        ("54321", URL, FORM, SIGNED),
        ("12345", URL.replace("https", "http"), FORM, SIGNED),
        ("12345", URL.replace("bar=2", "bar=3"), FORM, SIGNED),
        ("12345", URL, FORM | {"Digits": "1"}, SIGNED),
        ("12345", URL, FORM | {"More": "1"}, SIGNED),
        ("12345", URL, {**FORM, "To": ""}, SIGNED),
    ],
)
def test_anything_else_is_not(token: str, url: str, form: dict[str, str], signature: str) -> None:
    assert not twilio_signature.is_signed(token, url, list(form.items()), signature)


def inbound(client: FlaskClient, signature: str | None, form: Fields) -> int:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return client.post("/telephony/twilio/inbound", data=dict(form), headers=headers).status_code


@pytest.mark.parametrize("said", ["missing", "empty", "wrong", "another url", "another form"])
def test_twilio_unsigned_or_wrong_changes_nothing(twilio: TwilioBench, said: str) -> None:
    form = [("CallSid", "CA" + "1" * 32), ("From", VISITOR), ("To", OWN_NUMBER)]
    url = f"{PUBLIC}/telephony/twilio/inbound"
    right = twilio_signature.sign(TOKEN, url, form)
    wrong = {
        "missing": None,
        "empty": "",
        "wrong": right[:-2] + "A=",
        "another url": twilio_signature.sign(TOKEN, url + "-status", form),
        "another form": twilio_signature.sign(TOKEN, url, form[:2]),
    }
    before = twilio.world.everything()
    assert inbound(twilio.world.client, wrong[said], form) == 401
    assert twilio.world.everything() == before
    assert inbound(twilio.world.client, right, form) == 200
    assert twilio.world.everything() != before


def test_twilio_said_again_tells_nothing_and_changes_nothing(twilio: TwilioBench) -> None:
    """There is no time in Twilio's signature: an overheard request is right for ever, so it must do no harm."""
    call = twilio.world.ask()
    assert twilio.answer(call.id, twilio.world.crew[0].id)
    before = twilio.world.everything()
    heard = [(url, form) for url, form in twilio.said if url.endswith("/dial")]
    assert heard
    for url, form in heard:
        assert VISITOR not in twilio.post(url, form)
    assert twilio.world.everything() == before
    assert twilio.dials() == [VISITOR]


def posted(bench: VoximplantBench, body: bytes, seconds: int | str, signature: str | None = None) -> int:
    right = voximplant_signature.sign(SECRET, str(seconds), body)
    headers = {"X-Widget-Timestamp": str(seconds), "X-Widget-Signature": right if signature is None else signature}
    return bench.post(body, {name: value for name, value in headers.items() if value})[0]


def report(**parts: object) -> bytes:
    said = {"session": "stranger", "seq": 1, "call": "", "event": "inbound", "dialled": OWN_NUMBER, "caller": VISITOR}
    return json.dumps(said | parts).encode()


@pytest.mark.parametrize(
    ("late", "change"),
    [
        (0, lambda signature: ""),
        (0, lambda signature: "0" * 64),
        (0, lambda signature: signature.upper()),
        (0, lambda signature: signature[:-1]),
        (301, None),
        (-301, None),
    ],
)
def test_voximplant_unsigned_wrong_or_old_changes_nothing(
    voximplant: VoximplantBench, late: int, change: Callable[[str], str] | None
) -> None:
    now, body = int(voximplant.world.clock.now().timestamp()), report()
    right = voximplant_signature.sign(SECRET, str(now - late), body)
    before = voximplant.world.everything()
    assert posted(voximplant, body, now - late, change(right) if change else right) == 401
    assert posted(voximplant, body + b" ", now, right) == 401
    assert voximplant.world.everything() == before
    assert posted(voximplant, body, now) == 200
    assert voximplant.world.everything() != before


@pytest.mark.parametrize("seconds", ["", "now", "1e9", "²", "9" * 10, "9" * 40, "-1"])
def test_voximplant_nonsense_for_a_moment_is_refused(voximplant: VoximplantBench, seconds: str) -> None:
    assert posted(voximplant, report(), seconds) == 401


def test_voximplant_said_again_is_refused(voximplant: VoximplantBench) -> None:
    call = voximplant.world.ask()
    assert voximplant.answer(call.id, voximplant.world.crew[0].id)
    before, seconds = voximplant.world.everything(), int(voximplant.world.clock.now().timestamp())
    assert voximplant.said
    for body in voximplant.said:
        assert posted(voximplant, body, seconds) == 401
    assert voximplant.world.everything() == before


def test_a_replay_is_known_as_long_as_its_moment_is_near(voximplant: VoximplantBench) -> None:
    now, body = int(voximplant.world.clock.now().timestamp()), report()
    assert posted(voximplant, body, now + 299) == 200
    voximplant.world.clock.forward(seconds=598)
    assert posted(voximplant, report(session="another"), now + 598) == 200
    assert posted(voximplant, body, now + 299) == 401


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 100_000, report(seq="1"), report(session=7), report(event=None)]
)
def test_nonsense_that_is_signed_is_a_clear_refusal(voximplant: VoximplantBench, body: bytes) -> None:
    assert posted(voximplant, body, int(voximplant.world.clock.now().timestamp())) == 400


@pytest.mark.parametrize("path", ["/telephony/twilio/x/y/z", "/telephony/twilio/inbound", EVENTS])
def test_the_product_opens_no_door_of_a_provider_that_it_does_not_use(app: Flask, path: str) -> None:
    answer = app.test_client().post(path, data={"a": "b"})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")


def test_the_scenario_can_be_fetched_and_holds_no_secret(app: Flask) -> None:
    answer = app.test_client().get("/telephony/voximplant/scenario.js")
    assert answer.mimetype == "text/javascript"
    assert b"getSecretValue" in answer.data
