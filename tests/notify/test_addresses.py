"""Nobody who may write down a webhook reaches our own networks by it (SSRF)."""

import ipaddress
import random
import socket
import time
from http.server import BaseHTTPRequestHandler

import pytest

from tests.notify.receivers import WebServer, silent
from widget_server.notify.addresses import BadAddress, Place, is_allowed, read_place, resolve
from widget_server.notify.outgoing import Outgoing
from widget_server.notify.port import Undelivered

INSIDE = (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/8",
    "192.0.2.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10",
    "ff00::/8", "::/128", "2001:db8::/32", "64:ff9b:1::/48",
)  # fmt: skip
CARRIERS = ("::ffff:0:0/96", "2002::/16", "64:ff9b::/96", "::/96")
OUTSIDE = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e", "64:ff9b::808:808")
# How 127.0.0.1 may be written so that a careless check does not see it.
DISGUISES = ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]",
             "localhost", "LOCALHOST", "localhost.", "①②⑦.⓪.⓪.①", "0", "0.0.0.0", "[::]")  # fmt: skip


def samples(network: str, count: int = 20) -> list[str]:
    chance = random.Random(network)
    whole = ipaddress.ip_network(network)
    return [str(whole[chance.randrange(whole.num_addresses)]) for _ in range(count)]


@pytest.mark.parametrize("network", INSIDE)
def test_no_address_of_a_network_of_ours_is_allowed(network: str) -> None:
    assert [one for one in samples(network) if is_allowed(one, False)] == []


@pytest.mark.parametrize("carrier", CARRIERS)
def test_no_private_address_hides_in_another(carrier: str) -> None:
    start = int(ipaddress.IPv6Network(carrier)[0])
    shift = 80 if carrier.startswith("2002") else 0
    for inner in ("127.0.0.1", "10.0.0.7", "192.168.1.1", "169.254.169.254"):
        hidden = str(ipaddress.IPv6Address(start | int(ipaddress.IPv4Address(inner)) << shift))
        assert not is_allowed(hidden, False), hidden


def test_the_public_net_is_allowed() -> None:
    assert [one for one in OUTSIDE if not is_allowed(one, False)] == []


def test_links_are_never_allowed() -> None:
    assert not is_allowed("169.254.169.254", True)
    assert not is_allowed("::ffff:169.254.169.254", True)


@pytest.mark.parametrize("host", DISGUISES)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_disguise_reaches_this_machine(web: WebServer, host: str, scheme: str) -> None:
    with pytest.raises(Undelivered) as refused:
        Outgoing(False).post(f"{scheme}://{host}:{web.port}/", b"{}", {})
    assert (refused.value.code in ("private_address", "bad_url", "no_address"), web.received) == (True, [])


def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(web: WebServer) -> None:
    outgoing = Outgoing(False, find=lambda place: ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(Undelivered, match="private_address"):
        outgoing.post(f"https://shop.example:{web.port}/", b"{}", {})
    assert web.received == []


def test_the_name_is_asked_once_so_a_second_answer_changes_nothing(web: WebServer) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    outgoing = Outgoing(True, find=lambda place: next(answers))
    outgoing.post(f"http://shop.example:{web.port}/hook", b"{}", {})
    assert (web.received[0].headers["host"], next(answers)) == (f"shop.example:{web.port}", ["10.0.0.1"])


def test_no_redirect_leads_inside(web: WebServer) -> None:
    web.will_say(307, Location=f"{web.url}/canary")
    assert Outgoing(True).post(web.url, b"{}", {}).status == 307
    assert [one.path for one in web.received] == ["/"]


def test_an_answer_without_end_is_cut(web: WebServer) -> None:
    web.will_say(200, "x" * 300_000)
    answer = Outgoing(True).post(web.url, b"{}", {})
    assert (len(answer.body), len(answer.receipt.excerpt or "")) == (65_536, 500)


def test_a_server_that_says_nothing_is_left() -> None:
    began = time.monotonic()
    with silent() as port, pytest.raises(Undelivered, match="no_answer"):
        Outgoing(True, seconds=0.2).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert time.monotonic() - began < 2


def test_a_server_that_drips_is_left(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def drip(handler: BaseHTTPRequestHandler, status: int) -> None:
        try:
            for _ in range(50):
                handler.wfile.write(b"H")
                time.sleep(0.05)
        except OSError:
            return

    monkeypatch.setattr(BaseHTTPRequestHandler, "send_response", drip)
    began = time.monotonic()
    with pytest.raises(Undelivered, match="no_answer"):
        Outgoing(True, seconds=0.2).post(web.url, b"{}", {})
    assert time.monotonic() - began < 2


def test_an_unknown_name_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(Undelivered, match="no_address"):
        Outgoing(False).post("https://shop.example/", b"{}", {})


def test_addresses_are_tried_in_their_order(web: WebServer) -> None:
    outgoing = Outgoing(True, find=lambda place: ["127.0.0.2", "127.0.0.1"])
    outgoing.post(f"http://shop.example:{web.port}/", b"{}", {})
    assert len(web.received) == 1


@pytest.mark.parametrize("url", ["", "https://", "https:///x", "//x.example/", "https://x.example:0/", "https://x y/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        read_place(url)


def test_a_place_knows_its_own_port() -> None:
    assert read_place("https://shop.example:443/a").netloc == "shop.example"
    assert read_place("https://[2606:4700::1]:8443/a").origin == "https://[2606:4700::1]:8443"
    assert resolve(Place(False, "127.0.0.1", 80, "/")) == ["127.0.0.1"]
