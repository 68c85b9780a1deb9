"""How the settings name telephones, and which of them are refused."""

import pytest

from tests.callbacks.desk import settings_for_tests
from widget_server.calls.model import Device
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.lines import Lines
from widget_server.settings import BadSettings


def lines(**changes: str) -> Lines:
    return Lines(Ari("http://127.0.0.1:9/ari", "widget", "secret", "widget"), settings_for_tests(**changes))


@pytest.mark.parametrize(
    ("device", "endpoint"),
    [
        (Device("anna", "sip", "desk-7"), "PJSIP/desk-7"),
        (Device("anna", "console"), "PJSIP/web-anna"),
        (Device("anna", "phone", "+79123456789"), "PJSIP/+79123456789@trunk"),
    ],
)
def test_every_device_has_an_endpoint(device: Device, endpoint: str) -> None:
    assert lines().endpoint(device) == endpoint


def test_a_carrier_may_want_the_number_without_its_plus() -> None:
    assert lines(asterisk_trunk="PJSIP/00{digits}@carrier").outside("+79123456789") == "PJSIP/0079123456789@carrier"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("asterisk_trunk", "PJSIP/trunk"),
        ("asterisk_trunk", "PJSIP/{number}@{carrier}"),
        ("asterisk_phones", "PJSIP/{}"),
        ("speech_command", "espeak-ng {text}"),
    ],
)
def test_a_form_with_nothing_to_fill_in_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        settings_for_tests(**{name: value})
