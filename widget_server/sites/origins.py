"""Domains as owners type them, origins as browsers send them."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from widget_server.kernel.errors import BadInput

LOCAL = ("localhost", "127.0.0.1")
MOST_DOMAINS = 50
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def read_domains(raw: str, *, any_page: bool = False) -> tuple[str, ...]:
    """Turn ``example.com`` into the origins of its pages.

    >>> read_domains("example.com, localhost:8123")
    ('https://example.com', 'https://www.example.com', 'http://localhost:8123')

    Raises
    ------
    BadInput
        ``bad_domain`` with what is wrong; ``field_empty`` if there is none; ``*`` passes only with ``any_page``.
    """
    typed = [word for word in re.split(r"[\s,;]+", raw) if word]
    if not typed:
        raise BadInput("field_empty", field="origins")
    if len(typed) > MOST_DOMAINS:
        raise BadInput("too_many_domains", field="origins", most=MOST_DOMAINS)
    if any_page and typed == ["*"]:
        return ("*",)
    return tuple(dict.fromkeys(origin for word in typed for origin in _origins(word)))


def show_domains(origins: Iterable[str]) -> list[str]:
    """Turn origins back into what the owner typed."""
    hosts = [origin.removeprefix("https://").removeprefix("http://") for origin in origins]
    short = [host for host in hosts if not (host.startswith("www.") and host.removeprefix("www.") in hosts)]
    return [_readable(host) for host in short]


def _origins(word: str) -> list[str]:
    host, port = _host_and_port(word)
    suffix = f":{port}" if port else ""
    if host in LOCAL:
        return [f"http://{host}{suffix}"]
    if re.fullmatch(r"[\d.]+", host):
        return [f"https://{host}{suffix}"]
    bare = host.removeprefix("www.")
    return [f"https://{bare}{suffix}", f"https://www.{bare}{suffix}"]


def _host_and_port(word: str) -> tuple[str, int | None]:
    wrong = BadInput("bad_domain", field="origins", domain=word[:100])
    try:
        parts = urlsplit(word if "://" in word else f"https://{word}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode().lower()
    except ValueError:  # a port that is none, a label that is too long, an IPv6 address left open
        raise wrong from None
    is_local = host in LOCAL
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or not _is_host(host):
        raise wrong
    default = 80 if is_local or parts.scheme == "http" else 443
    return host, None if port == default else port


def _is_host(host: str) -> bool:
    if host in LOCAL:
        return True
    labels = host.split(".")
    if all(label.isdigit() for label in labels):
        return len(labels) == 4 and all(int(label) <= 255 for label in labels)
    return len(host) <= 253 and len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)


def _readable(host: str) -> str:
    try:
        return host.encode().decode("idna")
    except UnicodeError:
        return host
