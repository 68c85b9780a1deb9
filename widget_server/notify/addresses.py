"""Where a message may be posted: a full address of the public net, nothing inside our own (SSRF)."""

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 500
OWN_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_VISIBLE = re.compile(r"[!-~]+")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")

IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddress(ValueError):
    """The argument says why: ``url``, ``https`` or ``port``."""


@dataclass(frozen=True)
class Place:
    """A checked URL. ``host`` is a name or a bare IP address."""

    is_tls: bool
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == OWN_PORTS["https" if self.is_tls else "http"] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"http{'s' if self.is_tls else ''}://{self.netloc}"

    @property
    def url(self) -> str:
        return self.origin + self.target


def read_place(url: str, *, plain_too: bool = False) -> Place:
    """Read a URL to post to.

    Raises
    ------
    BadAddress
        Unless it is https (or http where ``plain_too``), names a host, no user, and a port that HTTP uses.

    >>> read_place("https://Пример.рф/hook?x=1#part").url
    'https://xn--e1afmkfd.xn--p1ai/hook?x=1'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        netloc = host if ":" in host else host.encode("idna").decode()
    except ValueError:
        raise BadAddress("url") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    bracketed = f"[{netloc}]" if ":" in netloc else netloc
    if len(url) > LONGEST or "@" in parts.netloc or not _HOST.fullmatch(bracketed) or not _VISIBLE.fullmatch(target):
        raise BadAddress("url")
    if parts.scheme not in OWN_PORTS or (parts.scheme == "http" and not plain_too):
        raise BadAddress("https")
    port = OWN_PORTS[parts.scheme] if port is None else port
    if port not in OWN_PORTS.values() and port < FIRST_FREE_PORT:
        raise BadAddress("port")
    return Place(parts.scheme == "https", netloc.lower(), port, target)


def resolve(place: Place) -> list[str]:
    """Return the IP addresses of a place, in the order in which they are to be tried.

    Raises
    ------
    OSError
        If its name is not known.
    """
    found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_allowed(address: str, private_too: bool) -> bool:
    """Tell whether a message may be sent to this IP address.

    Our own machine and networks only where the settings say so; links, multicast and nobody's addresses never (the
    metadata service of a cloud lies there).

    >>> [is_allowed(one, False) for one in ("8.8.8.8", "127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "fe80::1%2")]
    [True, False, False, False, False]
    >>> [is_allowed(one, True) for one in ("127.0.0.1", "10.1.2.3", "fd00::1", "169.254.169.254", "0.0.0.0")]
    [True, True, True, False, False]
    """
    ip = _inner(ipaddress.ip_address(address.partition("%")[0]))
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or str(ip) == "255.255.255.255":
        return False
    return _is_public(ip) or private_too


def _is_public(ip: IP) -> bool:
    if isinstance(ip, ipaddress.IPv6Address) and (ip.is_site_local or ip in _LOCAL_NAT64):
        return False
    return ip.is_global and not ip.is_reserved


def _inner(ip: IP) -> IP:
    """Return the IPv4 address that an IPv6 address carries, the address itself if it carries none."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _compatible(ip)


def _compatible(ip: ipaddress.IPv6Address) -> IP:
    """Return what the old form ``::10.0.0.1`` means."""
    return ipaddress.IPv4Address(int(ip)) if 1 < int(ip) <= 0xFFFF_FFFF else ip
