"""Asterisk's REST interface where it does not behave: what the bed (tests/pbx) cannot play."""

import logging

import pytest

from tests.calls.providers.served import Answer, NoAnswer, served
from widget_server.calls.providers.asterisk.client import Ari
from widget_server.calls.providers.asterisk.events import PbxError

VISITOR = "+79123456789"


def answering(status: int, said: bytes = b"{}") -> Answer:
    return lambda method, path, fields, headers: (status, said)


def asked(answer: Answer) -> str:
    """Create a leg and return what goes wrong."""
    with served(answer) as url, pytest.raises(PbxError) as failed:
        Ari(url, "widget", "secret", "widget").create("c-visitor", f"PJSIP/{VISITOR}@trunk", "leg", VISITOR)
    return str(failed.value)


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_password_is_called_so(status: int) -> None:
    assert "asterisk_password" in asked(answering(status))


def test_a_number_never_stands_in_an_error_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    def silent(*_: object) -> tuple[int, bytes]:
        raise NoAnswer

    with caplog.at_level(logging.DEBUG):
        said = asked(answering(503)) + asked(silent)
    assert "123456789" not in said + caplog.text


def test_a_connection_that_was_closed_meanwhile_costs_a_second_try() -> None:
    seen: list[str] = []

    def answer(method: str, path: str, *_: object) -> tuple[int, bytes]:
        seen.append(path)
        if len(seen) == 1:
            raise NoAnswer
        return 200, b"{}"

    with served(answer) as url:
        assert Ari(url, "widget", "secret", "widget").create("c-visitor", "PJSIP/phone", "leg", "")
    assert len(seen) == 2


def test_an_order_whose_arrival_nobody_knows_is_not_given_again() -> None:
    seen: list[str] = []

    def answer(method: str, path: str, *_: object) -> tuple[int, bytes]:
        seen.append(path)
        raise NoAnswer

    with served(answer) as url, pytest.raises(PbxError):
        Ari(url, "widget", "secret", "widget").open_bridge("c", "anna")
    assert len(seen) == 1


def test_a_leg_that_is_not_there_yet_is_dialled_a_moment_later() -> None:
    said = [(409, b'{"message":"Channel not in Stasis application"}'), (204, b"")]

    with served(lambda *_: said.pop(0)) as url:
        assert Ari(url, "widget", "secret", "widget").dial("c-anna.0", 30)
    assert said == []


def test_nobody_hears_where_nothing_listens() -> None:
    with served(answering(200)) as url:
        closed = url
    with pytest.raises(PbxError, match="no events"):
        Ari(closed, "widget", "secret", "widget").listen()
