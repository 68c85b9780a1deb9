"""Who the site's page says that its visitor is, and how the site proves it. Pure.

The proof is HMAC-SHA256, in hex, under a secret that only the site's server and ours know. It is of the id alone, or of
five lines: id, name, e-mail, phone and when it ends. Only details that it covers are verified.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from widget_server.edge.identity import VisitorIdentity

DETAILS = ("name", "email", "phone")
LONGEST_ID = 200
LONGEST_DETAIL = 300
KEY_HOLDS = timedelta(hours=12)
OVERLAP = timedelta(days=7)
Covered = Literal["all", "id"]
Refusal = Literal["off", "malformed", "expired", "wrong_hash"]


@dataclass(frozen=True)
class Claim:
    """What the page gave, as it gave it: the proof is of these very characters."""

    id: str
    hash: str
    details: Mapping[str, str]
    expires: str = ""

    def proofs(self, secret: str) -> dict[Covered, str]:
        """Return what the hash may be.

        >>> claim = Claim("42", "", {"name": "Ann"}, "")
        >>> claim.proofs("s")["id"] == hmac.new(b"s", b"42", "sha256").hexdigest()
        True
        >>> claim.proofs("s")["all"] == hmac.new(b"s", b"42\\nAnn\\n\\n\\n", "sha256").hexdigest()
        True
        """
        whole = "\n".join([self.id, *(self.details.get(name, "") for name in DETAILS), self.expires])
        return {"all": _hmac(secret, whole), "id": _hmac(secret, self.id)}

    def covered_by(self, secrets: Collection[str]) -> Covered | None:
        """Return what the hash proves, None if nothing. Every possibility is compared, in constant time."""
        found: Covered | None = None
        for secret in secrets:
            for covered, proof in self.proofs(secret).items():
                if hmac.compare_digest(proof.encode(), self.hash.lower().encode()):
                    found = covered
        return found

    def is_over(self, at: datetime) -> bool:
        return bool(self.expires) and int(self.expires) <= at.timestamp()


def read_claim(raw: object) -> Claim | None:
    """Take ``{id, name?, email?, phone?, expires?, hash}``; None for what no site would write."""
    given: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    parts = {name: _line(given.get(name, "")) for name in ("id", "hash", *DETAILS, "expires")}
    words = {name: value for name, value in parts.items() if value is not None}
    if len(words) < len(parts) or not words["id"] or len(words["id"]) > LONGEST_ID or len(words["hash"]) != 64:
        return None
    if words["expires"] and not (words["expires"].isascii() and words["expires"].isdigit()):
        return None
    return Claim(words["id"], words["hash"], {name: words[name] for name in DETAILS if words[name]}, words["expires"])


def _line(value: object) -> str | None:
    """Return one line of text, or None: a line break would let one detail stand for two."""
    written = (
        str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else "" if value is None else "\n"
    )
    is_line = written.isprintable() and len(written) <= LONGEST_DETAIL
    return written if is_line else None


def _hmac(secret: str, words: str) -> str:
    return hmac.new(secret.encode(), words.encode("utf-8"), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Secret:
    """One that counts: for ever, or (rotated away) ``until`` then."""

    id: str
    site_id: str
    secret: str
    created_at: datetime
    until: datetime | None = None

    @property
    def end(self) -> str:
        """How the owner tells it from the other one."""
        return self.secret[-4:]


@dataclass(frozen=True)
class VisitorIdentified:
    """A site proved who its visitor is, for the first time, in another browser, or with other details.

    ``browser_id``: the anonymous visitor whose talk was joined to theirs, or the visitor itself.
    """

    site_id: str
    visitor_id: str
    browser_id: str
    external_id: str
    name: str | None
    phone: str | None
    email: str | None
    verified: tuple[str, ...]
    at: datetime

    def is_about(self, who: VisitorIdentity) -> bool:
        """Tell whether a page that is connected came in as one that is the customer's by now, and should prove it."""
        return who.site_id == self.site_id and who.visitor_id in (self.visitor_id, self.browser_id)
