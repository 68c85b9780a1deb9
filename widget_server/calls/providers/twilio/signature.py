"""Twilio's signature: base64 of HMAC-SHA1(auth token, the URL as we gave it + each key and value, sorted).

There is no time in it, so a request that was overheard can be sent again for ever: whatever ours do must be safe to
repeat.
"""

import base64
import hashlib
import hmac
from collections.abc import Collection
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, form: Collection[tuple[str, str]]) -> str:
    """Return the signature of a form that is posted to ``url``.

    >>> form = {"Digits": "1234", "To": "+18005551212", "From": "+14158675310", "Caller": "+14158675310",
    ...         "CallSid": "CA1234567890ABCDE"}
    >>> sign("12345", "https://example.com/myapp.php?foo=1&bar=2", form.items())
    'L/OH5YylLD5NRKLltdqwSvS0BnU='
    """
    said = url + "".join(key + value for key, value in sorted(set(form)))
    digest = hmac.new(token.encode(), said.encode("utf-8", "surrogatepass"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def is_signed(token: str, url: str, form: Collection[tuple[str, str]], signature: str) -> bool:
    """Tell whether ``signature`` is right for the URL with or without its standard port: Twilio sends both."""
    given = signature.encode("utf-8", "surrogatepass")
    right = [hmac.compare_digest(sign(token, one, form).encode(), given) for one in _with_and_without_port(url)]
    return any(right)


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    name = host.rpartition(":")[0] if parts.port else host
    port = parts.port or PORTS.get(parts.scheme, 443)
    return tuple(parts._replace(netloc=netloc).geturl() for netloc in (name, f"{name}:{port}"))  # type: ignore[return-value]  # two of them
