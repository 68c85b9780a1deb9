"""Which packets a socket takes."""

import pytest

from widget_server.edge.limits import client_address
from widget_server.edge.websocket import is_packet


@pytest.mark.parametrize(
    "packet", ["2", "3", "1", "2probe", "5", "40/visitor,{}", '42/visitor,1["post",{}]', "41/visitor,"]
)
def test_packets_of_the_protocol_are_taken(packet: str) -> None:
    assert is_packet(packet)


@pytest.mark.parametrize(
    "packet", ["", "x", "\x00", "9", "4", "45-[]", "46", "4[[", "3[[", "bAAAA", "0{}", "4" + "[" * 60_000]
)
def test_everything_else_ends_the_socket(packet: str) -> None:
    assert not is_packet(packet)


def test_the_address_is_what_the_trusted_proxy_saw() -> None:
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.2.3.4"}
    assert client_address(environ, 0) == "10.0.0.1"
    assert client_address(environ, 1) == "1.2.3.4"
    assert client_address(environ, 3) == "10.0.0.1"
