"""Just enough SIP for telephones of our own: messages, digests, session descriptions. Pure."""

import hashlib
import re
import secrets
from dataclasses import dataclass

EVENTS_TYPE = 101  # the payload type that we offer for telephone-event (RFC 4733)
REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    401: "Unauthorized",
    404: "Not Found",
    480: "Temporarily Unavailable",
    481: "Call Does Not Exist",
    486: "Busy Here",
    487: "Request Terminated",
    500: "Server Error",
    603: "Decline",
}


@dataclass(frozen=True)
class Message:
    """One SIP message. Names of headers are lower case; a header may occur several times."""

    start: str
    headers: tuple[tuple[str, str], ...]
    body: str = ""

    @classmethod
    def parse(cls, data: bytes) -> "Message":
        head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        pairs = (line.partition(":") for line in lines)
        return cls(start, tuple((name.strip().lower(), value.strip()) for name, _, value in pairs), body)

    def render(self) -> bytes:
        size = ("content-length", str(len(self.body.encode())))
        lines = [self.start, *(f"{name}: {value}" for name, value in (*self.headers, size))]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """Return the request's method; of a response, that of the request it answers."""
        return self.start.split(" ", 1)[0] if self.is_request else self.get("cseq").split()[-1]

    @property
    def status(self) -> int:
        return int(self.start.split(" ", 2)[1])

    @property
    def uri(self) -> str:
        return self.start.split(" ", 2)[1]

    @property
    def branch(self) -> str:
        return parameter(self.get("via"), "branch")

    def get(self, name: str) -> str:
        return next((value for known, value in self.headers if known == name), "")

    def all(self, name: str) -> tuple[tuple[str, str], ...]:
        return tuple(pair for pair in self.headers if pair[0] == name)

    def reply(self, status: int, to_tag: str = "", contact: str = "", body: str = "", challenge: str = "") -> "Message":
        to = self.get("to")
        if to_tag and "tag=" not in to:
            to += f";tag={to_tag}"
        headers = [*self.all("via"), *self.all("record-route"), ("from", self.get("from")), ("to", to)]
        headers += [("call-id", self.get("call-id")), ("cseq", self.get("cseq"))]
        if challenge:
            headers.append(("www-authenticate", challenge))
        if contact:
            headers.append(("contact", f"<{contact}>"))
        if body:
            headers.append(("content-type", "application/sdp"))
        return Message(f"SIP/2.0 {status} {REASONS[status]}", tuple(headers), body)


def parameter(value: str, name: str) -> str:
    found = re.search(rf"[;\s,]{name}=\"?([^;,\"\s>]+)", value)
    return found[1] if found else ""


def user_of(value: str) -> str:
    """Return the user part of the first address in a header.

    >>> user_of('"Anna" <sip:+79123456789@127.0.0.1>;tag=1')
    '+79123456789'
    """
    found = re.search(r"sips?:([^@;>]*)@", value)
    return found[1] if found else ""


def address_of(value: str) -> str:
    """Return the first bare address of a header.

    >>> address_of("<sip:op1@127.0.0.1:5060>;expires=60")
    'sip:op1@127.0.0.1:5060'
    """
    found = re.search(r"<([^>]+)>", value)
    return found[1] if found else value.split(";", 1)[0].strip()


def new_tag() -> str:
    return secrets.token_hex(8)


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)


def authorization(challenge: str, method: str, uri: str, user: str, password: str) -> str:
    """Answer a digest challenge (MD5)."""
    realm, nonce, opaque = (parameter(challenge, name) for name in ("realm", "nonce", "opaque"))
    cnonce = new_tag() if "auth" in parameter(challenge, "qop") else ""
    response = _digest(user, realm, password, method, uri, nonce, cnonce)
    said = f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", algorithm=MD5'
    said += f', response="{response}"' + (f', opaque="{opaque}"' if opaque else "")
    return said + (f', qop=auth, nc=00000001, cnonce="{cnonce}"' if cnonce else "")


def challenge(realm: str) -> str:
    return f'Digest realm="{realm}", nonce="{new_tag()}", algorithm=MD5, qop="auth"'


def is_proof(said: str, method: str, password: str) -> bool:
    """Tell whether an answer to ``challenge`` was made with this password."""
    names = ("username", "realm", "uri", "nonce", "cnonce", "nc")
    user, realm, uri, nonce, cnonce, count = (parameter(said, name) for name in names)
    return parameter(said, "response") == _digest(user, realm, password, method, uri, nonce, cnonce, count)


def _digest(
    user: str, realm: str, password: str, method: str, uri: str, nonce: str, cnonce: str, count: str = "00000001"
) -> str:
    secret, asked = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    return _md5(f"{secret}:{nonce}:{f'{count}:{cnonce}:auth:' if cnonce else ''}{asked}")


def offer(host: str, port: int) -> str:
    """Describe a session of one voice stream at ``host:port``: A-law and keys."""
    lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
    lines += [f"m=audio {port} RTP/AVP 8 {EVENTS_TYPE}", "a=rtpmap:8 PCMA/8000", "a=sendrecv"]
    lines += [f"a=rtpmap:{EVENTS_TYPE} telephone-event/8000", f"a=fmtp:{EVENTS_TYPE} 0-16"]
    return "".join(line + "\r\n" for line in lines)


def voice_address(sdp: str) -> tuple[str, int] | None:
    """Return where the other side wants to hear us."""
    host, port = re.search(r"^c=IN IP4 (\S+)", sdp, re.M), re.search(r"^m=audio (\d+)", sdp, re.M)
    return (host[1], int(port[1])) if host and port else None


def events_type(sdp: str) -> int:
    """Return the payload type that the other side takes for pressed keys."""
    found = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", sdp, re.M | re.I)
    return int(found[1]) if found else EVENTS_TYPE


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
